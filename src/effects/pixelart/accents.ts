// Small things in a colour of their own, such as lips or a distant roof: they count for more than their cells when a palette is chosen.
import { blurred } from '../../nets/pixelart/blurred.ts';
import { lumaOf } from '../../nets/pixelart/luma.ts';
import { codeOfLinear } from '../../tensor/colour/colour.ts';
import type { Straight } from '../../tensor/picture/straight.ts';

/** Surroundings that a colour is compared with: the standard deviation of a Gaussian, in cells. */
const AROUND = 4;
/** Difference of chroma (R − Y and B − Y, sRGB codes) for which a cell counts once more. */
const UNIT = 0.05;
/** How many times more a cell counts at most. */
const MOST = 4;

/** The cells in a row, followed by those that count more than once. Clear ones (opacity below a half) count once and are no surroundings. */
export function withAccents(cells: Straight): Straight {
  const { linear, alpha } = cells;
  const count = linear.length / 3;
  const codes = linear.map(codeOfLinear);
  const luma = lumaOf(codes);
  const opaque = alpha && luma.map((_, p) => (alpha[p]! >= 0.5 ? 1 : 0));
  const seen = opaque && blurred(opaque, cells, AROUND);
  const squares = new Float32Array(count);
  for (const c of [0, 2]) {
    const chroma = new Float32Array(count);
    for (let p = 0; p < count; p++) chroma[p] = (opaque?.[p] ?? 1) * (codes[3 * p + c]! - luma[p]!);
    const around = blurred(chroma, cells, AROUND);
    for (let p = 0; p < count; p++) {
      if (opaque?.[p] !== 0) squares[p]! += (chroma[p]! - around[p]! / (seen?.[p] ?? 1)) ** 2;
    }
  }
  const times = squares.map((square) => 1 + Math.min(MOST, Math.floor(Math.sqrt(square) / UNIT)));
  const width = times.reduce((sum, n) => sum + n, 0);
  const all = new Float32Array(3 * width);
  const opacity = alpha && new Float32Array(width).fill(1);
  all.set(linear);
  if (alpha) opacity!.set(alpha);
  for (let p = 0, to = count; p < count; p++) {
    for (let n = 1; n < times[p]!; n++, to++) {
      for (let c = 0; c < 3; c++) all[3 * to + c] = linear[3 * p + c]!;
    }
  }
  return { width, height: 1, linear: all, alpha: opacity };
}
