// Decodes the scans of a progressive JPEG that have AC coefficients, as far as an eighth of the picture needs them.
import type { Pace } from '../../../pace.ts';
import {
  type BitReader,
  corruptScan,
  createBitReader,
  type HuffmanTable,
  passRestart,
  readBits,
  readSigned,
  readSymbol,
} from '../huffman.ts';
import type { JpegTables } from '../tables.ts';
import { DETAIL_END, detailIndex, type Scan } from './scan-header.ts';

/** Measured time per block; only decides when to pause. */
const NS_PER_BLOCK = 20;

/**
 * Reads the first scan that has coefficients of a component's `detail`. Other scans are skipped, so the coefficients lack the bits
 * that later scans refine. Throws `undecodable` for corrupt data.
 */
export async function decodeDetailScan(
  bytes: Uint8Array,
  { parts, data, first, last, high, low }: Scan,
  { tables: { ac, restartInterval }, pace }: { tables: JpegTables; pace: Pace },
): Promise<void> {
  const [only] = parts;
  if (parts.length !== 1 || !only) throw corruptScan('a scan of details of several colours');
  const { detail, stride, width, height } = only.plane;
  if (!detail || high > 0 || first >= DETAIL_END) return;
  const table = ac[only.ac]?.();
  if (!table) throw corruptScan('a missing Huffman table');
  const reader = createBitReader(bytes, { start: data.end, end: data.dataEnd });
  let emptyBlocks = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0, unit = y * width; x < width; x++, unit++) {
      if (restartInterval > 0 && unit > 0 && unit % restartInterval === 0) {
        passRestart(reader, (unit / restartInterval - 1) % 8);
        emptyBlocks = 0;
      }
      if (emptyBlocks > 0) emptyBlocks--;
      else {
        const at = 3 * (y * stride + x);
        emptyBlocks = readBand(reader, table, { detail, at, first, last, low });
      }
    }
    const pause = pace(width * NS_PER_BLOCK);
    if (pause) await pause;
  }
}

type Band = { detail: Int16Array; at: number; first: number; last: number; low: number };

/** Reads one block; returns how many blocks after it have no coefficients. */
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
    const index = k < DETAIL_END ? detailIndex[k]! : -1;
    if (index >= 0) detail[at + index] = value << low;
  }
  return 0;
}
