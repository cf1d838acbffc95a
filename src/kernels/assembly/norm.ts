// Instance normalisation with SIMD loops: one pass over the values for statistics, and one to normalise them.
import { bytes } from './pointers';

/** Floats that `moments` reads at a time. */
const GROUP: i32 = 16;
/** Values of a channel that are summed in single precision before the sum is added to a double. */
const SHORT: usize = 64;

/**
 * Writes the sums of the differences from `middle`, and of their squares, to `sums` `[2, period]` as doubles. `period` is a multiple of the
 * channels and of 16: value `i` is added to the sum `i mod period`. `count`, the number of values, is a multiple of `period`.
 */
export function moments(x: usize, count: i32, period: i32, middle: usize, sums: usize): void {
  const step = bytes(period);
  const end = x + bytes(count);
  const squares = sums + ((<usize>period) << 3);
  memory.fill(sums, 0, (<usize>period) << 4);
  for (let g = 0; g < period; g += GROUP) {
    const m0 = v128.load(middle + bytes(g));
    const m1 = v128.load(middle + bytes(g), 16);
    const m2 = v128.load(middle + bytes(g), 32);
    const m3 = v128.load(middle + bytes(g), 48);
    const at = (<usize>g) << 3;
    for (let p = x + bytes(g); p < end; ) {
      // For so few values, single precision is enough for the sum.
      const rest = min(end, p + SHORT * step);
      let s0 = f32x4.splat(0);
      let s1 = s0,
        s2 = s0,
        s3 = s0,
        q0 = s0,
        q1 = s0,
        q2 = s0,
        q3 = s0;
      for (; p < rest; p += step) {
        const d0 = f32x4.sub(v128.load(p), m0);
        const d1 = f32x4.sub(v128.load(p, 16), m1);
        const d2 = f32x4.sub(v128.load(p, 32), m2);
        const d3 = f32x4.sub(v128.load(p, 48), m3);
        s0 = f32x4.add(s0, d0);
        s1 = f32x4.add(s1, d1);
        s2 = f32x4.add(s2, d2);
        s3 = f32x4.add(s3, d3);
        q0 = f32x4.relaxed_madd(d0, d0, q0);
        q1 = f32x4.relaxed_madd(d1, d1, q1);
        q2 = f32x4.relaxed_madd(d2, d2, q2);
        q3 = f32x4.relaxed_madd(d3, d3, q3);
      }
      addTo(sums + at, s0);
      addTo(sums + at + 32, s1);
      addTo(sums + at + 64, s2);
      addTo(sums + at + 96, s3);
      addTo(squares + at, q0);
      addTo(squares + at + 32, q1);
      addTo(squares + at + 64, q2);
      addTo(squares + at + 96, q3);
    }
  }
}

/** Adds four floats to the doubles at `at`. */
function addTo(at: usize, values: v128): void {
  const upper = i8x16.shuffle(
    values,
    values,
    8,
    9,
    10,
    11,
    12,
    13,
    14,
    15,
    8,
    9,
    10,
    11,
    12,
    13,
    14,
    15,
  );
  v128.store(at, f64x2.add(v128.load(at), f64x2.promote_low_f32x4(values)));
  v128.store(at, f64x2.add(v128.load(at, 16), f64x2.promote_low_f32x4(upper)), 16);
}

/**
 * `out` = max(`scale · (x − mean) + shift`, `least`), plus the values at `other` unless that address is 0. `means`, `scales` and `shifts`
 * have `period` floats.
 */
export function normalise(
  x: usize,
  out: usize,
  count: i32,
  period: i32,
  means: usize,
  scales: usize,
  shifts: usize,
  other: usize,
  least: f32,
): void {
  const low = f32x4.splat(least);
  const end = x + bytes(count);
  for (; x < end; ) {
    for (let j: usize = 0; j < bytes(period); j += 16, x += 16, out += 16) {
      const offset = f32x4.sub(v128.load(x), v128.load(means + j));
      let v = f32x4.relaxed_madd(offset, v128.load(scales + j), v128.load(shifts + j));
      v = f32x4.max(v, low);
      if (other > 0) {
        v = f32x4.add(v, v128.load(other));
        other += 16;
      }
      v128.store(out, v);
    }
  }
}
