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

/** Where to feed the inflater with care: in pieces of `size` bytes from byte `from` on. */
export type Care = { from: number; size: number };

/** A piece in which the inflater fails is divided by this in the next try: the longest becomes single bytes in two steps. */
const DIVISOR = 182;

/**
 * Remembers the last piece that was given. If the inflater fails in it, all that the piece gives is lost, also what comes before the
 * fault; so the caller tries again with smaller pieces from there on, as `finer` says. That is undefined if the last piece was a single
 * byte, if it came before those that should be small, or if the inflater is not what failed.
 */
export function steppedPieces(source: PieceSource, care: Care | undefined) {
  let before = 0;
  let last = 0;
  return {
    next(most: number): Uint8Array | undefined {
      before += last;
      last = 0;
      const fitting = !care || before < care.from ? most : care.size;
      const upTo = care && before < care.from ? care.from - before : fitting;
      const piece = source(Math.min(fitting, upTo));
      last = piece?.length ?? 0;
      return piece;
    },
    lastBytes: (): number => last,
    finer: (): Care | undefined =>
      last > 1 && before >= (care?.from ?? 0)
        ? { from: before, size: Math.max(1, Math.floor(last / DIVISOR)) }
        : undefined,
  };
}
