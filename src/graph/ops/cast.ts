// Changes of element type.
import type { Value } from '../graph.ts';

// Numbers of the element types in onnx.proto.
const types = { float32: 1, float16: 10 };

/** x in another precision, or a bool tensor as 0 and 1; the gradient has x's own precision. */
export function cast(x: Value, type: 'float32' | 'float16'): Value {
  const own = x.type;
  if (own === type) return x;
  return x.graph.apply({
    op: 'Cast',
    inputs: [x],
    attributes: { to: { int: types[type] } },
    shape: x.shape,
    type,
    parents:
      own === 'float32' || own === 'float16' ? [{ value: x, pull: (dy) => cast(dy, own) }] : [],
  });
}
