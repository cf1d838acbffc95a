// Means over squares of pixels, and back to pixels linearly, with full SIMD lanes whatever the number of colours.
import {
  conv2d,
  reshape,
  type Tensor3D,
  type Tensor4D,
  tensor4d,
  image as tfImage,
  transpose,
} from '@tensorflow/tfjs-core';
import type { Size } from '../../image.ts';
import { inTurn } from '../ops/in-turn.ts';
import { blockOf } from './gaussian.ts';

export type CoarseGrid = {
  /** Means of `coarse × coarse` pixels: planes `[c, h, w]` → `[c, h / coarse, w / coarse]`. */
  pool: (planes: Tensor3D) => Tensor3D;
  /** Linearly between the middles of the squares: turned planes `[c, w / coarse, h / coarse]` → `[h, w, c]`. */
  spread: (turned: Tensor3D) => Tensor3D;
  dispose: () => void;
};

/** Makes the grid for pictures whose sides are multiples of `coarse`. */
export function createCoarseGrid({ width, height, coarse }: Size & { coarse: number }): CoarseGrid {
  const block = { x: blockOf(width / coarse), y: blockOf(height / coarse) };
  const means = meanFilter(coarse, block.x);
  return {
    pool: (planes) =>
      inTurn(planes, (x) => {
        const [count] = x.shape;
        const inner = block.x * coarse;
        const blocks: Tensor4D = reshape(x, [count, height, width / inner, inner]);
        const pooled = conv2d(blocks, means, [coarse, 1], 'valid');
        return reshape(pooled, [count, height / coarse, width / coarse]);
      }),
    // Neighbours along the side that stays are taken as channels, which the kernel works on together, and for which it
    // keeps one set of weights and pointers instead of one a pixel.
    spread: (turned) =>
      inTurn(
        turned,
        (x) => stretch(x, { to: width, channels: block.y }), // [c, w, hc]
        (x) => transpose(x, [2, 1, 0]), // [hc, w, c]
        (x) => {
          const [rows, columns, count] = x.shape;
          const whole: Tensor3D = reshape(x, [1, rows, columns * count]);
          const tall = stretch(whole, { to: height, channels: block.x * coarse });
          return reshape(tall, [height, columns, count]);
        },
      ),
    dispose: () => means.dispose(),
  };
}

function stretch(planes: Tensor3D, { to, channels }: { to: number; channels: number }): Tensor3D {
  const [count, from, length] = planes.shape;
  const blocks: Tensor4D = reshape(planes, [count, from, length / channels, channels]);
  const resized = tfImage.resizeBilinear(blocks, [to, length / channels], false, true);
  return reshape(resized, [count, to, length]);
}

// As in the blur, neighbours of a row are channels: `block · coarse` pixels come in, `block` means go out.
function meanFilter(coarse: number, block: number): Tensor4D {
  const inner = block * coarse;
  const weights = new Float32Array(coarse * inner * block);
  for (let i = 0; i < coarse * inner; i++) {
    weights[i * block + Math.floor((i % inner) / coarse)] = 1 / coarse ** 2;
  }
  return tensor4d(weights, [coarse, 1, inner, block]);
}
