// Returns the compressed pixels of a PNG in pieces, and checks the checksums of their chunks on the way.
import { AppError } from '../../../errors.ts';
import { viewOf } from '../../bytes.ts';
import { chunkAt, crcOf } from '../chunks.ts';
import type { PieceSource } from './inflate.ts';

/**
 * The payloads of consecutive chunks as pieces of the wanted size; the last chunk may be cut short, which loses its checksum. Each chunk costs only a step of a loop, because a file can have
 * millions. Throws `undecodable` for a wrong checksum.
 */
export function pixelPieces(chunks: Uint8Array): PieceSource {
  const view = viewOf(chunks);
  let at = 0;
  let end = 0;
  let sum = 0;
  /** Goes to the next chunk that is not empty; returns false if there is none. */
  const enter = (): boolean => {
    while (at === end) {
      if (end > 0) {
        if (end + 4 > chunks.length) return false;
        if (view.getUint32(end) !== sum) {
          throw new AppError(
            'undecodable',
            'png: a chunk of compressed pixels has a wrong checksum',
          );
        }
        at += 4;
      }
      const chunk = chunkAt(view, at);
      if (!chunk) return false;
      sum = crcOf(chunks, at + 4, chunk.start);
      at = chunk.start;
      end = Math.min(chunk.end, chunks.length);
    }
    return true;
  };
  let over = false;
  return (most) => {
    if (over) return undefined;
    const piece = new Uint8Array(most);
    let filled = 0;
    while (filled < most) {
      if (!enter()) {
        over = true;
        break;
      }
      const next = Math.min(end, at + most - filled);
      piece.set(chunks.subarray(at, next), filled);
      sum = crcOf(chunks, at, next, sum);
      filled += next - at;
      at = next;
    }
    return filled > 0 ? piece.subarray(0, filled) : undefined;
  };
}
