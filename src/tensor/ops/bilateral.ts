// A bilateral filter of small pictures (Tomasi & Manduchi 1998).
import { type Tensor2D, type Tensor3D, tensor3d } from '@tensorflow/tfjs-core';
import { customOp } from './custom-op.ts';

/** Name of the kernel of `bilateral`: inputs x and opacity; attributes of `BilateralAttrs`. */
export const BILATERAL = 'TesseraBilateral';

/** Standard deviation of the weights by difference: the distance of two colours. */
export type BilateralAttrs = { range: number };

/** Pixels on each side that a pixel is averaged with. */
export const REACH = 2;
/** Standard deviation of the weights by place, in pixels. */
const SPREAD = 1.5;

/** Steps to the pixels around one, row by row, and half of the squared distance over the squared spread. */
export const AROUND = Array.from({ length: (2 * REACH + 1) ** 2 }, (_, n) => ({
  x: (n % (2 * REACH + 1)) - REACH,
  y: Math.floor(n / (2 * REACH + 1)) - REACH,
}))
  .filter(({ x, y }) => x !== 0 || y !== 0)
  .map(({ x, y }) => ({ x, y, apart: (x * x + y * y) / (2 * SPREAD * SPREAD) }));

/**
 * Each pixel of `x` `[h, w, 3]` becomes a mean of those up to two pixels away, weighted by their distance and by how far their colours are
 * apart. Pixels with `opacity` `[h, w]` 0 have no part in others; those with 1 have.
 */
export function bilateral(
  x: Tensor3D,
  opacity: Tensor2D | undefined,
  { range }: BilateralAttrs,
): Tensor3D {
  return customOp({
    name: BILATERAL,
    inputs: { x, ...(opacity && { opacity }) },
    attrs: { range },
    compose: () => {
      const shares = opacity?.dataSync<'float32'>();
      return tensor3d(inLoops(x.dataSync<'float32'>(), x.shape, { shares, range }), x.shape);
    },
  });
}

function inLoops(
  values: Float32Array,
  [height, width]: readonly number[],
  { shares, range }: { shares: Float32Array | undefined; range: number },
): Float32Array {
  const out = new Float32Array(values.length);
  const sharpness = 1 / (2 * range * range);
  for (let p = 0; p < out.length / 3; p++) {
    const [own, column, row] = [3 * p, p % width!, Math.floor(p / width!)];
    const sums = [values[own]!, values[own + 1]!, values[own + 2]!];
    let total = 1;
    for (const { x, y, apart } of AROUND) {
      const [i, j] = [column + x, row + y];
      if (i < 0 || i >= width! || j < 0 || j >= height!) continue;
      const q = j * width! + i;
      const other = 3 * q;
      let square = 0;
      for (let c = 0; c < 3; c++) square += (values[other + c]! - values[own + c]!) ** 2;
      const weight = (shares?.[q] ?? 1) * Math.exp(-apart - sharpness * square);
      total += weight;
      for (let c = 0; c < 3; c++) sums[c]! += weight * values[other + c]!;
    }
    for (let c = 0; c < 3; c++) out[own + c] = sums[c]! / total;
  }
  return out;
}
