// Padding of pictures' edges: zeros, reflection, repetition of the last pixel.
import type { Value } from '../graph.ts';
import { checkRank, shape4, shapeText } from '../shape.ts';
import { add } from './elementwise.ts';
import { sum } from './reduce.ts';
import { reverse } from './reshape.ts';
import { concat, padZeros, slice } from './slice.ts';

export type PadMode = 'zero' | 'reflect' | 'replicate';

/** Rows and columns added on each side: top, left, bottom, right. */
export type Sides = readonly [number, number, number, number];

/** Pads [n, c, h, w]; `reflect` does not repeat the edge itself, so padding must be less than h or w. Throws a RangeError. */
export function pad(x: Value, [top, left, bottom, right]: Sides, mode: PadMode = 'zero'): Value {
  checkRank('pad', x.shape, 4);
  if (mode === 'zero') return padFrame(x, [top, left, bottom, right]);
  const rows = padAxis(x, { axis: 2, before: top, after: bottom }, mode);
  return padAxis(rows, { axis: 3, before: left, after: right }, mode);
}

/** Zeros around the pictures, in one operation. */
function padFrame(x: Value, [top, left, bottom, right]: Sides): Value {
  const [n, c, h, w] = shape4(x.shape);
  if (![top, left, bottom, right].every((length) => Number.isInteger(length) && length >= 0))
    throw new RangeError(
      `pad: expected lengths from 0, got ${shapeText([top, left, bottom, right])}`,
    );
  if (top + left + bottom + right === 0) return x;
  const inside = (dy: Value): Value =>
    slice(slice(dy, { axis: 2, start: top, end: top + h }), {
      axis: 3,
      start: left,
      end: left + w,
    });
  return x.graph.apply({
    op: 'Pad',
    inputs: [x, x.graph.ints([0, 0, top, left, 0, 0, bottom, right])],
    shape: [n, c, h + top + bottom, w + left + right],
    type: x.type,
    parents: [{ value: x, pull: inside }],
  });
}

type Along = { axis: number; before: number; after: number };

const onnxModes = { reflect: 'reflect', replicate: 'edge' };

function padAxis(x: Value, along: Along, mode: 'reflect' | 'replicate'): Value {
  const { axis, before, after } = along;
  const length = x.shape[axis]!;
  const most = mode === 'reflect' ? length - 1 : Number.MAX_SAFE_INTEGER;
  if (![before, after].every((n) => Number.isInteger(n) && n >= 0 && n <= most))
    throw new RangeError(
      `pad: expected from 0 to ${most} for ${mode} padding of ${shapeText(x.shape)}, got ${before} and ${after}`,
    );
  if (before + after === 0) return x;
  const pads = [0, 0, 0, 0, 0, 0, 0, 0];
  pads[axis] = before;
  pads[4 + axis] = after;
  return x.graph.apply({
    op: 'Pad',
    inputs: [x, x.graph.ints(pads)],
    attributes: { mode: { string: onnxModes[mode] } },
    shape: x.shape.map((n, i) => (i === axis ? n + before + after : n)),
    type: x.type,
    parents: [{ value: x, pull: (dy) => fold(dy, along, mode) }],
  });
}

/** The adjoint: gradients in the padding are added to the pixels they were copied from. */
function fold(dy: Value, { axis, before, after }: Along, mode: 'reflect' | 'replicate'): Value {
  const end = dy.shape[axis]! - after;
  const length = end - before;
  const back = (part: Value): Value =>
    mode === 'reflect' ? reverse(part, [axis]) : sum(part, { axes: [axis], keepDims: true });
  const core = slice(dy, { axis, start: before, end });
  const parts: Part[] = [];
  const inset = mode === 'reflect' ? 1 : 0;
  if (before > 0)
    parts.push({ start: inset, value: back(slice(dy, { axis, start: 0, end: before })) });
  if (after > 0) {
    const value = back(slice(dy, { axis, start: end, end: end + after }));
    parts.push({ start: length - inset - value.shape[axis]!, value });
  }
  return addParts(core, axis, parts);
}

type Part = { start: number; value: Value };

/** Adds each part to `core` at its position; if the parts do not overlap, computes only the rows or columns that they cover. */
function addParts(core: Value, axis: number, parts: readonly Part[]): Value {
  const length = core.shape[axis]!;
  const pieces: Value[] = [];
  let done = 0;
  for (const { start, value } of parts) {
    const end = start + value.shape[axis]!;
    if (start < done) return addWhole(core, axis, parts);
    if (start > done) pieces.push(slice(core, { axis, start: done, end: start }));
    pieces.push(add(slice(core, { axis, start, end }), value));
    done = end;
  }
  if (done < length) pieces.push(slice(core, { axis, start: done, end: length }));
  return concat(pieces, axis);
}

function addWhole(core: Value, axis: number, parts: readonly Part[]): Value {
  const length = core.shape[axis]!;
  return parts.reduce((total, { start, value }) => {
    const after = length - start - value.shape[axis]!;
    return add(total, padZeros(value, { axis, before: start, after }));
  }, core);
}
