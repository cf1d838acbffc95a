// Operations on two tensors element by element, with broadcasting.
import { constantNumber, type Graph, type Value } from '../graph.ts';
import { commonShape, sameShape, shapeText } from '../shape.ts';
import { broadcastTo, sumTo } from './reduce.ts';

/** A number stands for a tensor of shape []. */
export type Operand = Value | number;

type Pair = { a: Value; b: Value };
type Pulls = readonly [(dy: Value, y: Value) => Value, (dy: Value, y: Value) => Value];

/** Both operands as values of one graph and type. Throws a RangeError for two numbers, and for two types. */
export function pairOf(op: string, a: Operand, b: Operand): Pair {
  const known = typeof a === 'number' ? b : a;
  if (typeof known === 'number') throw new RangeError(`${op}: expected a tensor, got two numbers`);
  const type = known.type === 'float16' ? 'float16' : 'float32';
  const lift = (x: Operand): Value => (typeof x === 'number' ? known.graph.scalar(x, type) : x);
  const pair = { a: lift(a), b: lift(b) };
  if (pair.a.type !== pair.b.type)
    throw new RangeError(`${op}: expected one type, got ${pair.a.type} and ${pair.b.type}`);
  return pair;
}

/** The common shape. Throws a RangeError, which names operation and shapes, if there is none. */
export function shapeOf(op: string, a: Value, b: Value): number[] {
  const shape = commonShape(a.shape, b.shape);
  if (!shape)
    throw new RangeError(
      `${op}: expected shapes that broadcast, got ${shapeText(a.shape)} and ${shapeText(b.shape)}`,
    );
  return shape;
}

/** A repeated tensor before it was repeated, if the other operand repeats it anyway; else x. */
function unexpanded(x: Value, other: Value, shape: readonly number[]): Value {
  if (x.source.kind !== 'node' || x.source.op !== 'Expand') return x;
  const from = x.source.inputs[0]!;
  return sameShape(commonShape(from.shape, other.shape) ?? [], shape) ? from : x;
}

/** An operator on two tensors, with broadcasting. Throws a RangeError. */
export function binary(op: string, x: Operand, y: Operand, pulls: (pair: Pair) => Pulls): Value {
  const pair = pairOf(op.toLowerCase(), x, y);
  const shape = shapeOf(op.toLowerCase(), pair.a, pair.b);
  const a = unexpanded(pair.a, pair.b, shape);
  const b = unexpanded(pair.b, a, shape);
  const [pullA, pullB] = pulls({ a, b });
  return a.graph.apply({
    op,
    inputs: [a, b],
    shape,
    type: a.type,
    parents: [
      { value: a, pull: (dy, out) => sumTo(pullA(dy, out), a.shape) },
      { value: b, pull: (dy, out) => sumTo(pullB(dy, out), b.shape) },
    ],
  });
}

const folded = (
  graph: Graph,
  { a, b }: Pair,
  fold: (m: number, n: number) => number,
): Value | undefined => {
  const m = constantNumber(a);
  const n = constantNumber(b);
  if (m === undefined || n === undefined || a.shape.length + b.shape.length > 0) return undefined;
  return graph.scalar(fold(m, n), a.type === 'float16' ? 'float16' : 'float32');
};

/** a + b. */
export function add(x: Operand, y: Operand): Value {
  const pair = pairOf('add', x, y);
  const { a, b } = pair;
  if (constantNumber(b) === 0 && b.shape.length === 0) return a;
  if (constantNumber(a) === 0 && a.shape.length === 0) return b;
  return (
    folded(a.graph, pair, (m, n) => m + n) ?? binary('Add', a, b, () => [(dy) => dy, (dy) => dy])
  );
}

/** a - b. */
export function sub(x: Operand, y: Operand): Value {
  const pair = pairOf('sub', x, y);
  const { a, b } = pair;
  if (constantNumber(b) === 0 && b.shape.length === 0) return a;
  return (
    folded(a.graph, pair, (m, n) => m - n) ??
    binary('Sub', a, b, () => [(dy) => dy, (dy) => mul(dy, -1)])
  );
}

/** x times a number. If x is a product with a number, or a repeated tensor, only its small part is multiplied. */
function scaled(x: Value, factor: Value, by: number): Value {
  if (by === 1) return x;
  if (x.source.kind === 'node' && x.source.op === 'Expand')
    return broadcastTo(mul(x.source.inputs[0]!, factor), x.shape);
  const [inner, before] = x.source.kind === 'node' && x.source.op === 'Mul' ? x.source.inputs : [];
  const known = before && before.shape.length === 0 ? constantNumber(before) : undefined;
  if (inner && known !== undefined) return mul(inner, known * by);
  return binary('Mul', x, factor, () => [(dy) => mul(dy, factor), (dy) => mul(dy, x)]);
}

/** a · b. */
export function mul(x: Operand, y: Operand): Value {
  const pair = pairOf('mul', x, y);
  const constant = folded(pair.a.graph, pair, (m, n) => m * n);
  if (constant) return constant;
  const [a, b] = pair.a.shape.length === 0 ? [pair.b, pair.a] : [pair.a, pair.b];
  const factor = b.shape.length === 0 ? constantNumber(b) : undefined;
  if (factor !== undefined) return scaled(a, b, factor);
  return binary('Mul', a, b, (p) => [(dy) => mul(dy, p.b), (dy) => mul(dy, p.a)]);
}

/** x². */
export const square = (x: Value): Value => mul(x, x);

/** a / b. */
export function div(x: Operand, y: Operand): Value {
  const pair = pairOf('div', x, y);
  const constant = folded(pair.a.graph, pair, (m, n) => m / n);
  if (constant) return constant;
  return binary('Div', pair.a, pair.b, ({ b }) => [
    (dy) => div(dy, b),
    (dy, out) => mul(div(mul(dy, out), b), -1),
  ]);
}
