// The pixels of each cell of two pictures as channels, as the pixel-art network sees them.
import { type Tensor3D, tensor3d } from '@tensorflow/tfjs-core';
import { customOp } from '../ops/custom-op.ts';

/** Name of the kernel of `cellPixels`: inputs raw and smooth; attributes of `CellPixelsAttrs`. */
export const CELL_PIXELS_OP = 'TesseraCellPixels';

/** 0…1: the share of what smoothing took away that the first half of the channels keeps. */
export type CellPixelsAttrs = { detail: number };

/** Edge of a cell in pixels. */
export const CELL_SIDE = 4;
/** Values of a cell of one picture. */
const PIXELS = CELL_SIDE ** 2;

/**
 * For each cell of 4×4 pixels 32 values: its pixels of `smooth` with a share of the difference to `raw`, row by row, then those of `smooth`
 * alone, all less the mean of the first 16. `raw` and `smooth` are `[4h, 4w, 1]`, the result is `[h, w, 32]`.
 */
export function cellPixels(
  { raw, smooth }: Record<'raw' | 'smooth', Tensor3D>,
  { detail }: CellPixelsAttrs,
): Tensor3D {
  const [height, width] = raw.shape;
  return customOp({
    name: CELL_PIXELS_OP,
    inputs: { raw, smooth },
    attrs: { detail },
    compose: () => {
      const shape = [height / CELL_SIDE, width / CELL_SIDE, 2 * PIXELS] as const;
      const [from, calm] = [raw.dataSync<'float32'>(), smooth.dataSync<'float32'>()];
      return tensor3d(inLoops(from, calm, { width, detail }), [...shape]);
    },
  });
}

function inLoops(
  raw: Float32Array,
  smooth: Float32Array,
  { width, detail }: { width: number; detail: number },
): Float32Array {
  const columns = width / CELL_SIDE;
  const data = new Float32Array(2 * raw.length);
  for (let cell = 0, to = 0; to < data.length; cell++, to += 2 * PIXELS) {
    const first = CELL_SIDE * (Math.floor(cell / columns) * width + (cell % columns));
    let sum = 0;
    for (let k = 0; k < PIXELS; k++) {
      const p = first + Math.floor(k / CELL_SIDE) * width + (k % CELL_SIDE);
      data[to + k] = smooth[p]! + detail * (raw[p]! - smooth[p]!);
      data[to + PIXELS + k] = smooth[p]!;
      sum += data[to + k]!;
    }
    for (let k = 0; k < 2 * PIXELS; k++) data[to + k]! -= sum / PIXELS;
  }
  return data;
}
