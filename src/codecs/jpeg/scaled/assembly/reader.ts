// Reads the bits of a scan. Bytes lie in the window without stuffing, the first at the highest address: one little-endian load then
// gives the next 64 bits with the earliest on top.
import { codeLength, symbolOf, unknownSymbol } from './codes';
import { CODES, CODES_BYTES, INPUT, WINDOW, WINDOW_END } from './memory';

/** The next bits, left-aligned, and how many of them are valid. */
export let bits: u64 = 0;
export let count: i32 = 0;
/** Address behind the next byte that is not in `bits`. */
export let next: usize = WINDOW_END;
/** Address of the last byte in the window. */
let stop: usize = WINDOW_END;
/** What is left of the input. */
let inputAt: usize = INPUT;
let inputEnd: usize = INPUT;
/** Whether no more input will come. */
let inputIsLast: bool = false;
/** Whether the window holds the end of what can be read, and the marker there (0 if the input ended). */
let ended: bool = false;
let marker: i32 = 0;

/** A unit has at most 10 blocks of 64 codes of 16 bits with 15 value bits. */
export const LONGEST_UNIT: usize = 2560;
/** Bits that libjpeg-turbo takes for a code that does not exist. */
const NO_CODE_BITS: i32 = 17;
const REVERSE: v128 = i8x16(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);

export function setBits(b: u64, n: i32, p: usize): void {
  bits = b;
  count = n;
  next = p;
}

/** Begins with the next input as the data of a scan. */
export function beginData(): void {
  inputAt = INPUT;
  inputEnd = INPUT;
  inputIsLast = false;
  beginInterval();
}

function beginInterval(): void {
  setBits(0, 0, WINDOW_END);
  stop = WINDOW_END;
  ended = false;
  marker = 0;
}

/** Where the next bytes of the file are to be copied to. */
export function inputPlace(): usize {
  const left = inputEnd - inputAt;
  memory.copy(INPUT, inputAt, left);
  inputAt = INPUT;
  inputEnd = INPUT + left;
  return inputEnd;
}

/** Tells that `bytes` have been copied there. */
export function addInput(bytes: i32, isLast: i32): void {
  inputEnd += bytes;
  inputIsLast = isLast !== 0;
}

/** Makes sure that the next unit can be read. False if input is needed for that. */
export function hasUnit(): bool {
  return ended || next - stop >= LONGEST_UNIT || refillWindow();
}

/** Bytes of the window that are still to be read; 0 if more were read than there are. */
export function bytesLeft(): usize {
  return next > stop ? next - stop : 0;
}

/** Whether more bits were read than there are. */
export function isOverrun(): bool {
  return ended && next + (<usize>count >> 3) < stop;
}

function refillWindow(): bool {
  // The bytes in front of `next` are still in `bits`, but a restart may need them again.
  const left = next + 8 - stop;
  const moved = WINDOW_END - next;
  if (moved > 8) {
    memory.copy(stop + moved - 8, stop, left);
    stop += moved - 8;
    next = WINDOW_END - 8;
  }
  unstuff();
  return ended || next - stop >= LONGEST_UNIT;
}

/** Moves input into the window until the input, the room or the data ends. */
function unstuff(): void {
  let from = inputAt;
  let to = stop;
  const filled = i8x16.splat(-1);
  while (to > WINDOW + 16 && !ended) {
    let run: usize = 0;
    if (inputEnd - from >= 18) {
      const bytes = v128.load(from);
      const mask = i8x16.bitmask(i8x16.eq(bytes, filled));
      v128.store(to - 16, i8x16.swizzle(bytes, REVERSE));
      if (mask === 0) {
        from += 16;
        to -= 16;
        continue;
      }
      run = ctz(mask);
    } else {
      while (from + run < inputEnd && run < 16) {
        const byte = load<u8>(from + run);
        if (byte === 0xff) break;
        store<u8>(to - 1 - run, byte);
        run++;
      }
    }
    from += run;
    to -= run;
    if (from < inputEnd && load<u8>(from) !== 0xff) continue;
    // What stands behind a byte of 255, or several, tells what it is.
    let behind = from + 1;
    while (behind < inputEnd && load<u8>(behind) === 0xff) behind++;
    if (from >= inputEnd || behind >= inputEnd) {
      ended = inputIsLast;
      break;
    }
    const code = load<u8>(behind);
    from = behind + 1;
    if (code === 0) store<u8>(--to, 0xff);
    else {
      ended = true;
      marker = code;
    }
  }
  if (ended) memory.fill(to - 64, 0, 64);
  inputAt = from;
  stop = to;
}

export const NEEDS_INPUT: i32 = 1;
export const BAD_RESTART: i32 = 3;

/** Goes on behind the restart marker of this number. Bytes in front of it are passed over, as libjpeg does. */
export function passRestart(number: i32): i32 {
  while (!ended) {
    setBits(0, 0, WINDOW_END);
    stop = WINDOW_END;
    const before = inputAt;
    unstuff();
    if (!ended && inputAt === before) return NEEDS_INPUT;
  }
  if (marker !== 0xd0 + number) return BAD_RESTART;
  beginInterval();
  return 0;
}

/** At least 56 valid bits. */
export function refill(): void {
  bits |= load<u64>(next - 8) >>> <u64>count;
  next -= (63 - count) >>> 3;
  count |= 56;
}

/** Takes up to 32 bits off. */
export function drop(n: i32): void {
  bits <<= <u64>n;
  count -= n;
}

/** The next symbol, by search; for codes longer than the index of the look-up tables. */
export function searchSymbol(slot: i32): i32 {
  refill();
  const codes = CODES + <usize>slot * CODES_BYTES;
  const code = <i32>(bits >>> 48);
  const length = codeLength(codes, code);
  if (length === 0) {
    const symbol = unknownSymbol(codes, <i32>(bits >>> (64 - NO_CODE_BITS)));
    drop(NO_CODE_BITS);
    return symbol;
  }
  drop(length);
  return symbolOf(codes, code, length);
}

/** The next `size` bits, 1 to 16, as a number; they must be valid. */
export function takeBits(size: i32): i32 {
  const value = <i32>(bits >>> (64 - <u64>size));
  drop(size);
  return value;
}

/** An end of block of `run` stands for so many blocks behind this one too (ISO/IEC 10918-1, G.1.2.2). */
export function blocksToPass(run: i32): i32 {
  if (run === 0) return 0;
  refill();
  return (1 << run) - 1 + takeBits(run);
}
