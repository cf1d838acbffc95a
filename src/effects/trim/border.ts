// Finds the border of one colour around a picture.
import type { Image, Size } from '../../image.ts';
import type { Pace } from '../../timing.ts';

export type Rectangle = Size & { x: number; y: number };

// Largest difference of a border pixel, in levels: JPEG adds a few levels of noise to flat areas.
const TOLERANCE = 10;

/**
 * The part inside a border of one colour: the colour that most corners share (the first of equals), within ten levels in
 * every premultiplied channel. The whole picture if no two corners agree, or if it has no other colour.
 */
export async function insideBorder(image: Image, pace: Pace): Promise<Rectangle> {
  const { width, height } = image;
  const whole = { x: 0, y: 0, width, height };
  const colour = cornerColour(image);
  if (!colour) return whole;
  const isBorder = matcher(image, colour);
  const isBorderRow = (y: number): boolean => {
    for (let p = y * width; p < (y + 1) * width; p++) if (!isBorder(p)) return false;
    return true;
  };
  let top = 0;
  for (; top < height && isBorderRow(top); top++) await pace(0.5 / height);
  if (top === height) return whole;
  let bottom = height - 1;
  for (; isBorderRow(bottom); bottom--) await pace(0.5 / height);
  const isBorderColumn = (x: number): boolean => {
    for (let y = top; y <= bottom; y++) if (!isBorder(y * width + x)) return false;
    return true;
  };
  const rows = bottom - top + 1;
  let left = 0;
  for (; isBorderColumn(left); left++) await pace(0.5 / width);
  let right = width - 1;
  for (; isBorderColumn(right); right--) await pace(0.5 / width);
  return { x: left, y: top, width: right - left + 1, height: rows };
}

type Colour = readonly [r: number, g: number, b: number, a: number];

/** Premultiplied colour of a pixel, in levels. */
function colourAt({ data }: Image, pixel: number): Colour {
  const i = 4 * pixel;
  const a = data[i + 3]!;
  const weighed = (c: number): number => (data[i + c]! * a) / 255;
  return [weighed(0), weighed(1), weighed(2), a];
}

function cornerColour(image: Image): Colour | undefined {
  const { width, height } = image;
  const last = (height - 1) * width;
  const corners = [0, width - 1, last, last + width - 1];
  let most = 1;
  let found: Colour | undefined;
  for (const corner of corners) {
    const colour = colourAt(image, corner);
    const count = corners.filter(matcher(image, colour)).length;
    if (count > most) {
      most = count;
      found = colour;
    }
  }
  return found;
}

function matcher(image: Image, [r, g, b, a]: Colour): (pixel: number) => boolean {
  const { data } = image;
  const near = (value: number, wanted: number): boolean => Math.abs(value - wanted) <= TOLERANCE;
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
