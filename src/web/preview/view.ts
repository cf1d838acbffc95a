// Where a picture lies in the stage: fitted, zoomed, moved.

export type Size = { width: number; height: number };
export type Point = { x: number; y: number };

/** CSS pixels for a picture's pixel, and the picture's centre against that of the stage; `fit` follows the size of the stage. */
export type View = { scale: number | 'fit'; centre: Point };

export const FITTED: View = { scale: 'fit', centre: { x: 0, y: 0 } };

/** Scales of the zoom buttons. */
const SCALES = [0.125, 0.25, 0.5, 1, 2, 4, 8, 16, 32];
const LEAST = 0.05;
const MOST = 64;

/** Small pictures are enlarged by a whole factor, up to this edge in CSS pixels. */
const SMALL = 200;

/** The scale at which the whole picture is seen: photos are enlarged at most twice, small grids by a whole factor. */
export function fitScale(picture: Size, stage: Size): number {
  const whole = Math.min(stage.width / picture.width, stage.height / picture.height);
  const isSmall = Math.max(picture.width, picture.height) <= SMALL;
  if (isSmall && whole >= 2) return Math.min(16, Math.floor(whole));
  return Math.min(whole, 2);
}

export const scaleOf = ({ scale }: View, picture: Size, stage: Size): number =>
  scale === 'fit' ? fitScale(picture, stage) : scale;

/** The picture's rectangle in the stage, in CSS pixels. */
export function placeOf(view: View, picture: Size, stage: Size): Point & Size {
  const scale = scaleOf(view, picture, stage);
  const width = picture.width * scale;
  const height = picture.height * scale;
  const centre = view.scale === 'fit' ? { x: 0, y: 0 } : view.centre;
  return {
    x: Math.round((stage.width - width) / 2 + centre.x),
    y: Math.round((stage.height - height) / 2 + centre.y),
    width,
    height,
  };
}

/** The view at another scale; the point of the stage (from its centre) keeps its place in the picture. */
export function zoomed(
  view: View,
  { to, at = { x: 0, y: 0 } }: { to: number; at?: Point },
  picture: Size,
  stage: Size,
): View {
  const from = scaleOf(view, picture, stage);
  const scale = Math.min(MOST, Math.max(LEAST, to));
  const centre = view.scale === 'fit' ? { x: 0, y: 0 } : view.centre;
  const factor = scale / from;
  return {
    scale,
    centre: { x: at.x - factor * (at.x - centre.x), y: at.y - factor * (at.y - centre.y) },
  };
}

/** The next scale of the zoom buttons. */
export function nextScale(scale: number, direction: 1 | -1): number {
  const found =
    direction > 0
      ? SCALES.find((each) => each > scale * 1.01)
      : SCALES.findLast((each) => each < scale * 0.99);
  return found ?? scale;
}

/** The view moved by a vector, with a part of the picture always in the stage. */
export function moved(view: View, by: Point, picture: Size, stage: Size): View {
  const scale = scaleOf(view, picture, stage);
  const centre = view.scale === 'fit' ? { x: 0, y: 0 } : view.centre;
  const most = (edge: number, room: number): number => Math.max(0, (edge * scale + room) / 2 - 48);
  const limit = (value: number, edge: number, room: number): number =>
    Math.max(-most(edge, room), Math.min(most(edge, room), value));
  return {
    scale,
    centre: {
      x: limit(centre.x + by.x, picture.width, stage.width),
      y: limit(centre.y + by.y, picture.height, stage.height),
    },
  };
}
