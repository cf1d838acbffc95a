// Finds the white ground of logos and of pictures of products, which the network would paint in the style's middle tone, with a halo.
import type { Rgb } from '../../nets/rgb.ts';

/** Least sRGB code of every channel of a ground. */
const WHITE = 0.94;
/** Differences from the ground's colour in sRGB codes: up to `same` a pixel belongs to it, from `other` on it does not. */
const OFF = { same: 4 / 255, other: 16 / 255 };
/** Least share of the border, and of each of its sides, that a ground covers. A white sky does not reach the lower side. */
const BORDER = { whole: 0.6, side: 0.25 };

export type Ground = {
  colour: readonly [number, number, number];
  /** For every pixel, how much it belongs to the ground, 0…1. */
  share: Float32Array;
};

/** The ground if the picture has one: a nearly constant white along its border. Areas of the same colour inside belong to it too. */
export function findGround(picture: Rgb): Ground | undefined {
  const sides = bordersOf(picture);
  const white = sides.flat().filter((i) => isWhite(picture, i));
  if (white.length === 0) return undefined;
  const colour = [0, 1, 2].map((c) => medianOf(white.map((i) => picture.data[i + c]!)));
  const ground = colour as [number, number, number];
  const same = sides.map(
    (side) => side.filter((i) => shareAt(picture, i, ground) === 1).length / side.length,
  );
  const whole = same.reduce((sum, one, k) => sum + one * sides[k]!.length, 0) / sides.flat().length;
  if (whole < BORDER.whole || Math.min(...same) < BORDER.side) return undefined;
  const share = new Float32Array(picture.width * picture.height);
  for (let p = 0; p < share.length; p++) share[p] = shareAt(picture, 3 * p, ground);
  return { colour: ground, share };
}

/** Puts the ground's colour back over what was painted, in place. */
export function keepGround({ data }: Rgb, { colour, share }: Ground): void {
  for (let p = 0, i = 0; p < share.length; p++, i += 3) {
    const kept = share[p]!;
    if (kept === 0) continue;
    for (let c = 0; c < 3; c++) data[i + c]! += kept * (colour[c]! - data[i + c]!);
  }
}

/** Indices of the red values along the upper, lower, left and right side. */
function bordersOf({ width, height }: Rgb): number[][] {
  const row = (y: number) => Array.from({ length: width }, (_, x) => 3 * (width * y + x));
  const column = (x: number) => Array.from({ length: height }, (_, y) => 3 * (width * y + x));
  return [row(0), row(height - 1), column(0), column(width - 1)];
}

const isWhite = ({ data }: Rgb, i: number): boolean =>
  Math.min(data[i]!, data[i + 1]!, data[i + 2]!) >= WHITE;

function shareAt({ data }: Rgb, i: number, [r, g, b]: Ground['colour']): number {
  const off = Math.max(
    Math.abs(data[i]! - r),
    Math.abs(data[i + 1]! - g),
    Math.abs(data[i + 2]! - b),
  );
  return Math.min(1, Math.max(0, (OFF.other - off) / (OFF.other - OFF.same)));
}

const medianOf = (values: number[]): number =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
