// Weighted sums of the three values of pixels.
import { bytes } from './pointers';

/** `out` has `red` · r + `green` · g + `blue` · b for each of `count` pixels of `x`. */
export function channelSum(
  x: usize,
  out: usize,
  count: i32,
  red: f32,
  green: f32,
  blue: f32,
): void {
  const r = f32x4.splat(red);
  const g = f32x4.splat(green);
  const b = f32x4.splat(blue);
  const end = out + bytes(count);
  for (; out + 16 <= end; out += 16, x += 48) {
    const v = v128.load(x);
    const w = v128.load(x, 16);
    const u = v128.load(x, 32);
    // Reds of the first three pixels, then that of the fourth, and so on.
    let reds = i8x16.shuffle(v, w, 0, 1, 2, 3, 12, 13, 14, 15, 24, 25, 26, 27, 0, 0, 0, 0);
    let greens = i8x16.shuffle(v, w, 4, 5, 6, 7, 16, 17, 18, 19, 28, 29, 30, 31, 0, 0, 0, 0);
    let blues = i8x16.shuffle(v, w, 8, 9, 10, 11, 20, 21, 22, 23, 0, 0, 0, 0, 0, 0, 0, 0);
    reds = i8x16.shuffle(reds, u, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 20, 21, 22, 23);
    greens = i8x16.shuffle(greens, u, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 24, 25, 26, 27);
    blues = i8x16.shuffle(blues, u, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 28, 29, 30, 31);
    const sum = f32x4.add(f32x4.mul(reds, r), f32x4.mul(greens, g));
    v128.store(out, f32x4.add(sum, f32x4.mul(blues, b)));
  }
  for (; out < end; out += 4, x += 12) {
    f32.store(out, f32.load(x) * red + f32.load(x, 4) * green + f32.load(x, 8) * blue);
  }
}
