// Reverse-mode differentiation of graphs.

import type { Value } from './graph.ts';
import { add } from './ops/elementwise.ts';
import { broadcastTo } from './ops/reduce.ts';
import { sameShape, shapeText } from './shape.ts';

/** All values between the loss and the values `wrt`, in the order they were made. */
function between(loss: Value, wrt: ReadonlySet<Value>): Value[] {
  const depends = new Map<Value, boolean>();
  // A loop, not recursion: a network's chain may exceed the call stack.
  const stack = [loss];
  while (stack.length > 0) {
    const value = stack.at(-1)!;
    const open = value.parents.map((parent) => parent.value).filter((v) => !depends.has(v));
    if (open.length > 0 && !depends.has(value)) {
      stack.push(...open);
      continue;
    }
    stack.pop();
    const hit = wrt.has(value) || value.parents.some((parent) => depends.get(parent.value));
    depends.set(value, hit);
  }
  const values = [...depends].filter(([, hit]) => hit).map(([value]) => value);
  return values.sort((a, b) => a.id - b.id);
}

const precision = ({ type }: Value): 'float16' | 'float32' =>
  type === 'float16' ? 'float16' : 'float32';

/** Gradients of a loss of shape [] with respect to each value, in its shape; 0 if the loss does not depend on it. Throws a RangeError. */
export function gradients(loss: Value, wrt: readonly Value[]): Value[] {
  if (loss.shape.length > 0)
    throw new RangeError(`gradients: expected a loss of shape [], got ${shapeText(loss.shape)}`);
  const { graph } = loss;
  const values = between(loss, new Set(wrt));
  const wanted = new Set(values);
  const found = new Map<Value, Value>([[loss, graph.scalar(1, precision(loss))]]);
  for (const value of values.reverse()) {
    const dy = found.get(value);
    if (!dy) continue;
    for (const parent of value.parents.filter((p) => wanted.has(p.value))) {
      const part = parent.pull(dy, value);
      if (!sameShape(part.shape, parent.value.shape))
        throw new RangeError(
          `gradients: expected ${shapeText(parent.value.shape)}, got ${shapeText(part.shape)}`,
        );
      const sofar = found.get(parent.value);
      found.set(parent.value, sofar ? add(sofar, part) : part);
    }
  }
  return wrt.map(
    (value) => found.get(value) ?? broadcastTo(graph.scalar(0, precision(value)), value.shape),
  );
}

/** The same value; no gradient passes through it. */
export const stopGradient = (value: Value): Value => value.graph.alias(value, []);

/** The same value with a gradient of its own: `gradient` takes the one with respect to the value and returns one for each input. */
export function customGradient(
  value: Value,
  inputs: readonly Value[],
  gradient: (dy: Value) => readonly Value[],
): Value {
  const made = new Map<Value, readonly Value[]>();
  const all = (dy: Value): readonly Value[] => {
    const parts = made.get(dy) ?? gradient(dy);
    made.set(dy, parts);
    return parts;
  };
  return value.graph.alias(
    value,
    inputs.map((input, i) => ({
      value: input,
      pull: (dy) => {
        const part = all(dy)[i];
        if (!part)
          throw new RangeError(`customGradient: expected ${inputs.length} gradients, got ${i}`);
        return part;
      },
    })),
  );
}
