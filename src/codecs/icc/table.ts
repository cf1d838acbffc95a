// Reads colour profiles of tables: a grid over the amounts of colours or inks, with curves before and after it (ICC.1:2010: `mft1`, `mft2`, `mAB `).
import { fourCc } from '../bytes.ts';
import { type Connection, toXyz, xyzToLevels } from './connection.ts';
import { type Curve, curveBytes, readCurve } from './curve.ts';
import { readTags } from './tags.ts';

export type Table = {
  /** For each channel, the curve in front of the grid, and the number of grid points. */
  curves: readonly Curve[];
  points: readonly number[];
  /** The sRGB colour of a grid point, 0…255 and beyond; the last channel's points are next to each other. */
  colourAt: (index: number) => [number, number, number];
};

/** Tags with the way from a file's colours to those in which profiles meet, the one for photographs first. */
const tagNames = ['A2B0', 'A2B1', 'A2B2'];
const channelsBySpace: Readonly<Record<number, number>> = {
  [fourCc('GRAY')]: 1,
  [fourCc('RGB ')]: 3,
  [fourCc('CMYK')]: 4,
};
/** Most points of a grid: more than the 17⁴ of the finest profiles for four inks. */
const MAX_POINTS = 130_000;
/** Points along each edge if a profile has curves and a matrix, but no grid. */
const OWN_POINTS = 33;

/** A table as it is stored: `valuesAt` gives three numbers 0…1 in the colours of `connection`. */
type Stored = Pick<Table, 'curves' | 'points'> & {
  valuesAt: (index: number) => readonly number[];
  connection: Connection;
};

/** Lighter blacks are not made darker: L* 50. */
const MAX_BLACK = 0.184;

/**
 * The table of a profile for so many channels; undefined if there is none that can be read. The darkest colour, that of no light or of all
 * inks, becomes black, as colour-managed programs have it for photographs. Never throws.
 */
export function readTable(icc: Uint8Array, channels: number): Table | undefined {
  const stored = readStored(icc, channels);
  if (!stored) return undefined;
  const { curves, points, valuesAt, connection } = stored;
  const last = points.reduce((product, edge) => product * edge, 1) - 1;
  const [, darkest] = toXyz(valuesAt(channels === 4 ? last : 0), connection);
  const black = Math.min(MAX_BLACK, Math.max(0, darkest));
  return {
    curves,
    points,
    colourAt: (index) => xyzToLevels(toXyz(valuesAt(index), connection), black),
  };
}

function readStored(icc: Uint8Array, channels: number): Stored | undefined {
  const tags = readTags(icc);
  if (!tags || channelsBySpace[tags.space] !== channels) return undefined;
  const isLab = tags.connection === fourCc('Lab ');
  if (!isLab && tags.connection !== fourCc('XYZ ')) return undefined;
  for (const tag of tagNames.map(tags.tag)) {
    if (!tag || tag.byteLength < 32) continue;
    const type = tag.getUint32(0);
    if (tag.getUint8(8) !== channels || tag.getUint8(9) !== 3) continue;
    if (type === fourCc('mAB ')) return readPipeline(tag, channels, isLab ? 'Lab' : 'XYZ');
    const bytes = type === fourCc('mft1') ? 1 : type === fourCc('mft2') ? 2 : 0;
    const lab = bytes === 2 ? 'Lab of version 2' : 'Lab';
    if (bytes > 0) return readOldTable(tag, { channels, bytes, connection: isLab ? lab : 'XYZ' });
  }
  return undefined;
}

/** Numbers of one or two bytes at an offset, as 0…1. */
const reader = (tag: DataView, bytes: number, start: number) => (index: number) =>
  bytes === 1 ? tag.getUint8(start + index) / 255 : tag.getUint16(start + 2 * index) / 65_535;

function readOldTable(
  tag: DataView,
  { channels, bytes, connection }: { channels: number; bytes: number; connection: Connection },
): Stored | undefined {
  if (tag.byteLength < 52) return undefined;
  const edge = tag.getUint8(10);
  const [entriesIn, entriesOut] = bytes === 1 ? [256, 256] : [tag.getUint16(48), tag.getUint16(50)];
  const start = bytes === 1 ? 48 : 52;
  const count = edge ** channels;
  const grid = start + bytes * entriesIn * channels;
  const after = grid + bytes * 3 * count;
  const end = after + bytes * 3 * entriesOut;
  if (edge < 2 || count > MAX_POINTS || entriesIn < 2 || entriesOut < 2) return undefined;
  if (end > tag.byteLength) return undefined;
  const tableCurve = (at: number, entries: number): Curve =>
    interpolated(reader(tag, bytes, at), entries);
  const outputs = [0, 1, 2].map((i) => tableCurve(after + bytes * entriesOut * i, entriesOut));
  const values = reader(tag, bytes, grid);
  return {
    curves: Array.from({ length: channels }, (_, i) =>
      tableCurve(start + bytes * entriesIn * i, entriesIn),
    ),
    points: new Array<number>(channels).fill(edge),
    valuesAt: (index) => outputs.map((curve, i) => curve(values(3 * index + i))),
    connection,
  };
}

