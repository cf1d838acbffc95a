// Separable Gaussian blur with zero padding, on planar tensors, as convolutions that the WASM backend runs fast.
import {
  conv2d,
  reshape,
  type Tensor3D,
  type Tensor4D,
  tensor4d,
  transpose,
} from '@tensorflow/tfjs-core';
import { inTurn } from '../ops/in-turn.ts';

/** Sampled Gaussian of `size` (odd) taps, adding up to one; `sigma` in samples. */
export function gaussianKernel({ size, sigma }: { size: number; sigma: number }): Float32Array {
  if (size % 2 !== 1) throw new RangeError(`kernel: expected an odd size, got ${size}`);
  const centre = (size - 1) / 2;
  const weights = Array.from({ length: size }, (_, i) =>
    Math.exp(-((i - centre) ** 2) / (2 * sigma ** 2)),
  );
  const sum = weights.reduce((a, b) => a + b, 0);
  return Float32Array.from(weights, (w) => w / sum);
}

/** Odd number of taps that holds three sigmas to each side. */
export const tapsFor = (sigma: number): number => 2 * Math.max(1, Math.ceil(3 * sigma)) + 1;

/**
 * A blur of planes that turns them: `[c, h, w]` in, `[c, w, h]` out, because a transposition between two
 * convolutions along the rows is cheaper than a convolution along the columns. `turn` blurs upright planes,
 * `turnBack` the turned ones; with a symmetric kernel each is the other's adjoint.
 */
export type Blur = {
  turn: (planes: Tensor3D) => Tensor3D;
  turnBack: (planes: Tensor3D) => Tensor3D;
  dispose: () => void;
};

/** Blur for planes of `height × width` with an odd symmetric kernel and zero padding. */
export function createBlur({
  width,
  height,
  kernel,
}: {
  width: number;
  height: number;
  kernel: Float32Array;
}): Blur {
  const alongWidth = rowFilter(width, kernel);
  const alongHeight = rowFilter(height, kernel);
  const both = (planes: Tensor3D, first: Tensor4D, second: Tensor4D): Tensor3D =>
    inTurn(
      planes,
      (x) => alongRows(x, first),
      (x) => transpose(x, [0, 2, 1]),
      (x) => alongRows(x, second),
    );
  return {
    turn: (planes) => both(planes, alongWidth, alongHeight),
    turnBack: (planes) => both(planes, alongHeight, alongWidth),
    dispose() {
      alongWidth.dispose();
      alongHeight.dispose();
    },
  };
}

/** How many neighbours of a row of `length` values are taken as channels: at most eight, and such that no smaller block is left over. */
export const blockOf = (length: number): number =>
  [8, 4, 2].find((size) => length % size === 0) ?? 1;

// Eight neighbours of a row are taken as eight channels: the convolution's matrix is then the kernel's Toeplitz
// matrix, cut into 8×8 blocks, and the SIMD lanes are full. Lengths without a factor of eight use what they have.
function rowFilter(length: number, kernel: Float32Array): Tensor4D {
  const block = blockOf(length);
  const radius = (kernel.length - 1) / 2;
  const reach = Math.ceil(radius / block);
  const blocks = 2 * reach + 1;
  const weights = new Float32Array(blocks * block * block);
  for (let b = 0; b < blocks; b++) {
    for (let from = 0; from < block; from++) {
      for (let to = 0; to < block; to++) {
        const distance = (b - reach) * block + from - to;
        if (Math.abs(distance) <= radius) {
          weights[(b * block + from) * block + to] = kernel[distance + radius]!;
        }
      }
    }
  }
  return tensor4d(weights, [1, blocks, block, block]);
}

// The kernel keeps a table of pointers, one for each tap of each pixel of one picture: with wide kernels and few channels that is
// many times the picture, so the rows are dealt out to many pictures. Sixteen at a time fill its tiles; a small table does no harm.
const ROWS_TOGETHER = [16, 8, 4, 2, 1];
const SMALL_TABLE = 2 ** 16;

function alongRows(planes: Tensor3D, filter: Tensor4D): Tensor3D {
  const [count, rows, length] = planes.shape;
  const [, taps, block] = filter.shape;
  const fits = (n: number): boolean => rows % n === 0 && (taps * n * length) / block <= SMALL_TABLE;
  const together = [rows, ...ROWS_TOGETHER].find(fits) ?? 1;
  const blocks: Tensor4D = reshape(planes, [
    (count * rows) / together,
    together,
    length / block,
    block,
  ]);
  return reshape(conv2d(blocks, filter, 1, 'same'), [count, rows, length]);
}
