// Returns the compressed pixels of a PNG in pieces, and checks the checksums of their chunks on the way.
import { AppError } from '../../../errors.ts';
import { viewOf } from '../../bytes.ts';
import { chunkAt, crcOf } from '../chunks.ts';
import type { PieceSource } from './inflate.ts';

/**
 * The payloads of consecutive chunks as pieces of the wanted size; the last chunk may be cut short, which loses its checksum. Each chunk
 * costs only a step of a loop, because a file can have millions. Throws `undecodable` for a wrong checksum, after the pieces before the
 * chunk.
 */
export function pixelPieces(chunks: Uint8Array): PieceSource {
  const view = viewOf(chunks);
  let at = 0;
  let end = 0;
  let sum = 0;
  let failure: AppError | undefined;
  /** Goes to the next chunk that is not empty; returns false if there is none. */
  const enter = (): boolean => {
    while (at === end) {
      if (end > 0) at += 4;
      const chunk = chunkAt(view, at);
      if (!chunk) return false;
      sum = crcOf(chunks, at + 4, chunk.start);
      at = chunk.start;
      end = Math.min(chunk.end, chunks.length);
      if (at === end && !holds()) return false;
    }
    return true;
  };
  /** Compares the checksum behind a chunk of which all has been read. */
  const holds = (): boolean => {
    if (end + 4 > chunks.length || view.getUint32(end) === sum) return true;
    failure = new AppError('undecodable', 'png: a chunk of compressed pixels has a wrong checksum');
    return false;
  };
  let over = false;
  return (most) => {
    if (failure) throw failure;
    if (over) return undefined;
    const piece = new Uint8Array(most);
    let filled = 0;
    while (filled < most) {
      if (!enter()) {
        over = true;
        break;
      }
      const next = Math.min(end, at + most - filled);
      const before = filled;
      piece.set(chunks.subarray(at, next), filled);
      sum = crcOf(chunks, at, next, sum);
      filled += next - at;
      at = next;
      if (at === end && !holds()) {
        filled = before;
        break;
      }
    }
    if (filled === 0 && failure) throw failure;
    return filled > 0 ? piece.subarray(0, filled) : undefined;
  };
}
