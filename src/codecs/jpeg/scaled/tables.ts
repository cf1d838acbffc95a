// Hands the tables of a JPEG file to the module: those that a scan uses, as the segments in front of it define them.
import { corruptScan } from '../corrupt-scan.ts';
import { marker, type Segment } from '../segments.ts';
import { address, type ScaledJpegModule } from './module.ts';

/** What the segments so far have set. */
export type Tables = {
  /** 64 quantisation steps in zigzag order, by number. */
  quantisation: (Uint16Array<ArrayBuffer> | undefined)[];
  /** Counts by length and symbols of Huffman tables: 0 to 3 for DC, 4 to 7 for AC coefficients. */
  codes: (Uint8Array | undefined)[];
  /** Units between restart markers; 0 for none. */
  restartInterval: number;
};

export const noTables = (): Tables => ({ quantisation: [], codes: [], restartInterval: 0 });

const MOST_TABLES = 4;

/** Takes in one segment; others than tables change nothing. Throws `undecodable` if it is cut short or its number is impossible. */
export function readTables(
  bytes: Uint8Array,
  { marker: code, start, end }: Segment,
  tables: Tables,
): void {
  const segment = bytes.subarray(start, end);
  if (code === marker.dri) tables.restartInterval = numberAt(segment, 0);
  if (code === marker.dqt) readQuantisation(segment, tables);
  if (code === marker.dht) readCodes(segment, tables);
}

function numberAt(segment: Uint8Array, at: number): number {
  const [high, low] = [segment[at], segment[at + 1]];
  if (high === undefined || low === undefined) throw corruptScan('a table that is cut short');
  return high * 256 + low;
}

function readQuantisation(segment: Uint8Array, tables: Tables): void {
  for (let at = 0; at < segment.length; ) {
    const [bytesOfStep, number] = [segment[at]! >> 4 > 0 ? 2 : 1, segment[at]! & 15];
    const values = segment.subarray(at + 1, at + 1 + 64 * bytesOfStep);
    if (number >= MOST_TABLES || values.length < 64 * bytesOfStep)
      throw corruptScan('an impossible quantisation table');
    tables.quantisation[number] = Uint16Array.from({ length: 64 }, (_, i) =>
      bytesOfStep === 2 ? numberAt(values, 2 * i) : values[i]!,
    );
    at += 1 + values.length;
  }
}

function readCodes(segment: Uint8Array, tables: Tables): void {
  for (let at = 0; at < segment.length; ) {
    const [kind, number] = [segment[at]! >> 4, segment[at]! & 15];
    const symbols = segment.subarray(at + 1, at + 17).reduce((sum, count) => sum + count, 0);
    const definition = segment.subarray(at + 1, at + 17 + symbols);
    if (kind > 1 || number >= MOST_TABLES || definition.length < 16 + symbols || symbols > 256)
      throw corruptScan('an impossible Huffman table');
    tables.codes[MOST_TABLES * kind + number] = definition;
    at += 1 + definition.length;
  }
}

/** Whether all of these tables are defined. */
export const hasCodes = ({ codes }: Tables, slots: readonly number[]): boolean =>
  slots.every((slot) => codes[slot] !== undefined);

/**
 * Makes the look-up tables of these Huffman tables, unless the module has them from the last picture. Throws `undecodable` for a table that
 * is missing or impossible.
 */
export function placeCodes(
  { calls, bytes, defined }: ScaledJpegModule,
  { codes }: Tables,
  slots: readonly number[],
): void {
  for (const slot of slots) {
    const definition = codes[slot];
    if (!definition) throw corruptScan('a missing Huffman table');
    if (isSame(defined[slot], definition)) continue;
    // Nothing is known of a table whose making failed.
    defined[slot] = undefined;
    bytes(address.input, definition.length).set(definition);
    if (!calls.defineCodes(slot)) throw corruptScan('an impossible Huffman table');
    defined[slot] = definition.slice();
  }
}

const isSame = (a: Uint8Array | undefined, b: Uint8Array): boolean =>
  a?.length === b.length && b.every((value, i) => value === a[i]);

/** Sets the quantisation steps of a component. Throws `undecodable` if they are missing. */
export function placeSteps(
  { bytes }: ScaledJpegModule,
  { quantisation }: Tables,
  number: number,
): void {
  const steps = quantisation[number];
  if (!steps) throw corruptScan('a missing quantisation table');
  bytes(address.quantisation + 128 * number, 128).set(new Uint8Array(steps.buffer));
}
