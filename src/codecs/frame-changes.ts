// What differs between the frames of an animation; pictures are RGBA words of one size.
import type { Size } from '../image.ts';

export type Rectangle = Size & { left: number; top: number };

/** Whether two pictures are the same. */
export function isSame(a: Uint32Array, b: Uint32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The smallest rectangle of all changes; undefined if there are none. */
export function changedPart(
  { width, height }: Size,
  before: Uint32Array,
  after: Uint32Array,
): Rectangle | undefined {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    const row = y * width;
    let first = 0;
    while (first < width && before[row + first] === after[row + first]) first++;
    if (first === width) continue;
    let end = width;
    while (before[row + end - 1] === after[row + end - 1]) end--;
    left = Math.min(left, first);
    right = Math.max(right, end);
    top = Math.min(top, y);
    bottom = y + 1;
  }
  if (right === 0) return undefined;
  return { left, top, width: right - left, height: bottom - top };
}

/** Browsers show frames of at most so many milliseconds for `SLOWED_MS` instead. */
const TOO_FAST_MS = 10;
const SLOWED_MS = 100;

/** Whether browsers show a frame longer than it says. */
export const isSlowed = (duration: number): boolean => duration <= TOO_FAST_MS;

const shownMs = (duration: number): number => (isSlowed(duration) ? SLOWED_MS : duration);

/** Milliseconds for which browsers show two frames that become one. */
export const mergedMs = (first: number, second: number): number => shownMs(first) + shownMs(second);
