// Enlarging pictures by whole factors: each pixel becomes a block.
import type { Value } from '../graph.ts';
import { checkRank, shape4 } from '../shape.ts';
import { mul } from './elementwise.ts';

/** Resizes [n, c, h, w] to [n, c, factor · h, factor · w]. Throws a RangeError. */
export function resizeNearest(x: Value, factor: number): Value {
  checkRank('resizeNearest', x.shape, 4);
  if (!Number.isInteger(factor) || factor < 1)
    throw new RangeError(`resizeNearest: expected a whole factor from 1, got ${factor}`);
  if (factor === 1) return x;
  const [n, c, h, w] = shape4(x.shape);
  const shape = [n, c, factor * h, factor * w];
  return x.graph.apply({
    op: 'Resize',
    inputs: [x, undefined, undefined, x.graph.ints(shape)],
    attributes: {
      mode: { string: 'nearest' },
      nearest_mode: { string: 'floor' },
      coordinate_transformation_mode: { string: 'asymmetric' },
    },
    shape,
    type: x.type,
    parents: [{ value: x, pull: (dy) => sumBlocks(dy, factor) }],
  });
}

function sumBlocks(x: Value, size: number): Value {
  const [n, c, h, w] = shape4(x.shape);
  const means = x.graph.apply({
    op: 'AveragePool',
    inputs: [x],
    attributes: { kernel_shape: { ints: [size, size] }, strides: { ints: [size, size] } },
    shape: [n, c, h / size, w / size],
    type: x.type,
    parents: [{ value: x, pull: (dy) => resizeNearest(mul(dy, 1 / (size * size)), size) }],
  });
  return mul(means, size * size);
}
