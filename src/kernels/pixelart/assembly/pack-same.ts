// Transforms filters of 3×3 taps for `sameConv` (Lavin & Gray 2016).
import { bytes } from './pointers';

/** Transforms `filter` `[3, 3, inputs, channels]` to 36 filters of one tap, each in the order `[channels / 8, inputs, 8]`. */
export function packSame(filter: usize, out: usize, inputs: i32, channels: i32): void {
  const tap = bytes(inputs * channels);
  for (let i = 0; i < inputs; i++) {
    for (let c = 0; c < channels; c += 4) {
      const from = filter + bytes(i * channels + c);
      let to = out + bytes((c & ~7) * inputs + i * 8 + (c & 7));
      // The result has six rows of the transform of each column; then each of these rows is transformed.
      for (let row = 0; row < 6; row++) {
        const a = filterPlace(row, from, 3 * tap);
        const b = filterPlace(row, from + tap, 3 * tap);
        const d = filterPlace(row, from + 2 * tap, 3 * tap);
        for (let column = 0; column < 6; column++, to += tap) {
          v128.store(to, filterValue(column, a, b, d));
        }
      }
    }
  }
}

function filterPlace(place: i32, from: usize, step: usize): v128 {
  return filterValue(place, v128.load(from), v128.load(from + step), v128.load(from + 2 * step));
}

/** The value at `place` (0…5) of the transform of three taps. */
function filterValue(place: i32, a: v128, b: v128, c: v128): v128 {
  if (place === 0) return f32x4.mul(a, f32x4.splat(0.25));
  if (place === 5) return c;
  if (place < 3) {
    const outer = f32x4.add(a, c);
    const sum = place === 1 ? f32x4.add(outer, b) : f32x4.sub(outer, b);
    return f32x4.mul(sum, f32x4.splat(-1.0 / 6.0));
  }
  const outer = f32x4.add(
    f32x4.mul(a, f32x4.splat(1.0 / 24.0)),
    f32x4.mul(c, f32x4.splat(1.0 / 6.0)),
  );
  const middle = f32x4.mul(b, f32x4.splat(1.0 / 12.0));
  return place === 3 ? f32x4.add(outer, middle) : f32x4.sub(outer, middle);
}
