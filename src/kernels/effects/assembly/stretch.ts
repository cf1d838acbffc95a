// Rows of a coarse grid, enlarged linearly between the middles of its squares.
import { bytes } from './pointers';

/**
 * Enlarges one row of `width` pixels `coarse` times. `padded` is scratch for the row, a pixel on both sides, and 4 values; `out` has
 * room for 4 values more than the result.
 */
export function stretch(
  row: usize,
  out: usize,
  width: i32,
  channels: i32,
  coarse: i32,
  padded: usize,
): void {
  const pixel = bytes(channels);
  const length = pixel * <usize>width;
  if (coarse === 1) {
    memory.copy(out, row, length);
    return;
  }
  memory.copy(padded, row, pixel);
  memory.copy(padded + pixel, row, length);
  memory.copy(padded + pixel + length, row + length - pixel, pixel);
  const middle: f32 = <f32>(coarse - 1) / 2;
  for (let p = padded + pixel, end = p + length; p < end; p += pixel) {
    const value = v128.load(p);
    const before = f32x4.sub(value, v128.load(p - pixel));
    const after = f32x4.sub(v128.load(p + pixel), value);
    for (let k = 0; k < coarse; k++, out += pixel) {
      const place = (<f32>k - middle) / <f32>coarse;
      const slope = k + k < coarse ? before : after;
      // A pixel's store may write beyond it, which the next one overwrites.
      v128.store(out, f32x4.add(value, f32x4.mul(slope, f32x4.splat(place))));
    }
  }
}

/** The first row of the enlarged picture whose middle is not above the middle of row `j` of the grid. */
// @inline
export function firstRow(j: i32, coarse: i32): i32 {
  return (coarse * (2 * j + 1)) >> 1;
}

/** How far row `y` of the enlarged picture is from the middle of row `j` of the grid, in rows of the grid. */
// @inline
export function placeOf(y: i32, j: i32, coarse: i32): f32 {
  return (<f32>y + 0.5) / <f32>coarse - 0.5 - <f32>j;
}

/** The value at `share` of the way from `upper` to `lower`. */
// @inline
export function between(upper: v128, lower: v128, share: v128): v128 {
  return f32x4.add(upper, f32x4.mul(f32x4.sub(lower, upper), share));
}
