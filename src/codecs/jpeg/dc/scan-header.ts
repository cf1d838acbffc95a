// Reads the header of a JPEG scan, and says where the coefficients after the DC coefficient are kept.
import type { JpegScan } from '../file.ts';
import { corruptScan } from '../huffman.ts';
import type { DcPlane } from './planes.ts';

export type Scan = {
  data: JpegScan;
  /** The components that take part, with the numbers of their Huffman tables. */
  parts: { plane: DcPlane; dc: number; ac: number }[];
  sequential: boolean;
  /** Range of the coefficients of each block that the scan has, 0…63. */
  first: number;
  last: number;
  /** Number of low bits that were missing before the scan, 0 if it is the first of the component. */
  high: number;
  /** Number of low bits that are missing after the scan. */
  low: number;
};

/** Throws `undecodable` for an impossible header, or an unknown component. */
export function readScan(
  bytes: Uint8Array,
  data: JpegScan,
  { planes, progressive }: { planes: readonly DcPlane[]; progressive: boolean },
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
    const tables = bytes[at + 1]!;
    return { plane, dc: tables >> 4, ac: tables & 15 };
  });
  if (!progressive) return { data, parts, sequential: true, first: 0, last: 63, high: 0, low: 0 };
  const [first = 0, last = 0, approximation = 0] = bytes.subarray(end - 3, end);
  const high = approximation >> 4;
  const low = approximation & 15;
  if ((first === 0) !== (last === 0) || first > last || last > 63 || low > 13) {
    throw corruptScan('an impossible scan header');
  }
  return { data, parts, sequential: false, first, last, high, low };
}

/** Coefficients that `DcPlane.detail` keeps have a lower place in zigzag order. */
export const DETAIL_END = 5;

/** Index in a block's `DcPlane.detail` by place in zigzag order; -1 for coefficients that are not kept. */
export const detailIndex = [-1, 0, 1, -1, 2];
