// Runs a scan in the module: hands its data over piece by piece, as it arrives, a row of units at a time.
import { corruptScan } from '../corrupt-scan.ts';
import { address, type ScaledJpegModule } from './module.ts';

/** Answers of the module's `decodeRow`. */
const [DONE, NEEDS_INPUT, ENDS_EARLY] = [0, 1, 2];

/**
 * Decodes the next rows of units of a scan as far as its data goes. Gets the same data each time, or more of it; `complete` if no more
 * will come. Returns whether all rows are decoded. Throws `undecodable` for damaged data.
 */
export type ScanRun = (data: Uint8Array, complete: boolean) => boolean;

/** Begins with a scan of `rows` rows of units; `each` is called after every row. The module must do nothing else until its end. */
export function startScan(
  { calls, bytes }: ScaledJpegModule,
  { rows, each }: { rows: number; each?: (row: number) => void },
): ScanRun {
  let at = 0;
  let row = 0;
  const feed = (data: Uint8Array, complete: boolean): void => {
    const place = calls.inputPlace();
    const piece = data.subarray(at, at + address.inputEnd - place);
    bytes(place, piece.length).set(piece);
    at += piece.length;
    calls.addInput(piece.length, complete && at === data.length ? 1 : 0);
  };
  return (data, complete) => {
    while (row < rows) {
      const status = calls.decodeRow();
      if (status === ENDS_EARLY) throw corruptScan('data that ends early');
      if (status === DONE) {
        each?.(row);
        row++;
      } else if (status !== NEEDS_INPUT) throw corruptScan('a restart marker out of order');
      else if (at === data.length && !complete) return false;
      else feed(data, complete);
    }
    return true;
  };
}

export type ScanHeader = {
  /** Of each component in the scan: its place in the frame, and the numbers of its Huffman tables. */
  parts: { index: number; dc: number; ac: number }[];
  /** The first and the last coefficient, the bits that were missing before (0 in a first scan) and after it. */
  first: number;
  last: number;
  high: number;
  low: number;
};

/** Reads the header of a scan. Throws `undecodable` for an impossible one. */
export function readScanHeader(header: Uint8Array, ids: readonly number[]): ScanHeader {
  const count = header[0] ?? 0;
  if (count < 1 || count > ids.length || header.length !== 4 + 2 * count)
    throw corruptScan('an impossible scan header');
  const parts = Array.from({ length: count }, (_, i) => {
    const index = ids.indexOf(header[1 + 2 * i]!);
    const [dc, ac] = [header[2 + 2 * i]! >> 4, header[2 + 2 * i]! & 15];
    if (index < 0 || dc > 3 || ac > 3) throw corruptScan('an impossible scan header');
    return { index, dc, ac };
  });
  const [first = 0, last = 0, bits = 0] = header.subarray(1 + 2 * count);
  return { parts, first, last, high: bits >> 4, low: bits & 15 };
}
