// Products of matrices.
import type { Value } from '../graph.ts';
import { checkRank, commonShape, shapeText } from '../shape.ts';
import { add } from './elementwise.ts';
import { sumTo } from './reduce.ts';
import { transpose } from './reshape.ts';

export type MatMulOptions = { transposeA?: boolean; transposeB?: boolean };

/** x with its last two axes exchanged. */
function flipped(x: Value): Value {
  const rank = x.shape.length;
  return transpose(x, [...x.shape.keys()].slice(0, -2).concat(rank - 1, rank - 2));
}

/** a · b over the last two axes; the other axes are broadcast. Throws a RangeError. */
export function matMul(a: Value, b: Value, options: MatMulOptions = {}): Value {
  const { transposeA = false, transposeB = false } = options;
  const [m, k] = sidesOf(a, transposeA);
  const [inner, n] = sidesOf(b, transposeB);
  const batch = commonShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  if (k !== inner || !batch || a.type !== b.type)
    throw new RangeError(
      `matMul: expected matching inner axes, got ${shapeText(a.shape)}${transposeA ? 'ᵀ' : ''} and ${shapeText(b.shape)}${transposeB ? 'ᵀ' : ''}`,
    );
  // The gradient of a transposed operand is transposed: the operands of its product are exchanged.
  const pullA = (dy: Value): Value =>
    transposeA
      ? matMul(b, dy, { transposeA: transposeB, transposeB: true })
      : matMul(dy, b, { transposeB: !transposeB });
  const pullB = (dy: Value): Value =>
    transposeB
      ? matMul(dy, a, { transposeA: true, transposeB: transposeA })
      : matMul(a, dy, { transposeA: !transposeA });
  return a.graph.apply({
    ...product(a, b, transposeA, transposeB),
    shape: [...batch, m, n],
    type: a.type,
    parents: [
      { value: a, pull: (dy) => sumTo(pullA(dy), a.shape) },
      { value: b, pull: (dy) => sumTo(pullB(dy), b.shape) },
    ],
  });
}

function sidesOf({ shape }: Value, transposed: boolean): [number, number] {
  if (shape.length < 2) throw new RangeError(`matMul: expected matrices, got ${shapeText(shape)}`);
  const [m, n] = shape.slice(-2) as [number, number];
  return transposed ? [n, m] : [m, n];
}

/** Gemm transposes while it reads, but takes only single matrices. */
function product(a: Value, b: Value, transposeA: boolean, transposeB: boolean) {
  if (a.shape.length > 2 || b.shape.length > 2)
    return {
      op: 'MatMul',
      inputs: [transposeA ? flipped(a) : a, transposeB ? flipped(b) : b],
    };
  const attributes = {
    transA: { int: transposeA ? 1 : 0 },
    transB: { int: transposeB ? 1 : 0 },
  };
  return { op: 'Gemm', inputs: [a, b], attributes };
}

/** x · xᵀ of a matrix [c, n] as [c, c]; its gradient takes one product instead of matMul's two. Throws a RangeError. */
export function gram(x: Value): Value {
  checkRank('gram', x.shape, 2);
  const c = x.shape[0]!;
  return x.graph.apply({
    ...product(x, x, false, true),
    shape: [c, c],
    type: x.type,
    parents: [{ value: x, pull: (dy) => matMul(add(dy, transpose(dy)), x) }],
  });
}
