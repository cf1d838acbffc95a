// Resizing by linear interpolation.
import type { Value } from '../graph.ts';
import { checkRank, checkShape, sameShape, shape4 } from '../shape.ts';
import { matMul } from './matmul.ts';

export type Extent = { height: number; width: number };

/** Resizes [n, c, h, w] to [n, c, height, width]: half-pixel centres, no antialiasing. Throws a RangeError. */
export function resizeBilinear(x: Value, { height, width }: Extent): Value {
  checkRank('resizeBilinear', x.shape, 4);
  const [n, c, h, w] = shape4(x.shape);
  const shape = [n, c, height, width];
  checkShape('resizeBilinear', shape);
  if (sameShape(shape, x.shape)) return x;
  const type = x.type === 'float16' ? 'float16' : 'float32';
  const matrix = (from: number, to: number): Value =>
    x.graph.constant(interpolation(from, to), [to, from], type);
  return x.graph.apply({
    op: 'Resize',
    inputs: [x, undefined, undefined, x.graph.ints(shape)],
    attributes: {
      mode: { string: 'linear' },
      coordinate_transformation_mode: { string: 'half_pixel' },
    },
    shape,
    type: x.type,
    parents: [
      {
        value: x,
        pull: (dy) => matMul(matrix(h, height), matMul(dy, matrix(w, width)), { transposeA: true }),
      },
    ],
  });
}

/** Weight of each of `from` samples in each of `to`, as a matrix [to, from]. */
function interpolation(from: number, to: number): Float32Array {
  const weights = new Float32Array(to * from);
  for (let i = 0; i < to; i += 1) {
    const at = ((i + 0.5) * from) / to - 0.5;
    const low = Math.floor(at);
    const share = at - low;
    const add = (index: number, weight: number): void => {
      const k = i * from + Math.min(from - 1, Math.max(0, index));
      weights[k] = weights[k]! + weight;
    };
    add(low, 1 - share);
    add(low + 1, share);
  }
  return weights;
}
