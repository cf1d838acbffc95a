// Means over squares of pixels, and back to pixels by cubics.
import { add, avgPool, mul, type Tensor2D, type Tensor3D, tensor2d } from '@tensorflow/tfjs-core';
import { customOp } from '../ops/custom-op.ts';
import { composeUnpacked, type Reading } from '../ops/packed-pixels.ts';
import { composePower, type PowerAttrs } from '../ops/power.ts';
import { alongBoth } from './along-both.ts';

/** Name of the kernel of `pooled`: input x; attributes of `PoolAttrs`. */
export const POOL = 'TesseraPool';
/** Name of the kernel of `pooledPixels`: input pixels; attributes of `PoolAttrs` and `Reading`. */
export const POOL_PIXELS = 'TesseraPoolPixels';
/** Name of the kernel of `halved`: input x. */
export const HALVE = 'TesseraHalve';
/** Name of the kernel of `spread`: inputs grid and base; attributes of `SpreadAttrs`. */
export const SPREAD = 'TesseraSpread';

/** `coarse`: edge of the squares, in px, of which the sides are multiples. `power`: values are raised to it before. */
export type PoolAttrs = { coarse: number; power?: PowerAttrs | undefined };
export type SpreadAttrs = { coarse: number; factor: number };

/** Means over squares: `[h, w, c]` → `[h / coarse, w / coarse, c]`. */
export const pooled = (x: Tensor3D, attrs: PoolAttrs): Tensor3D =>
  customOp({ name: POOL, inputs: { x }, attrs, compose: () => composePooled(x, attrs) });

/** Means over squares of the colours of packed pixels, 0…1: `[h, w]` → `[h / coarse, w / coarse, channels]`. */
export const pooledPixels = (pixels: Tensor2D, attrs: PoolAttrs & Reading): Tensor3D =>
  customOp({
    name: POOL_PIXELS,
    inputs: { pixels },
    attrs,
    compose: () => composePooled(composeUnpacked(pixels, attrs), attrs),
  });

/** Every second sample of `x` `[h, w, c]`, blurred with the weights 1, 3, 3, 1 in both directions: `[h / 2, w / 2, c]`. Samples outside have no weight. */
export const halved = (x: Tensor3D): Tensor3D =>
  customOp({
    name: HALVE,
    inputs: { x },
    attrs: {},
    compose: () => alongBoth(x, halving(x.shape[0]), halving(x.shape[1])),
  });

/** `grid` `[h, w, c]` enlarged by cubics between the middles of the squares, times `factor`, plus `base` if given: `[coarse · h, coarse · w, c]`. */
export const spread = (grid: Tensor3D, base: Tensor3D | undefined, attrs: SpreadAttrs): Tensor3D =>
  customOp({
    name: SPREAD,
    inputs: { grid, ...(base && { base }) },
    attrs,
    compose: () => {
      const part = mul<Tensor3D>(composeSpread(grid, attrs.coarse), attrs.factor);
      return base ? add(base, part) : part;
    },
  });

function composePooled(x: Tensor3D, { coarse, power }: PoolAttrs): Tensor3D {
  const values = power ? composePower(x, power) : x;
  return coarse === 1 ? values.clone() : avgPool(values, coarse, coarse, 'valid');
}

/** `spread` alone, of operations that every backend has. */
export function composeSpread(grid: Tensor3D, coarse: number): Tensor3D {
  if (coarse === 1) return grid;
  const [height, width] = grid.shape;
  return alongBoth(grid, enlarging(height, coarse), enlarging(width, coarse));
}

/** What a cubic through four points has more of the outer ones than one that keeps parabolas: it suits a Gaussian's result. */
const SHARPER = 3 / 64;

/** Weights of four neighbouring samples at `t` of the way from the second to the third. */
function cubicWeights(t: number): [number, number, number, number] {
  const first = -t * (1 - t) * (0.5 * (1 - t) + SHARPER);
  const last = -t * (1 - t) * (0.5 * t + SHARPER);
  return [first, 1 - t - 2 * first + last, t + first - 2 * last, last];
}

/** `halved` for a line of `length` samples, as a matrix. */
function halving(length: number): Tensor2D {
  const matrix = new Float32Array((length * length) / 2);
  for (let i = 0; i < length / 2; i++) {
    const parts = [1, 3, 3, 1].map((weight, k) => ({ weight, sample: 2 * i - 1 + k }));
    const inside = parts.filter(({ sample }) => sample >= 0 && sample < length);
    const sum = inside.reduce((total, { weight }) => total + weight, 0);
    for (const { weight, sample } of inside) matrix[i * length + sample] = weight / sum;
  }
  return tensor2d(matrix, [length / 2, length]);
}

/** `spread` for a line of `length` samples, as a matrix. Outside, the line goes on as it is inside, turned by half a turn around its outermost samples. */
function enlarging(length: number, coarse: number): Tensor2D {
  const matrix = new Float32Array(coarse * length * length);
  for (let i = 0; i < coarse * length; i++) {
    const place = (i + 0.5) / coarse - 0.5;
    const second = Math.floor(place);
    for (const [k, weight] of cubicWeights(place - second).entries()) {
      const sample = second - 1 + k;
      const nearest = Math.min(length - 1, Math.max(0, sample));
      const opposite = Math.min(length - 1, Math.max(0, 2 * nearest - sample));
      matrix[i * length + nearest]! += 2 * weight;
      matrix[i * length + opposite]! -= weight;
    }
  }
  return tensor2d(matrix, [coarse * length, length]);
}
