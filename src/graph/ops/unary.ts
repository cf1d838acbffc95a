// Operations on one tensor element by element.

import type { Attributes, Value } from '../graph.ts';
import { cast } from './cast.ts';
import { greater, masked } from './compare.ts';
import { add, div, mul, square, sub } from './elementwise.ts';

function unary(
  op: string,
  x: Value,
  pull: ((dy: Value, y: Value) => Value) | undefined,
  attributes: Attributes = {},
): Value {
  return x.graph.apply({
    op,
    inputs: [x],
    attributes,
    shape: x.shape,
    type: x.type,
    parents: pull ? [{ value: x, pull }] : [],
  });
}

/** max(x, 0); its derivative at 0 is 0. */
export const relu = (x: Value): Value => unary('Relu', x, (dy, y) => masked(dy, greater(y, 0)));

/** x, or slope · x if x is negative; the slope is positive. */
export const leakyRelu = (x: Value, slope = 0.2): Value =>
  unary('LeakyRelu', x, (dy, y) => mul(dy, slopeAt(y, slope)), {
    alpha: { float: slope },
  });

/** Steep enough for 0 or 1 on either side of 0. */
const STEEP = 1e30;

// The value has the sign of x. On a processor a steep sigmoid, bounded from below, takes a third of the time of a comparison, its
// conversion and the arithmetic on it; and onnxruntime's Where is several times as slow.
const slopeAt = (y: Value, slope: number): Value => {
  if (y.type === 'float32') {
    const step = unary('HardSigmoid', y, undefined, {
      alpha: { float: STEEP },
      beta: { float: 0 },
    });
    const { scalar } = y.graph;
    return y.graph.apply({
      op: 'Clip',
      inputs: [step, scalar(slope, 'float32'), scalar(1, 'float32')],
      shape: y.shape,
      type: y.type,
    });
  }
  const positive = cast(greater(y, 0), y.type === 'float16' ? 'float16' : 'float32');
  return add(mul(positive, 1 - slope), slope);
};

/** -x. */
export const neg = (x: Value): Value => mul(x, -1);

/** √x; its derivative grows without bound towards 0. */
export const sqrt = (x: Value): Value => unary('Sqrt', x, (dy, y) => div(mul(dy, 0.5), y));

/** |x|; its derivative at 0 is 0. */
export const abs = (x: Value): Value => unary('Abs', x, (dy) => mul(dy, sign(x)));

/** -1, 0 or 1; passes no gradient. */
export const sign = (x: Value): Value => unary('Sign', x, undefined);

/** eˣ. */
export const exp = (x: Value): Value => unary('Exp', x, (dy, y) => mul(dy, y));

/** Natural logarithm. */
export const log = (x: Value): Value => unary('Log', x, (dy) => div(dy, x));

/** 1 / (1 + e⁻ˣ). */
export const sigmoid = (x: Value): Value =>
  unary('Sigmoid', x, (dy, y) => mul(dy, mul(y, sub(1, y))));

/** Hyperbolic tangent. */
export const tanh = (x: Value): Value => unary('Tanh', x, (dy, y) => mul(dy, sub(1, square(y))));