const interpolated =
  (entry: (index: number) => number, entries: number): Curve =>
  (value) => {
    const at = value * (entries - 1);
    const below = Math.min(Math.floor(at), entries - 2);
    return entry(below) + (at - below) * (entry(below + 1) - entry(below));
  };

/** Curves, a grid, curves, a matrix and curves, of which only the last are always there. */
function readPipeline(tag: DataView, channels: number, connection: Connection): Stored | undefined {
  const [last, matrixAt, middle, gridAt, first] = [12, 16, 20, 24, 28].map((at) =>
    tag.getUint32(at),
  ) as [number, number, number, number, number];
  const [b, m, a] = [
    readCurves(tag, last, 3),
    middle === 0 ? straight(3) : readCurves(tag, middle, 3),
    first === 0 ? straight(channels) : readCurves(tag, first, channels),
  ];
  const matrix = matrixAt === 0 ? undefined : readMatrix(tag, matrixAt);
  const grid = gridAt === 0 ? ownGrid(channels) : readGrid(tag, gridAt, channels);
  if (last === 0 || !a || !b || !m || !grid || (matrixAt > 0 && !matrix)) return undefined;
  return {
    curves: a,
    points: grid.points,
    connection,
    valuesAt(index) {
      const lights = m.map((curve, i) => curve(grid.value(3 * index + i)));
      const mixed = matrix ? applyMatrix(matrix, lights) : lights;
      return b.map((curve, i) => curve(Math.min(1, Math.max(0, mixed[i]!))));
    },
  };
}

const straight = (count: number): Curve[] => new Array<Curve>(count).fill((value) => value);

/** Curves behind one another, each at a multiple of four bytes. */
function readCurves(tag: DataView, start: number, count: number): Curve[] | undefined {
  const curves: Curve[] = [];
  for (let i = 0, at = start; i < count; i++) {
    if (at + 12 > tag.byteLength) return undefined;
    const rest = new DataView(tag.buffer, tag.byteOffset + at, tag.byteLength - at);
    const curve = readCurve(rest);
    if (!curve) return undefined;
    curves.push(curve);
    at += 4 * Math.ceil(curveBytes(rest) / 4);
  }
  return curves;
}

function readMatrix(tag: DataView, at: number): number[] | undefined {
  if (at + 48 > tag.byteLength) return undefined;
  return Array.from({ length: 12 }, (_, i) => tag.getInt32(at + 4 * i) / 65_536);
}

const applyMatrix = (m: readonly number[], [x = 0, y = 0, z = 0]: readonly number[]): number[] =>
  [0, 1, 2].map((i) => m[3 * i]! * x + m[3 * i + 1]! * y + m[3 * i + 2]! * z + m[9 + i]!);

type Grid = { points: number[]; value: (index: number) => number };

function readGrid(tag: DataView, at: number, channels: number): Grid | undefined {
  if (at + 20 > tag.byteLength) return undefined;
  const points = Array.from({ length: channels }, (_, i) => tag.getUint8(at + i));
  const bytes = tag.getUint8(at + 16);
  const count = points.reduce((product, edge) => product * edge, 1);
  if (points.some((edge) => edge < 2) || count > MAX_POINTS || bytes < 1 || bytes > 2) {
    return undefined;
  }
  if (at + 20 + bytes * 3 * count > tag.byteLength) return undefined;
  return { points, value: reader(tag, bytes, at + 20) };
}

/** A grid that changes nothing; only three channels can do without one. */
function ownGrid(channels: number): Grid | undefined {
  if (channels !== 3) return undefined;
  const place = (index: number, channel: number): number =>
    Math.floor(index / OWN_POINTS ** (2 - channel)) % OWN_POINTS;
  return {
    points: new Array<number>(3).fill(OWN_POINTS),
    value: (index) => place(Math.floor(index / 3), index % 3) / (OWN_POINTS - 1),
  };
}
