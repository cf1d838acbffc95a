// Means over axes.

import type { Value } from '../graph.ts';
import { sizeOf } from '../shape.ts';
import { mul } from './elementwise.ts';
import { broadcastTo, type ReduceOptions, reduction } from './reduce.ts';
import { reshape } from './reshape.ts';

/** Arithmetic mean over axes; over no axes it is x. Throws a RangeError. */
export function mean(x: Value, options: ReduceOptions = {}): Value {
  const { axes, kept, shape } = reduction('mean', x, options);
  if (axes.length === 0) return x;
  const count = sizeOf(x.shape) / sizeOf(kept);
  return x.graph.apply({
    op: 'ReduceMean',
    inputs: [x, x.graph.ints(axes)],
    attributes: { keepdims: { int: options.keepDims ? 1 : 0 } },
    shape,
    type: x.type,
    parents: [
      {
        value: x,
        pull: (dy) => broadcastTo(reshape(mul(dy, 1 / count), kept), x.shape),
      },
    ],
  });
}
