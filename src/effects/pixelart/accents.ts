// Small things in a colour of their own, such as lips or a distant roof: they count for more than their cells when a palette is chosen.
import { blurred } from '../../nets/pixelart/blurred.ts';
import { lumaOf } from '../../nets/pixelart/luma.ts';
import { codesOfLinear } from '../../tensor/colour/colour.ts';
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
  const times = timesOf(cells);
  const width = times.reduce((sum, n) => sum + n, 0);
  const all = new Float32Array(3 * width);
  const opacity = alpha && new Float32Array(width).fill(1);
  all.set(linear);
  if (alpha) opacity!.set(alpha);
  for (let p = 0, to = 3 * count; p < count; p++) {
    for (let n = 1; n < times[p]!; n++) {
      for (let i = 3 * p; i < 3 * p + 3; i++) all[to++] = linear[i]!;
    }
  }
  return { width, height: 1, linear: all, alpha: opacity };
}

/** How often each cell counts. */
function timesOf({ width, height, linear, alpha }: Straight): Uint8Array {
  const size = { width, height };
  const codes = codesOfLinear(linear);
  const luma = lumaOf(codes);
  const opaque = alpha?.map((share) => (share >= 0.5 ? 1 : 0));
  const seen = opaque && blurred(opaque, size, { sigma: AROUND, channels: 1 });
  const chroma = new Float32Array(2 * luma.length);
  for (let p = 0; p < luma.length; p++) {
    if (opaque?.[p] === 0) continue;
    chroma[2 * p] = codes[3 * p]! - luma[p]!;
    chroma[2 * p + 1] = codes[3 * p + 2]! - luma[p]!;
  }
  const around = blurred(chroma, size, { sigma: AROUND, channels: 2 });
  const times = new Uint8Array(luma.length).fill(1);
  for (let p = 0; p < luma.length; p++) {
    if (opaque?.[p] === 0) continue;
    const share = seen?.[p] ?? 1;
    const red = chroma[2 * p]! - around[2 * p]! / share;
    const blue = chroma[2 * p + 1]! - around[2 * p + 1]! / share;
    const far = Math.sqrt(red * red + blue * blue);
    times[p] = 1 + Math.min(MOST, Math.floor(far / UNIT));
  }
  return times;
}
