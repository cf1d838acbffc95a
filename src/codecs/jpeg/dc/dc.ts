// Decodes what an eighth of a JPEG in several scans needs: DC coefficients, and of coarse colours the next three.
import type { Pace } from '../../../timing.ts';
import { isScan, type JpegFile, type JpegScan } from '../file.ts';
import type { JpegComponent } from '../frame.ts';
import {
  type BitReader,
  corruptScan,
  createBitReader,
  type HuffmanTable,
  passRestart,
  readBits,
  readDifference,
  readSigned,
  readSymbol,
} from '../huffman/huffman.ts';
import { type JpegTables, noTables, readJpegTables } from '../huffman/tables.ts';

/** One component at an eighth of its size: a value for each of its blocks. */
export type DcPlane = {
  component: JpegComponent;
  /** Coefficients, not yet multiplied; `stride` for each row of blocks. */
  values: Int16Array;
  stride: number;
  /** In blocks, without those that only fill up the last row and column. */
  width: number;
  height: number;
  /** Three more for each block of a component that is coarser than others: across, down and both. */
  detail: Int16Array | undefined;
  /** Quantisation steps in zigzag order; empty until the first scan. */
  steps: readonly number[];
  /** Bits that are still to come; undefined until the first scan. */
  pending?: number;
};

/** What decoding a block takes, measured; for pauses only. */
const BLOCK_NS = 20;

/** The planes of all components, in their order in the frame. Throws `undecodable` for corrupt data. */
export async function decodeDcPlanes(
  bytes: Uint8Array,
  { frame, parts }: JpegFile,
  pace: Pace,
): Promise<DcPlane[]> {
  const mcusWide = Math.ceil(frame.width / (8 * frame.maxH));
  const mcusHigh = Math.ceil(frame.height / (8 * frame.maxV));
  const planes = frame.components.map((component): DcPlane => {
    const { h, v } = component;
    return {
      component,
      values: new Int16Array(mcusWide * h * mcusHigh * v),
      stride: mcusWide * h,
      width: Math.ceil(Math.ceil((frame.width * h) / frame.maxH) / 8),
      height: Math.ceil(Math.ceil((frame.height * v) / frame.maxV) / 8),
      detail:
        2 * h <= frame.maxH || 2 * v <= frame.maxV
          ? new Int16Array(3 * mcusWide * h * mcusHigh * v)
          : undefined,
      steps: [],
    };
  });
  const tables = noTables();
  for (const part of parts) {
    if (isScan(part)) {
      const scan = readScan(bytes, part, planes, frame.progressive);
      if (scan.first > 0) await decodeDetail(bytes, scan, tables, pace);
      else await decodeScan(bytes, scan, { tables, mcusWide, mcusHigh, pace });
    } else readJpegTables(bytes, part, tables);
  }
  return planes;
}

type Scan = {
  data: JpegScan;
  parts: { plane: DcPlane; dc: number; ac: number }[];
  sequential: boolean;
  /** The coefficients of each block that the scan has. */
  first: number;
  last: number;
  /** Bits that were still to come before the scan, 0 where it is the first; and those after it. */
  high: number;
  low: number;
};

function readScan(
  bytes: Uint8Array,
  data: JpegScan,
  planes: readonly DcPlane[],
  progressive: boolean,
): Scan {
  const { start, end } = data;
  const count = bytes[start] ?? 0;
  if (count < 1 || count > planes.length || end - start !== 4 + 2 * count) {
    throw corruptScan('an impossible scan header');
  }
  const parts = Array.from({ length: count }, (_, i) => {
    const at = start + 1 + 2 * i;
    const plane = planes.find(({ component }) => component.id === bytes[at]);
    if (!plane) throw corruptScan('a scan of an unknown component');
    const codes = bytes[at + 1]!;
    return { plane, dc: codes >> 4, ac: codes & 15 };
  });
  if (!progressive) return { data, parts, sequential: true, first: 0, last: 63, high: 0, low: 0 };
  const [first = 0, last = 0, approximation = 0] = bytes.subarray(end - 3, end);
  const high = approximation >> 4;
  const low = approximation & 15;
  if ((first === 0) !== (last === 0) || first > last || last > 63 || low > 13)
    throw corruptScan('an impossible scan header');
  return { data, parts, sequential: false, first, last, high, low };
}

type Grid = { tables: JpegTables; mcusWide: number; mcusHigh: number; pace: Pace };

async function decodeScan(
  bytes: Uint8Array,
  scan: Scan,
  { tables, mcusWide, mcusHigh, pace }: Grid,
): Promise<void> {
  const only = scan.parts.length === 1 ? scan.parts[0]?.plane : undefined;
  const runs = scan.parts.map(({ plane, dc, ac }): Run => {
    beginScan(plane, scan, tables);
    const { h, v } = only ? { h: 1, v: 1 } : plane.component;
    const refines = scan.high > 0;
    const run = {
      values: plane.values,
      detail: plane.detail,
      stride: plane.stride,
      h,
      v,
      dc: refines ? undefined : tables.dc[dc]?.(),
      ac: scan.sequential ? tables.ac[ac]?.() : undefined,
      value: 0,
    };
    if ((!run.dc && !refines) || (!run.ac && scan.sequential)) {
      throw corruptScan('a missing Huffman table');
    }
    return run;
  });
  const high = only ? only.height : mcusHigh;
  const wide = only ? only.width : mcusWide;
  const blocks = runs.reduce((sum, { h, v }) => sum + h * v, 0);
  if (blocks > 10) throw corruptScan('more than 10 blocks in a unit');
  const reader = createBitReader(bytes, scan.data.end, scan.data.dataEnd);
  for (let y = 0; y < high; y++) {
    decodeRow(reader, runs, { y, wide, low: scan.low, interval: tables.restartInterval });
    const pause = pace(wide * blocks * BLOCK_NS);
    if (pause) await pause;
  }
}

