// Writes colour profiles of tables. Their colours are simple, so that tests know them: see `lightOf`.
import { bytesOf, uint } from '../../helpers/files/make-image-files.ts';
import { curv, fixed, iccOf } from './make-icc.ts';

export type TableKind = 'mft1' | 'mft2' | 'mAB ' | 'mAB without a grid';

const spaces = { 1: 'GRAY', 3: 'RGB ', 4: 'CMYK' } as const;

/** L*, a* and b* of amounts of the channels, 0…1. Linear in each of them, so that every grid gives the same between its points. */
export function labOf(amounts: readonly number[]): [number, number, number] {
  const [first = 0, second = first, third = first, black = 0] = amounts;
  const l = 25 * first + 50 * second + 25 * third;
  return [l * (1 - black), 60 * (first - second), 60 * (second - third)];
}

const allPoints = (edges: readonly number[]): number[][] =>
  edges.reduce<number[][]>(
    (points, edge) =>
      points.flatMap((point) => Array.from({ length: edge }, (_, i) => [...point, i / (edge - 1)])),
    [[]],
  );

/** A profile whose colours are those of `labOf` for the squares of the stored values. */
export function makeTableIcc({
  kind,
  channels,
  edge = 3,
}: {
  kind: TableKind;
  channels: 1 | 3 | 4;
  edge?: number;
}): Uint8Array {
  const tag =
    kind === 'mft1' || kind === 'mft2'
      ? oldTable(kind, channels, edge)
      : pipeline(channels, kind === 'mAB ' ? edge : 0);
  return iccOf([['A2B0', tag]], {
    version: kind.startsWith('mAB') ? 4 : 2,
    space: spaces[channels],
    connection: 'Lab ',
  });
}

function oldTable(kind: 'mft1' | 'mft2', channels: number, edge: number): Uint8Array {
  const bytes = kind === 'mft1' ? 1 : 2;
  const whole = (value: number) => uint(Math.round(value), bytes);
  const most = 256 ** bytes - 1;
  const entries = kind === 'mft1' ? 256 : 33;
  const squares = Array.from({ length: entries }, (_, i) => whole(most * (i / (entries - 1)) ** 2));
  const lines = Array.from({ length: entries }, (_, i) => whole((most * i) / (entries - 1)));
  const stored = ([l, a, b]: [number, number, number]) =>
    kind === 'mft1'
      ? [2.55 * l, a + 128, b + 128].flatMap(whole)
      : [652.8 * l, 256 * (a + 128), 256 * (b + 128)].flatMap(whole);
  const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1].flatMap(fixed);
  return bytesOf(
    kind,
    uint(0, 4),
    [channels, 3, edge, 0],
    identity,
    bytes === 2 ? [...uint(entries, 2), ...uint(entries, 2)] : [],
    new Array(channels).fill(squares.flat()).flat(),
    allPoints(new Array<number>(channels).fill(edge)).flatMap((point) => stored(labOf(point))),
    new Array(3).fill(lines.flat()).flat(),
  );
}

/** Without a grid, three channels go through the matrix of `labOf`. */
function pipeline(channels: number, edge: number): Uint8Array {
  const straight = curv();
  const square = bytesOf(curv(2), [0, 0]);
  const start = 32;
  const b = bytesOf(straight, straight, straight);
  // Rows of L* / 100, (a* + 128) / 255 and (b* + 128) / 255, then what is added.
  const k = 60 / 255;
  const mixing = [0.25, 0.5, 0.25, k, -k, 0, 0, k, -k];
  const matrix = [
    ...(edge > 0 ? [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0] : [...mixing, 0, 128 / 255, 128 / 255]),
  ].flatMap(fixed);
  const m = edge > 0 ? b : bytesOf(square, square, square);
  const values = allPoints(new Array<number>(channels).fill(edge)).flatMap((point) => {
    const [l, a, bb] = labOf(point);
    return [l / 100, (a + 128) / 255, (bb + 128) / 255].flatMap((value) =>
      uint(Math.round(65_535 * value), 2),
    );
  });
  const grid = bytesOf(
    new Array(channels).fill(edge),
    new Uint8Array(16 - channels),
    [2, 0, 0, 0],
    values,
  );
  const padded = bytesOf(grid, new Uint8Array((4 - (grid.length % 4)) % 4));
  const a = bytesOf(...new Array<Uint8Array>(channels).fill(square));
  const matrixAt = start + b.length;
  const mAt = matrixAt + matrix.length;
  const gridAt = mAt + m.length;
  return bytesOf(
    'mAB ',
    uint(0, 4),
    [channels, 3, 0, 0],
    uint(start, 4),
    uint(matrixAt, 4),
    uint(mAt, 4),
    uint(edge > 0 ? gridAt : 0, 4),
    uint(edge > 0 ? gridAt + padded.length : 0, 4),
    b,
    matrix,
    m,
    edge > 0 ? bytesOf(padded, a) : [],
  );
}
