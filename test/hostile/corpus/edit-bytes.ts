// Finds places in files and changes bytes there.
import { bytesOf } from '../../helpers/files/make-image-files.ts';

/** Offset of the first occurrence of a PNG chunk's name, or of those bytes. */
export function find(bytes: Uint8Array, part: string | readonly number[]): number {
  const needle = typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part);
  const at = Buffer.from(bytes).indexOf(needle);
  if (at < 0) throw new Error(`the file does not contain ${String(part)}`);
  return at;
}

/** A copy of the bytes, with `others` from `at` on. */
export function patched(bytes: Uint8Array, at: number, others: readonly number[]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.set(others, at);
  return copy;
}

/** The bytes without those from `from` to before `to`. */
export const without = (bytes: Uint8Array, from: number, to: number): Uint8Array =>
  bytesOf(bytes.subarray(0, from), bytes.subarray(to));
