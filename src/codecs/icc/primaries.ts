// From the chromaticities of white, red, green and blue to a matrix of XYZ relative to D50.
import type { Chromaticities } from '../embedded-profile.ts';

type Vector = readonly [number, number, number];

/** Row-major 3×3. */
export type Matrix = readonly number[];

const D50: Vector = [0.9642, 1, 0.8249];
const bradford: Matrix = [
  0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296,
];
/** Matrices of a smaller determinant have primaries on one line, or nearly so. */
const MIN_DETERMINANT = 1e-3;

/** The matrix from linear light of red, green and blue to XYZ; undefined if no colours can have these chromaticities. */
export function matrixOf({ white, red, green, blue }: Chromaticities): Matrix | undefined {
  const columns = [red, green, blue].map(xyzOf);
  const unscaled = [0, 1, 2].flatMap((row) => columns.map((column) => column[row]!));
  const back = inverse(unscaled);
  const toCones = inverse(bradford);
  if (!back || !toCones) return undefined;
  const whiteXyz = xyzOf(white);
  const from = apply(bradford, whiteXyz);
  const to = apply(bradford, D50);
  const stretch = diagonal(to.map((value, i) => value / from[i]!));
  const matrix = [toCones, stretch, bradford, unscaled, diagonal(apply(back, whiteXyz))].reduce(
    product,
  );
  const isUsable = matrix.every((value) => Math.abs(value) < 4);
  return isUsable && Math.abs(determinant(matrix)) >= MIN_DETERMINANT ? matrix : undefined;
}

const xyzOf = ([x, y]: readonly [number, number]): number[] => [x / y, 1, (1 - x - y) / y];

const diagonal = ([a = 0, b = 0, c = 0]: readonly number[]): Matrix => [a, 0, 0, 0, b, 0, 0, 0, c];

const apply = (m: Matrix, v: readonly number[]): number[] =>
  [0, 3, 6].map((row) => m[row]! * v[0]! + m[row + 1]! * v[1]! + m[row + 2]! * v[2]!);

/** The matrix that applies `right` first. */
export function product(left: Matrix, right: Matrix): number[] {
  return left.map((_, i) =>
    [0, 1, 2].reduce((sum, k) => sum + left[i - (i % 3) + k]! * right[3 * k + (i % 3)]!, 0),
  );
}

/** The determinant of a 3×3 matrix. */
export function determinant(m: Matrix): number {
  const minor = (a: number, b: number) => m[3 + a]! * m[6 + b]! - m[3 + b]! * m[6 + a]!;
  return m[0]! * minor(1, 2) - m[1]! * minor(0, 2) + m[2]! * minor(0, 1);
}

function inverse(m: Matrix): Matrix | undefined {
  const size = determinant(m);
  if (!Number.isFinite(size) || Math.abs(size) < 1e-9) return undefined;
  const at = (row: number, column: number) => m[3 * (row % 3) + (column % 3)]!;
  return m.map((_, i) => {
    // The cofactor of the transposed place.
    const [row, column] = [i % 3, Math.floor(i / 3)];
    const cofactor =
      at(row + 1, column + 1) * at(row + 2, column + 2) -
      at(row + 1, column + 2) * at(row + 2, column + 1);
    return cofactor / size;
  });
}
