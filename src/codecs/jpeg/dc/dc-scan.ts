// Decodes the scans of a JPEG that have DC coefficients.
import type { Pace } from '../../../pace.ts';
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
} from '../huffman.ts';
import type { JpegTables } from '../tables.ts';
import type { DcPlane } from './planes.ts';
import { DETAIL_END, detailIndex, type Scan } from './scan-header.ts';

/** Measured time per block; only decides when to pause. */
const NS_PER_BLOCK = 20;

/** Most blocks in a unit that the standard allows. */
const MAX_UNIT_BLOCKS = 10;

type Grid = { tables: JpegTables; mcusWide: number; mcusHigh: number; pace: Pace };

/** Reads a scan into the planes of its components. Throws `undecodable` for corrupt data. */
export async function decodeDcScan(
  bytes: Uint8Array,
  scan: Scan,
  { tables, mcusWide, mcusHigh, pace }: Grid,
): Promise<void> {
  // The blocks of a scan with one component are not grouped into units.
  const only = scan.parts.length === 1 ? scan.parts[0]?.plane : undefined;
  const runs = scan.parts.map((part) =>
    beginRun(part, scan, { tables, isOnly: only !== undefined }),
  );
  const high = only ? only.height : mcusHigh;
  const wide = only ? only.width : mcusWide;
  const blocks = runs.reduce((sum, { h, v }) => sum + h * v, 0);
  if (blocks > MAX_UNIT_BLOCKS) throw corruptScan(`more than ${MAX_UNIT_BLOCKS} blocks in a unit`);
  const reader = createBitReader(bytes, { start: scan.data.end, end: scan.data.dataEnd });
  for (let y = 0; y < high; y++) {
    decodeRow(reader, runs, { y, wide, low: scan.low, interval: tables.restartInterval });
    const pause = pace(wide * blocks * NS_PER_BLOCK);
    if (pause) await pause;
  }
}

/** A component as one scan has it. */
type Run = {
  values: Int16Array;
  detail: Int16Array | undefined;
  stride: number;
  /** Number of its blocks in a unit, horizontally and vertically. */
  h: number;
  v: number;
  /** Set if the scan is the first of the component. */
  dc: HuffmanTable | undefined;
  /** Set for sequential files. */
  ac: HuffmanTable | undefined;
  /** The DC coefficient of the last block. */
  value: number;
};

function beginRun(
  { plane, dc, ac }: Scan['parts'][number],
  scan: Scan,
  { tables, isOnly }: { tables: JpegTables; isOnly: boolean },
): Run {
  beginPlane(plane, scan, tables);
  const { h, v } = isOnly ? { h: 1, v: 1 } : plane.component;
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
}

/** Checks that the scan has the bits that must come next; this also bounds the number of scans. */
function beginPlane(plane: DcPlane, { high, low, sequential }: Scan, tables: JpegTables): void {
  const refines = high > 0;
  const isNext = refines ? high === plane.pending && low === high - 1 : plane.pending === undefined;
  if (!isNext) throw corruptScan('scans out of order');
  plane.pending = sequential ? 0 : low;
  if (refines) return;
  const steps = tables.steps[plane.component.table];
  if (!steps) throw corruptScan('a missing quantisation table');
  plane.steps = steps;
}

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

/** Reads all AC coefficients of a block, and keeps those that `detail` has room for, at `at`. */
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
    const index = k < DETAIL_END ? detailIndex[k]! : -1;
    if (detail && index >= 0) detail[at + index] = value;
  }
}
