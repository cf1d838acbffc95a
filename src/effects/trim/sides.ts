// The texts of `trim`: what is cut off each side, as pixels or as fractions of the picture.
import { paramError } from '../../errors.ts';
import type { Size } from '../../image.ts';
import type { Rectangle } from './border.ts';

/** Lengths: whole pixels, or below 1 fractions of the picture's width or height. */
export type Sides = { top: number; right: number; bottom: number; left: number };

/** A length as it is written: `20`, `0.25`. */
export const LENGTH = '(?:\\d{1,5}|0?\\.\\d{1,6}|0\\.\\d{1,6})';

/** Reads four lengths joined by `;` or `~`. */
export function readSides(text: string): Sides {
  const [top, right, bottom, left] = text.split(/[;~]/).map(Number) as [
    number,
    number,
    number,
    number,
  ];
  return { top, right, bottom, left };
}

/** Writes them as `readSides` reads them. */
export const writeSides = ({ top, right, bottom, left }: Sides): string =>
  [top, right, bottom, left].join('~');

/** The length at a device pixel ratio; fractions stay. */
export const atDensity = (length: number, dpr: number): number =>
  length < 1 ? length : Math.round(length * dpr);

/** The part that remains; `size` replaces what is cut off on the right and below. Throws `bad_option` if nothing remains. */
export function remainingPart(
  input: Size,
  sides: Sides,
  size: { width?: number | undefined; height?: number | undefined },
): Rectangle {
  const pixels = (length: number, whole: number): number =>
    length < 1 ? Math.round(length * whole) : length;
  const [x, y] = [pixels(sides.left, input.width), pixels(sides.top, input.height)];
  const along = (begin: number, end: number, whole: number, wanted: number | undefined): number =>
    wanted === undefined
      ? whole - begin - pixels(end, whole)
      : Math.min(whole - begin, Math.max(1, pixels(wanted, whole)));
  const width = along(x, sides.right, input.width, size.width);
  const height = along(y, sides.bottom, input.height, size.height);
  if (width >= 1 && height >= 1) return { x, y, width, height };
  throw paramError({
    param: 'trim',
    expected: `less than the picture's ${input.width}×${input.height}`,
    got: `${input.width - width} off its width and ${input.height - height} off its height`,
  });
}