/** Checks that the scan brings what is to come next, so that their number is bounded. */
function beginScan(plane: DcPlane, { high, low, sequential }: Scan, tables: JpegTables): void {
  const refines = high > 0;
  const fits = refines ? high === plane.pending && low === high - 1 : plane.pending === undefined;
  if (!fits) throw corruptScan('scans out of order');
  plane.pending = sequential ? 0 : low;
  if (refines) return;
  const steps = tables.steps[plane.component.table];
  if (!steps) throw corruptScan('a missing quantisation table');
  plane.steps = steps;
}

/** A component as one scan has it. */
type Run = {
  values: Int16Array;
  detail: Int16Array | undefined;
  stride: number;
  /** Blocks of it in a unit, across and down. */
  h: number;
  v: number;
  /** For the scan that is the first of the component. */
  dc: HuffmanTable | undefined;
  /** For sequential files. */
  ac: HuffmanTable | undefined;
  /** The last value. */
  value: number;
};

type Row = { y: number; wide: number; low: number; interval: number };

function decodeRow(reader: BitReader, runs: readonly Run[], { y, wide, low, interval }: Row): void {
  for (let x = 0, unit = y * wide; x < wide; x++, unit++) {
    if (interval > 0 && unit > 0 && unit % interval === 0) {
      passRestart(reader, (unit / interval - 1) % 8);
      for (const run of runs) run.value = 0;
    }
    for (let i = 0; i < runs.length; i++) {
      const run = runs[i]!;
      const { values, detail, stride, h, v, dc, ac } = run;
      for (let row = y * v; row < (y + 1) * v; row++) {
        for (let at = row * stride + x * h, end = at + h; at < end; at++) {
          if (dc) {
            run.value = (run.value + readDifference(reader, dc)) | 0;
            values[at] = run.value << low;
            if (ac) readAc(reader, ac, detail, 3 * at);
          } else {
            values[at] = values[at]! | (readBits(reader, 1) << low);
          }
        }
      }
    }
  }
}

/** Where `detail` has a coefficient, by its place in zigzag order. */
const detailPlace = [-1, 0, 1, -1, 2];

function readAc(
  reader: BitReader,
  table: HuffmanTable,
  detail: Int16Array | undefined,
  at: number,
): void {
  for (let k = 1; k < 64; k++) {
    const symbol = readSymbol(reader, table);
    const size = symbol & 15;
    if (size === 0 && symbol !== 0xf0) return;
    k += symbol >> 4;
    if (size === 0) continue;
    const value = readSigned(reader, size);
    const place = k < 5 ? detailPlace[k]! : -1;
    if (detail && place >= 0) detail[at + place] = value;
  }
}

/** Reads the details of one component from its first scan that has them; what later scans refine is left out. */
async function decodeDetail(
  bytes: Uint8Array,
  { parts, data, first, last, high, low }: Scan,
  { ac, restartInterval }: JpegTables,
  pace: Pace,
): Promise<void> {
  const [only] = parts;
  if (parts.length !== 1 || !only) throw corruptScan('a scan of details of several colours');
  const { detail, stride, width, height } = only.plane;
  if (!detail || high > 0 || first > 4) return;
  const table = ac[only.ac]?.();
  if (!table) throw corruptScan('a missing Huffman table');
  const reader = createBitReader(bytes, data.end, data.dataEnd);
  /** Blocks to come that have nothing. */
  let empty = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0, unit = y * width; x < width; x++, unit++) {
      if (restartInterval > 0 && unit > 0 && unit % restartInterval === 0) {
        passRestart(reader, (unit / restartInterval - 1) % 8);
        empty = 0;
      }
      if (empty > 0) empty--;
      else empty = readBand(reader, table, { detail, at: 3 * (y * stride + x), first, last, low });
    }
    const pause = pace(width * BLOCK_NS);
    if (pause) await pause;
  }
}

type Band = { detail: Int16Array; at: number; first: number; last: number; low: number };

/** Answers how many blocks behind this one have nothing. */
function readBand(
  reader: BitReader,
  table: HuffmanTable,
  { detail, at, first, last, low }: Band,
): number {
  for (let k = first; k <= last; k++) {
    const symbol = readSymbol(reader, table);
    const size = symbol & 15;
    const run = symbol >> 4;
    if (size === 0 && run < 15) return (1 << run) - 1 + readBits(reader, run);
    k += run;
    if (size === 0) continue;
    const value = readSigned(reader, size);
    const place = k < 5 ? detailPlace[k]! : -1;
    if (place >= 0) detail[at + place] = value << low;
  }
  return 0;
}
