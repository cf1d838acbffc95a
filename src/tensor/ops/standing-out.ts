// What stands out in squares of pixels, such as thin lines, small lights and strong colours (after Weber et al., Rapid,
// Detail-Preserving Image Downscaling, 2016).
import { type Tensor3D, tensor3d } from '@tensorflow/tfjs-core';
import { customOp } from './custom-op.ts';

/** Name of the kernel of `standingOut`: input x. */
export const STANDING_OUT = 'TesseraStandingOut';

/** Edge of the squares in pixels. */
const SIDE = 4;
/** Added to each distance, so that a flat square still has a mean. */
export const LEAST_WEIGHT = 0.5 / 255;

/**
 * For each 4×4 pixels of `x` `[4h, 4w, 3]`, values 0…1, their mean weighted by how far pixels are from the surroundings (means of the
 * squares, smoothed 1-2-1; borders are repeated), less their plain mean: `[h, w, 3]`.
 */
export function standingOut(x: Tensor3D): Tensor3D {
  const [height, width] = x.shape;
  const shape: [number, number, number] = [height / SIDE, width / SIDE, 3];
  return customOp({
    name: STANDING_OUT,
    inputs: { x },
    attrs: {},
    compose: () => tensor3d(inLoops(x.dataSync<'float32'>(), shape), shape),
  });
}

function inLoops(data: Float32Array, [rows, columns]: readonly [number, number, number]) {
  const width = SIDE * columns;
  const pixelsOf = (cell: number): number[] =>
    Array.from({ length: SIDE ** 2 }, (_, n) => {
      const row = SIDE * Math.floor(cell / columns) + Math.floor(n / SIDE);
      return 3 * (row * width + SIDE * (cell % columns) + (n % SIDE));
    });
  const means = new Float32Array(3 * rows * columns);
  for (let cell = 0; cell < rows * columns; cell++) {
    for (const i of pixelsOf(cell)) {
      for (let c = 0; c < 3; c++) means[3 * cell + c]! += data[i + c]! / SIDE ** 2;
    }
  }
  const around = smoothed(means, columns, rows);
  const out = new Float32Array(means.length);
  for (let cell = 0; cell < rows * columns; cell++) {
    const at = 3 * cell;
    const sums = [0, 0, 0];
    let total = 0;
    for (const i of pixelsOf(cell)) {
      const [r, g, b] = [0, 1, 2].map((c) => data[i + c]! - around[at + c]!);
      const weight = LEAST_WEIGHT + Math.sqrt(r! * r! + g! * g! + b! * b!);
      for (let c = 0; c < 3; c++) sums[c]! += weight * data[i + c]!;
      total += weight;
    }
    for (let c = 0; c < 3; c++) out[at + c] = sums[c]! / total - means[at + c]!;
  }
  return out;
}

/** Each square averaged with its neighbours by 1-2-1 in both directions; borders are repeated. */
function smoothed(means: Float32Array, columns: number, rows: number): Float32Array {
  const across = new Float32Array(means.length);
  const out = new Float32Array(means.length);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const left = 3 * (y * columns + Math.max(0, x - 1));
      const right = 3 * (y * columns + Math.min(columns - 1, x + 1));
      const at = 3 * (y * columns + x);
      for (let c = 0; c < 3; c++)
        across[at + c] = (means[left + c]! + 2 * means[at + c]! + means[right + c]!) / 4;
    }
  }
  for (let y = 0; y < rows; y++) {
    const above = 3 * columns * Math.max(0, y - 1);
    const below = 3 * columns * Math.min(rows - 1, y + 1);
    const own = 3 * columns * y;
    for (let i = 0; i < 3 * columns; i++)
      out[own + i] = (across[above + i]! + 2 * across[own + i]! + across[below + i]!) / 4;
  }
  return out;
}
