// Adjoints of the layers of a perceptual network: from gradients with respect to their results to those with respect to their inputs.
import {
  conv2d,
  matMul,
  mul,
  pad,
  reshape,
  type Tensor3D,
  type Tensor4D,
  tensor2d,
  tensor3d,
  transpose,
} from '@tensorflow/tfjs-core';
import { customOp } from './custom-op.ts';

/** Name of the kernel of `reluConvAdjoint`: inputs dy, y and filter. */
export const RELU_CONV_ADJOINT = 'TesseraReluConvAdjoint';
/** Name of the kernel of `maxPoolAdjoint`: inputs x and dy. */
export const MAX_POOL_ADJOINT = 'TesseraMaxPoolAdjoint';

/**
 * The adjoint of `relu(reflectConv(x, …))` with 3×3 taps at stride 1, whose result was `y` `[h, w, out]`: from `dy` `[h, w, out]` to
 * `[h, w, in]`. `filter` `[3, 3, out, in]` is the layer's, turned by half a turn and with its channels exchanged (`turnedFilter`).
 * `out` is a multiple of 4, `in` of 8; h and w are above 1.
 */
export function reluConvAdjoint(dy: Tensor3D, y: Tensor3D, filter: Tensor4D): Tensor3D {
  return customOp({
    name: RELU_CONV_ADJOINT,
    inputs: { dy, y, filter },
    attrs: {},
    compose: () => {
      const [height, width] = y.shape;
      const gated = mul<Tensor3D>(dy, tensor3d(positive(y.dataSync()), y.shape));
      const ring: [number, number][] = [
        [2, 2],
        [2, 2],
        [0, 0],
      ];
      const full = conv2d(pad(gated, ring), filter, 1, 'valid');
      const rows = folded(full, height);
      const columns = folded(transpose(rows, [1, 0, 2]), width);
      return transpose(columns, [1, 0, 2]);
    },
  });
}

/** The adjoint of taking the largest of every 2×2 values of `x` `[h, w, c]`: each value of `dy` `[⌊h / 2⌋, ⌊w / 2⌋, c]` goes to the first largest. */
export function maxPoolAdjoint(x: Tensor3D, dy: Tensor3D): Tensor3D {
  return customOp({
    name: MAX_POOL_ADJOINT,
    inputs: { x, dy },
    attrs: {},
    compose: () => {
      const out = new Float32Array(x.size);
      spreadToMaxima(x.dataSync<'float32'>(), dy.dataSync<'float32'>(), out, x.shape);
      return tensor3d(out, x.shape);
    },
  });
}

const positive = (values: ArrayLike<number>): Float32Array =>
  Float32Array.from(values, (value) => (value > 0 ? 1 : 0));

/** Adds the first and the last row, which mirror rows inside, to those. */
function folded(full: Tensor3D, rows: number): Tensor3D {
  const [, width, channels] = full.shape;
  const fold = new Float32Array(rows * (rows + 2));
  for (let r = 0; r < rows + 2; r++) fold[mirrored(r - 1, rows) * (rows + 2) + r] = 1;
  const flat = reshape(full, [rows + 2, width * channels]);
  return reshape(matMul(tensor2d(fold, [rows, rows + 2]), flat), [rows, width, channels]);
}

/** The row inside that a row at most one outside is the mirror image of. */
export const mirrored = (row: number, rows: number): number =>
  row < 0 ? -row : row < rows ? row : 2 * rows - 2 - row;

/** Writes the values of `dy` to the first largest of each 2×2 values of `x`; `out` is 0 before. */
export function spreadToMaxima(
  x: Float32Array,
  dy: Float32Array,
  out: Float32Array,
  [height, width, channels]: readonly [number, number, number],
): void {
  const row = width * channels;
  let from = 0;
  for (let y = 0; y + 1 < height; y += 2) {
    for (let column = 0; column + 1 < width; column += 2) {
      const first = y * row + column * channels;
      for (let c = 0; c < channels; c++, from++) {
        const at = first + c;
        let largest = at;
        if (x[at + channels]! > x[largest]!) largest = at + channels;
        if (x[at + row]! > x[largest]!) largest = at + row;
        if (x[at + row + channels]! > x[largest]!) largest = at + row + channels;
        out[largest] = dy[from]!;
      }
    }
  }
}

/** The filter `[3, 3, in, out]` as its adjoint takes it, `[3, 3, out, inputs]`; `inputs` is `in` or more, filled up with zeros. */
export function turnedFilter(
  filter: Float32Array,
  { inputs, outputs, filled = inputs }: { inputs: number; outputs: number; filled?: number },
): Float32Array {
  const out = new Float32Array(9 * outputs * filled);
  for (let tap = 0; tap < 9; tap++) {
    for (let o = 0; o < outputs; o++) {
      for (let i = 0; i < inputs; i++)
        out[((8 - tap) * outputs + o) * filled + i] = filter[(tap * inputs + i) * outputs + o]!;
    }
  }
  return out;
}
