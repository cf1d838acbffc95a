// Comparisons, selection by a mask, maximum and minimum.

import type { Value } from '../graph.ts';
import { commonShape, shapeText } from '../shape.ts';
import { cast } from './cast.ts';
import { binary, mul, type Operand, pairOf, shapeOf } from './elementwise.ts';
import { sumTo } from './reduce.ts';

function comparison(op: string, x: Operand, y: Operand): Value {
  const { a, b } = pairOf(op.toLowerCase(), x, y);
  const shape = shapeOf(op.toLowerCase(), a, b);
  return a.graph.apply({ op, inputs: [a, b], shape, type: 'bool' });
}

/** a > b, as a bool tensor. */
export const greater = (a: Operand, b: Operand): Value => comparison('Greater', a, b);

/** a ≥ b, as a bool tensor. */
export const greaterOrEqual = (a: Operand, b: Operand): Value => comparison('GreaterOrEqual', a, b);

/** a where the bool tensor is true, else b. Throws a RangeError. */
export function where(mask: Value, x: Operand, y: Operand): Value {
  const { a, b } = pairOf('where', x, y);
  const shape = commonShape(mask.shape, shapeOf('where', a, b));
  if (mask.type !== 'bool' || !shape)
    throw new RangeError(
      `where: expected a bool mask that broadcasts to the values, got ${mask.type} ${shapeText(mask.shape)}`,
    );
  return a.graph.apply({
    op: 'Where',
    inputs: [mask, a, b],
    shape,
    type: a.type,
    parents: [
      { value: a, pull: (dy) => sumTo(where(mask, dy, 0), a.shape) },
      { value: b, pull: (dy) => sumTo(where(mask, 0, dy), b.shape) },
    ],
  });
}

// A product with 0 and 1 takes a third of the time that onnxruntime's Where takes on a processor.
/** x where the bool tensor is true, else 0; for finite x. Throws a RangeError. */
export const masked = (x: Value, mask: Value): Value =>
  mul(x, cast(mask, x.type === 'float16' ? 'float16' : 'float32'));

/** The larger of x and y; if they are equal, the gradient goes to x. */
export const maximum = (x: Operand, y: Operand): Value =>
  binary('Max', x, y, ({ a, b }) => [
    (dy) => masked(dy, greaterOrEqual(a, b)),
    (dy) => where(greaterOrEqual(a, b), 0, dy),
  ]);

/** The smaller of x and y; if they are equal, the gradient goes to x. */
export const minimum = (x: Operand, y: Operand): Value =>
  binary('Min', x, y, ({ a, b }) => [
    (dy) => masked(dy, greaterOrEqual(b, a)),
    (dy) => where(greaterOrEqual(b, a), 0, dy),
  ]);

/** x limited to [low, high]; the gradient passes for elements within. Throws a RangeError if low > high. */
export function clip(x: Value, low: number, high: number): Value {
  if (!(low <= high)) throw new RangeError(`clip: expected low ≤ high, got ${low} and ${high}`);
  return minimum(maximum(x, low), high);
}
