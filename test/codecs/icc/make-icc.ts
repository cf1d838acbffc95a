// Writes colour profiles from chromaticities and tone curves, by the published formulas in double precision.
import { deflateSync } from 'node:zlib';
import { bytesOf, pngChunk, uint } from '../../helpers/files/make-image-files.ts';

type Vector = [number, number, number];
type Matrix = [Vector, Vector, Vector];

const D50: Vector = [0.9642, 1, 0.8249];
const bradford: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];
const D65 = [0.3127, 0.329] as const;

/** x and y of red, green and blue; all have the white D65. */
export const chromaticities = {
  srgb: [
    [0.64, 0.33],
    [0.3, 0.6],
    [0.15, 0.06],
  ],
  displayP3: [
    [0.68, 0.32],
    [0.265, 0.69],
    [0.15, 0.06],
  ],
  adobeRgb: [
    [0.64, 0.33],
    [0.21, 0.71],
    [0.15, 0.06],
  ],
} as const;

/** A signed number in 65536ths, as bytes. */
export const fixed = (value: number): number[] =>
  uint((Math.round(value * 65536) + 2 ** 32) % 2 ** 32, 4);

type Chromaticities = readonly (readonly [number, number])[];

/** Matrix with rows X, Y, Z and columns red, green, blue, adapted from D65 to D50. */
function columnsOf(primaries: Chromaticities): Matrix {
  const xyz = primaries.map(xyzOf) as Matrix;
  const white = xyzOf(D65);
  const unscaled = transpose(xyz);
  const scale = apply(inverse(unscaled), white);
  const [from, to] = [apply(bradford, white), apply(bradford, D50)];
  const stretch = diagonal(to.map((value, i) => value / (from[i] as number)) as Vector);
  return [inverse(bradford), stretch, bradford, unscaled, diagonal(scale)].reduce(multiply);
}

/** A `curv` tag: without numbers a straight line, with one a gamma, with more a table of 0…1. */
export const curv = (...values: number[]): Uint8Array =>
  bytesOf(
    'curv',
    uint(0, 4),
    uint(values.length, 4),
    values.flatMap((value) => uint(Math.round(value * (values.length === 1 ? 256 : 65535)), 2)),
  );

/** A `para` tag of the given kind, 0…4. */
export const para = (kind: number, ...numbers: number[]): Uint8Array =>
  bytesOf('para', uint(0, 4), uint(kind, 2), uint(0, 2), numbers.flatMap(fixed));

/** The sRGB curve as a formula. */
export const srgbTone = para(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045);

export function makeIcc({
  primaries = chromaticities.srgb,
  curve = srgbTone,
  version = 2,
  space = 'RGB ',
  connection = 'XYZ ',
  leaveOut = '',
}: {
  primaries?: Chromaticities;
  curve?: Uint8Array;
  version?: number;
  space?: string;
  connection?: string;
  /** Name of a tag to leave out. */
  leaveOut?: string;
} = {}): Uint8Array {
  const columns = transpose(columnsOf(primaries));
  const xyz = (values: readonly number[]) => bytesOf('XYZ ', uint(0, 4), values.flatMap(fixed));
  const text = bytesOf('desc', uint(0, 4), uint(5, 4), 'test\0', new Uint8Array(78));
  const tags = [
    ['desc', text],
    ['cprt', bytesOf('text', uint(0, 4), 'none\0')],
    ['wtpt', xyz(D50)],
    ...['rXYZ', 'gXYZ', 'bXYZ'].map((name, i) => [name, xyz(columns[i] as Vector)] as const),
    ...['rTRC', 'gTRC', 'bTRC'].map((name) => [name, curve] as const),
  ].filter(([name]) => name !== leaveOut) as [string, Uint8Array][];
  return iccOf(tags, { version, space, connection });
}

/** A profile of these tags. */
export function iccOf(
  tags: readonly (readonly [string, Uint8Array])[],
  { version, space, connection }: { version: number; space: string; connection: string },
): Uint8Array {
  let at = 132 + 12 * tags.length;
  const table: Uint8Array[] = [];
  const bodies: Uint8Array[] = [];
  for (const [name, body] of tags) {
    table.push(bytesOf(name, uint(at, 4), uint(body.length, 4)));
    const padded = bytesOf(body, new Uint8Array((4 - (body.length % 4)) % 4));
    bodies.push(padded);
    at += padded.length;
  }
  const head = bytesOf(
    uint(at, 4),
    uint(0, 4),
    [version, version === 2 ? 0x10 : 0x20, 0, 0],
    `mntr${space}${connection}`,
    [2024, 1, 1, 0, 0, 0].flatMap((value) => uint(value, 2)),
    'acsp',
    new Uint8Array(28),
    D50.flatMap(fixed),
    new Uint8Array(48),
  );
  return bytesOf(head, uint(tags.length, 4), ...table, ...bodies);
}

export const iccpChunk = (icc: Uint8Array): Uint8Array =>
  pngChunk('iCCP', bytesOf('some name\0', [0], deflateSync(icc)));

function xyzOf([x, y]: readonly [number, number]): Vector {
  return [x / y, 1, (1 - x - y) / y];
}

const transpose = (m: Matrix): Matrix =>
  [0, 1, 2].map((i) => m.map((row) => row[i] as number)) as Matrix;

const diagonal = (v: Vector): Matrix =>
  v.map((value, i) => [0, 1, 2].map((j) => (i === j ? value : 0))) as Matrix;

const apply = (m: Matrix, v: Vector): Vector =>
  m.map((row) => row.reduce((sum, value, i) => sum + value * (v[i] as number), 0)) as Vector;

const multiply = (a: Matrix, b: Matrix): Matrix =>
  transpose(transpose(b).map((column) => apply(a, column)) as Matrix);

function inverse([a, b, c]: Matrix): Matrix {
  const cross = (u: Vector, v: Vector): Vector => [
    u[1] * v[2] - u[2] * v[1],
    u[2] * v[0] - u[0] * v[2],
    u[0] * v[1] - u[1] * v[0],
  ];
  const columns = [cross(b, c), cross(c, a), cross(a, b)] as Matrix;
  const determinant = a.reduce((sum, value, i) => sum + value * (columns[0][i] as number), 0);
  return transpose(columns.map((v) => v.map((value) => value / determinant)) as Matrix);
}
