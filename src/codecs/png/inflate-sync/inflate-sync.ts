// Inflates a zlib stream (RFC 1950, RFC 1951) in bounded memory, without waiting, and gives every byte before a fault.
//
// The platform's inflater is faster and reads pictures. It serves neither small streams that may be bombs (workerd inflates all input
// before its reader gets the first byte, so 64 kB take 64 MB) nor the bytes just before a fault, which it drops. fflate builds two tables
// of 32768 entries for each block: 256 kB of tiny blocks took it 11 s.
import { AppError } from '../../../errors.ts';
import { type BitReader, bitReader } from './bits.ts';
import { corrupt, END_OF_BLOCK, fixedCodes, readCodes } from './codes.ts';

/** How far back a copy can reach. */
const WINDOW_BYTES = 32_768;
/** Most bytes of a part. */
const PART_BYTES = 65_536;
const MAX_RUN_BYTES = 258;

/**
 * Yields the inflated bytes in parts; each is valid until the next is asked for. `next` returns the following compressed bytes, at least
 * one, or undefined at their end. Reads nothing behind the last block: neither the stream's checksum nor what follows. If the stream is
 * corrupt or cut short, has more than `maxBlocks` blocks, or `next` throws, all bytes before come first; then that error is thrown
 * (`undecodable`).
 */
export function* inflateParts(
  next: () => Uint8Array | undefined,
  maxBlocks: number,
): Generator<Uint8Array, void, undefined> {
  const out = new Uint8Array(WINDOW_BYTES + PART_BYTES + MAX_RUN_BYTES);
  const state = { bits: bitReader(next), out, length: 0 };
  let given = 0;
  let failure: unknown;
  const blocks = inflateBlocks(state, maxBlocks);
  for (let done = false; !done; ) {
    try {
      done = blocks.next().done === true;
    } catch (error) {
      failure = error;
      done = true;
    }
    if (state.length > given) yield out.subarray(given, state.length);
    const kept = Math.min(state.length, WINDOW_BYTES);
    out.copyWithin(0, state.length - kept, state.length);
    given = kept;
    state.length = kept;
  }
  if (failure) throw failure;
}

/** The bytes of a small zlib stream. Throws `undecodable` as `inflateParts` does, and if there are more than `atMost` bytes. */
export function inflateSmall(bytes: Uint8Array, atMost: number): Uint8Array {
  let rest: Uint8Array | undefined = bytes;
  const next = (): Uint8Array | undefined => {
    const piece = rest?.length ? rest : undefined;
    rest = undefined;
    return piece;
  };
  let all = new Uint8Array(0);
  for (const part of inflateParts(next, MAX_SMALL_BLOCKS)) {
    if (all.length + part.length > atMost) {
      throw new AppError('undecodable', `png: expected at most ${atMost} inflated bytes, got more`);
    }
    const longer = new Uint8Array(all.length + part.length);
    longer.set(all);
    longer.set(part, all.length);
    all = longer;
  }
  return all;
}

/** Compressors begin a new block about every ten thousand bytes, but a hostile file could define new codes for every byte. */
const MAX_SMALL_BLOCKS = 1024;

type State = { bits: BitReader; out: Uint8Array; length: number };

/** Appends to `out`; yields when a part is full. */
function* inflateBlocks(state: State, maxBlocks: number): Generator<void, void, undefined> {
  const { bits, out } = state;
  const method = bits.take(8);
  const flags = bits.take(8);
  if ((method & 15) !== 8 || (method * 256 + flags) % 31 !== 0 || flags & 32) throw corrupt();
  for (let last = 0, blocks = 0; last === 0; blocks++) {
    if (blocks >= maxBlocks) throw corrupt();
    last = bits.take(1);
    const kind = bits.take(2);
    if (kind === 3) throw corrupt();
    if (kind === 0) {
      bits.skipToByte();
      const length = bits.take(16);
      if (bits.take(16) !== (length ^ 0xffff)) throw corrupt();
      for (let i = 0; i < length; i++) {
        out[state.length++] = bits.take(8);
        if (state.length >= WINDOW_BYTES + PART_BYTES) yield;
      }
      continue;
    }
    const { literals, distances } = kind === 1 ? fixedCodes : readCodes(bits);
    for (;;) {
      const symbol = bits.symbol(literals);
      if (symbol < END_OF_BLOCK) out[state.length++] = symbol;
      else if (symbol === END_OF_BLOCK) break;
      else copyRun(state, runOf(symbol - 257, bits), distanceOf(bits.symbol(distances), bits));
      if (state.length >= WINDOW_BYTES + PART_BYTES) yield;
    }
  }
}

function copyRun(state: State, run: number, back: number): void {
  const { out } = state;
  const from = state.length;
  if (back > from) throw corrupt();
  for (let to = from; to < from + run; to++) out[to] = out[to - back]!;
  state.length = from + run;
}

/** Bytes to copy, 3…258, by the symbol's place among those for copies. */
function runOf(place: number, bits: BitReader): number {
  if (place > 28) throw corrupt();
  if (place === 28) return MAX_RUN_BYTES;
  if (place < 8) return place + 3;
  const extra = (place >> 2) - 1;
  return 3 + ((4 + (place & 3)) << extra) + bits.take(extra);
}

/** How far back the bytes to copy lie, 1…32768. */
function distanceOf(symbol: number, bits: BitReader): number {
  if (symbol > 29) throw corrupt();
  if (symbol < 4) return symbol + 1;
  const extra = (symbol >> 1) - 1;
  return 1 + ((2 + (symbol & 1)) << extra) + bits.take(extra);
}
