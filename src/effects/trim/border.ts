// Finds the border of one colour around a picture.
import type { Image, Size } from '../../image.ts';
import { type Pace, portion } from '../../timing.ts';

export type Rectangle = Size & { x: number; y: number };

/** Largest difference of a border pixel from the border's colour, in levels: JPEG adds a few levels of noise to flat areas. */
export const DEFAULT_TOLERANCE = 10;
/** A border whose colour changes slowly is followed to so many times the tolerance. */
const DRIFT = 2;

export type BorderOptions = {
  /** Six or eight hexadecimal digits; the colour that most corners share (the first of equals) unless given. */
  color?: string | undefined;
  /** Largest difference in any premultiplied channel, 0…255 levels. */
  tolerance: number;
  /** Rows and columns of the border that stay, in px. */
  keep: number;
};

/**
 * The part inside a border of one colour. A border that changes slowly, as the paper of a scan does, is followed until it differs by
 * twice the tolerance. A side is cut only where the picture begins with an edge, never in the middle of a gradient. The whole picture
 * if no two corners agree; undefined if it is all border.
 */
export async function insideBorder(
  image: Image,
  { color, tolerance, keep }: BorderOptions,
  pace: Pace,
): Promise<Rectangle | undefined> {
  const { width, height } = image;
  const whole = { x: 0, y: 0, width, height };
  const colour = color === undefined ? cornerColour(image, tolerance) : colourOf(color);
  if (!colour) return whole;
  const kindOf = lineKinds(image, colour, tolerance);
  const row = (y: number): Line => ({ first: y * width, step: 1, count: width });
  const rowPace = portion(pace, 0.5);
  const top = await thickness(height, (i) => kindOf(row(i), -width, i > 0), rowPace);
  if (top === height) return undefined;
  const last = height - 1;
  const bottom = await thickness(height - top, (i) => kindOf(row(last - i), width, i > 0), rowPace);
  const rows = height - top - bottom;
  if (rows < 1) return whole;
  const column = (x: number): Line => ({ first: top * width + x, step: width, count: rows });
  const columnPace = portion(pace, 0.5);
  const left = await thickness(width, (i) => kindOf(column(i), -1, i > 0), columnPace);
  if (left === width) return undefined;
  const right = await thickness(
    width - left,
    (i) => kindOf(column(width - 1 - i), 1, i > 0),
    columnPace,
  );
  const kept = (border: number): number => Math.max(0, border - keep);
  return {
    x: kept(left),
    y: kept(top),
    width: width - kept(left) - kept(right),
    height: height - kept(top) - kept(bottom),
  };
}

/** How many lines of border a side has; none if the border ends in a gradient. */
async function thickness(
  most: number,
  kindOf: (line: number) => Kind,
  pace: Pace,
): Promise<number> {
  for (let line = 0; line < most; line++) {
    const kind = kindOf(line);
    if (kind === 'gradient') return 0;
    if (kind === 'edge') return line;
    await pace(1 / most);
  }
  return most;
}

/** Pixels of a row or a column. */
type Line = { first: number; step: number; count: number };
/** A line of the border, the first line of the picture, or a line in which the border has slowly become another colour. */
type Kind = 'border' | 'edge' | 'gradient';

/** Classifies a line; its neighbour outside, if `inner`, is `outside` pixels away and a line of the border. */
function lineKinds(image: Image, colour: Colour, tolerance: number) {
  const isNear = matcher(image, colour, tolerance);
  const hasDrifted = matcher(image, colour, DRIFT * tolerance);
  return ({ first, step, count }: Line, outside: number, inner: boolean): Kind => {
    let gradient = false;
    for (let i = 0, p = first; i < count; i++, p += step) {
      if (isNear(p)) continue;
      if (!inner || !isAlike(image, { a: p, b: p + outside }, tolerance)) return 'edge';
      if (!hasDrifted(p)) gradient = true;
    }
    return gradient ? 'gradient' : 'border';
  };
}

/** Whether two pixels differ by at most the tolerance in every premultiplied channel. */
function isAlike(image: Image, { a, b }: { a: number; b: number }, tolerance: number): boolean {
  const other = colourAt(image, b);
  return colourAt(image, a).every((value, c) => Math.abs(value - other[c]!) <= tolerance);
}

type Colour = readonly [r: number, g: number, b: number, a: number];

/** Premultiplied colour of a pixel, in levels. */
function colourAt({ data }: Image, pixel: number): Colour {
  const i = 4 * pixel;
  const a = data[i + 3]!;
  const weighed = (c: number): number => (data[i + c]! * a) / 255;
  return [weighed(0), weighed(1), weighed(2), a];
}

/** Premultiplied colour of six or eight hexadecimal digits, in levels. */
function colourOf(hex: string): Colour {
  const byte = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);
  const a = hex.length === 8 ? byte(6) : 255;
  return [(byte(0) * a) / 255, (byte(2) * a) / 255, (byte(4) * a) / 255, a];
}

function cornerColour(image: Image, tolerance: number): Colour | undefined {
  const { width, height } = image;
  const last = (height - 1) * width;
  const corners = [0, width - 1, last, last + width - 1];
  let most = 1;
  let found: Colour | undefined;
  for (const corner of corners) {
    const colour = colourAt(image, corner);
    const count = corners.filter(matcher(image, colour, tolerance)).length;
    if (count > most) {
      most = count;
      found = colour;
    }
  }
  return found;
}

function matcher(
  { data }: Image,
  [r, g, b, a]: Colour,
  tolerance: number,
): (pixel: number) => boolean {
  const near = (value: number, wanted: number): boolean => Math.abs(value - wanted) <= tolerance;
  return (pixel) => {
    const i = 4 * pixel;
    const alpha = data[i + 3]!;
    const scale = alpha / 255;
    return (
      near(alpha, a) &&
      near(scale * data[i]!, r) &&
      near(scale * data[i + 1]!, g) &&
      near(scale * data[i + 2]!, b)
    );
  };
}
