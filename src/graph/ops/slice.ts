// Slices, zero padding (the adjoint of slices) and concatenation.
import type { Value } from '../graph.ts';
import { normalAxes, type Shape, sameShape, shapeText } from '../shape.ts';
import { reshape } from './reshape.ts';

export type Cut = {
  axis: number;
  /** First index. */
  start: number;
  /** Index after the last. */
  end: number;
  /** Takes every `step`-th index; default 1. */
  step?: number;
};

type Span = Required<Cut> & { length: number; before: number };

function spanOf(shape: Shape, { axis: asked, start, end, step = 1 }: Cut): Span {
  const axis = normalAxes('slice', shape, [asked])[0]!;
  const before = shape[axis]!;
  const whole = [start, end, step].every(Number.isInteger);
  if (!whole || start < 0 || end > before || start >= end || step < 1)
    throw new RangeError(
      `slice: expected 0 ≤ start < end ≤ ${before} of ${shapeText(shape)}, got ${start} to ${end} by ${step}`,
    );
  return { axis, start, end, step, length: Math.ceil((end - start) / step), before };
}

/** The part from `start` to `end` of an axis, every `step`-th. Throws a RangeError. */
export function slice(x: Value, cut: Cut): Value {
  const span = spanOf(x.shape, cut);
  if (span.length === span.before) return x;
  const { ints } = x.graph;
  return x.graph.apply({
    op: 'Slice',
    inputs: [x, ints([span.start]), ints([span.end]), ints([span.axis]), ints([span.step])],
    shape: x.shape.map((n, axis) => (axis === span.axis ? span.length : n)),
    type: x.type,
    parents: [{ value: x, pull: (dy) => unslice(dy, span) }],
  });
}

/** The adjoint of a slice: elements at the indexes that the slice took, zeros elsewhere. */
function unslice(dy: Value, { axis, start, step, length, before }: Span): Value {
  const room = length * step;
  const spread =
    step === 1
      ? dy
      : reshape(
          padZeros(reshape(dy, [...dy.shape.slice(0, axis + 1), 1, ...dy.shape.slice(axis + 1)]), {
            axis: axis + 1,
            before: 0,
            after: step - 1,
          }),
          dy.shape.map((n, i) => (i === axis ? room : n)),
        );
  const fitting =
    start + room > before ? slice(spread, { axis, start: 0, end: before - start }) : spread;
  return padZeros(fitting, { axis, before: start, after: Math.max(0, before - start - room) });
}

export type Padding = { axis: number; before: number; after: number };

/** Pads one axis with zeros. Throws a RangeError. */
export function padZeros(x: Value, { axis: asked, before, after }: Padding): Value {
  const axis = normalAxes('padZeros', x.shape, [asked])[0]!;
  if (![before, after].every((n) => Number.isInteger(n) && n >= 0))
    throw new RangeError(`padZeros: expected lengths from 0, got ${before} and ${after}`);
  if (before + after === 0) return x;
  const rank = x.shape.length;
  const pads = new Array<number>(2 * rank).fill(0);
  pads[axis] = before;
  pads[rank + axis] = after;
  const length = x.shape[axis]!;
  return x.graph.apply({
    op: 'Pad',
    inputs: [x, x.graph.ints(pads)],
    shape: x.shape.map((n, i) => (i === axis ? n + before + after : n)),
    type: x.type,
    parents: [{ value: x, pull: (dy) => slice(dy, { axis, start: before, end: before + length }) }],
  });
}

/** Joins tensors along an axis. Throws a RangeError if their other axes differ. */
export function concat(parts: readonly Value[], along: number): Value {
  const [first] = parts;
  if (!first) throw new RangeError('concat: expected at least one tensor, got none');
  if (parts.length === 1) return first;
  const axis = normalAxes('concat', first.shape, [along])[0]!;
  const others = (shape: Shape): number[] => shape.filter((_, i) => i !== axis);
  for (const { shape } of parts) {
    if (shape.length !== first.shape.length || !sameShape(others(shape), others(first.shape)))
      throw new RangeError(
        `concat: expected shapes equal but for axis ${axis}, got ${shapeText(first.shape)} and ${shapeText(shape)}`,
      );
  }
  let total = 0;
  const parents = parts.map((value) => {
    const start = total;
    total += value.shape[axis]!;
    const end = total;
    return { value, pull: (dy: Value) => slice(dy, { axis, start, end }) };
  });
  return first.graph.apply({
    op: 'Concat',
    inputs: parts,
    attributes: { axis: { int: axis } },
    shape: first.shape.map((n, i) => (i === axis ? total : n)),
    type: first.type,
    parents,
  });
}
