// Arithmetic on tensor shapes.

export type Shape = readonly number[];

/** Number of elements. */
export const sizeOf = (shape: Shape): number => shape.reduce((size, n) => size * n, 1);

/** A shape as text for messages: `[1, 3, 8, 8]`. */
export const shapeText = (shape: Shape): string => `[${shape.join(', ')}]`;

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i]);

/** Throws a RangeError unless every dimension is a positive integer. */
export function checkShape(op: string, shape: Shape): void {
  if (!shape.every((n) => Number.isInteger(n) && n > 0))
    throw new RangeError(`${op}: expected positive dimensions, got ${shapeText(shape)}`);
}

/** Throws a RangeError unless the shape has this many dimensions. */
export function checkRank(op: string, shape: Shape, rank: number): void {
  if (shape.length !== rank)
    throw new RangeError(`${op}: expected ${rank} dimensions, got ${shapeText(shape)}`);
}

/** A shape of four dimensions with their number in its type, often [n, c, h, w]. Throws a RangeError if it has another number of them. */
export function shape4(shape: Shape): readonly [number, number, number, number] {
  checkRank('shape4', shape, 4);
  return [shape[0]!, shape[1]!, shape[2]!, shape[3]!];
}

/** The common shape of two by numpy's rules; undefined if they have none. */
export function commonShape(a: Shape, b: Shape): number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let i = 0; i < rank; i += 1) {
    const m = a[a.length - rank + i] ?? 1;
    const n = b[b.length - rank + i] ?? 1;
    if (m !== n && m !== 1 && n !== 1) return undefined;
    shape.push(m === 1 ? n : m);
  }
  return shape;
}

/** Axes as 0…rank-1, sorted and without repeats; negative ones count from the end. Throws a RangeError. */
export function normalAxes(op: string, shape: Shape, axes: readonly number[]): number[] {
  const rank = shape.length;
  for (const axis of axes) {
    if (!Number.isInteger(axis) || axis < -rank || axis >= rank)
      throw new RangeError(`${op}: expected axes of ${shapeText(shape)}, got ${axis}`);
  }
  return [...new Set(axes.map((axis) => (axis + rank) % rank))].sort((a, b) => a - b);
}
