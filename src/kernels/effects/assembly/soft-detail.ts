// The near band of a hybrid as luma, four pixels at a time: its rows, its local extent, and the band on a coloured ground.
import { beginEnlarging, between, readyRows, rowAt, weightsAt } from './enlarged';
import { HALF, ONE, SIGN, TINY } from './lanes';
import { lumaLessRow } from './pixel-rows';
import { bytes } from './pointers';

/** Writes a row of what the luma of packed pixels `near` `[height, width]` has above `low`, enlarged, times `gain`; `width` is a multiple of 4. */
function bandRow(
  near: usize,
  low: usize,
  out: usize,
  y: i32,
  height: i32,
  width: i32,
  coarse: i32,
  gain: f32,
  scratch: usize,
): void {
  const columns = width / coarse;
  const second = readyRows(low, y, height / coarse, columns, 1, coarse, scratch);
  lumaLessRow(
    near + bytes(width * y),
    out,
    width,
    rowAt(second - 1, columns, 1, coarse, scratch),
    rowAt(second, columns, 1, coarse, scratch),
    rowAt(second + 1, columns, 1, coarse, scratch),
    rowAt(second + 2, columns, 1, coarse, scratch),
    weightsAt(y, coarse, scratch),
    gain,
  );
}

// @inline
function fourth(v: v128): v128 {
  const square = f32x4.mul(v, v);
  return f32x4.mul(square, square);
}

/** Sums of neighbours of eight values. */
// @inline
function pairSums(a: v128, b: v128): v128 {
  return f32x4.add(i32x4.shuffle(a, b, 0, 2, 4, 6), i32x4.shuffle(a, b, 1, 3, 5, 7));
}

/** `extents` for one channel, squares of 2 × 2 pixels and a width that is a multiple of 8. `row` has room for two rows. */
export function lumaExtents(
  near: usize,
  low: usize,
  out: usize,
  height: i32,
  width: i32,
  scratch: usize,
  row: usize,
): void {
  const zero = f32x4.splat(0);
  const quarter = f32x4.splat(0.25);
  const length = bytes(width);
  beginEnlarging(scratch, 2);
  for (let y = 0; y < height; y += 2) {
    bandRow(near, low, row, y, height, width, 2, 1, scratch);
    bandRow(near, low, row + length, y + 1, height, width, 2, 1, scratch);
    for (let at = row, end = row + length; at < end; at += 32, out += 32) {
      const a = v128.load(at);
      const b = v128.load(at, 16);
      const c = v128.load(at + length);
      const d = v128.load(at + length, 16);
      const above = pairSums(
        f32x4.add(fourth(f32x4.pmax(zero, a)), fourth(f32x4.pmax(zero, c))),
        f32x4.add(fourth(f32x4.pmax(zero, b)), fourth(f32x4.pmax(zero, d))),
      );
      const below = pairSums(
        f32x4.add(fourth(f32x4.pmin(zero, a)), fourth(f32x4.pmin(zero, c))),
        f32x4.add(fourth(f32x4.pmin(zero, b)), fourth(f32x4.pmin(zero, d))),
      );
      v128.store(out, f32x4.mul(i32x4.shuffle(above, below, 0, 4, 1, 5), quarter));
      v128.store(out, f32x4.mul(i32x4.shuffle(above, below, 2, 6, 3, 7), quarter), 16);
    }
  }
}

/** `detail` for one near channel on a ground of three, if `soft` is 1 and the width is a multiple of 4. `row` has room for a row of one channel. */
export function softDetail(
  near: usize,
  low: usize,
  ground: usize,
  out: usize,
  height: i32,
  width: i32,
  coarse: i32,
  groundCoarse: i32,
  gain: f32,
  least: f32,
  nearScratch: usize,
  scratch: usize,
  row: usize,
): void {
  const columns = width / groundCoarse;
  const rows = height / groundCoarse;
  const length = bytes(width);
  beginEnlarging(nearScratch, coarse);
  beginEnlarging(scratch, groundCoarse);
  for (let y = 0; y < height; y++, out += 3 * length) {
    bandRow(near, low, row, y, height, width, coarse, gain, nearScratch);
    const second = readyRows(ground, y, rows, columns, 3, groundCoarse, scratch);
    bendRow(
      row,
      out,
      length,
      rowAt(second - 1, columns, 3, groundCoarse, scratch),
      rowAt(second, columns, 3, groundCoarse, scratch),
      rowAt(second + 1, columns, 3, groundCoarse, scratch),
      rowAt(second + 2, columns, 3, groundCoarse, scratch),
      weightsAt(y, groundCoarse, scratch),
      least,
    );
  }
}

/** Adds detail of one channel to a row between four rows of three channels. */
function bendRow(
  row: usize,
  out: usize,
  length: usize,
  a: usize,
  b: usize,
  c: usize,
  d: usize,
  weights: usize,
  least: f32,
): void {
  const one = ONE;
  const half = HALF;
  const sign = SIGN;
  const tiny = TINY;
  const low = f32x4.splat(least);
  const w0 = v128.load32_splat(weights);
  const w1 = v128.load32_splat(weights, 4);
  const w2 = v128.load32_splat(weights, 8);
  const w3 = v128.load32_splat(weights, 12);
  for (const end = row + length; row < end; row += 16, out += 48) {
    const v = v128.load(row);
    const first = between(a, b, c, d, w0, w1, w2, w3);
    const second = between(a + 16, b + 16, c + 16, d + 16, w0, w1, w2, w3);
    const third = between(a + 32, b + 32, c + 32, d + 32, w0, w1, w2, w3);
    v128.store(out, bent(i32x4.shuffle(v, v, 0, 0, 0, 1), first, one, half, sign, tiny, low));
    v128.store(out, bent(i32x4.shuffle(v, v, 1, 1, 2, 2), second, one, half, sign, tiny, low), 16);
    v128.store(out, bent(i32x4.shuffle(v, v, 2, 3, 3, 3), third, one, half, sign, tiny, low), 32);
    a += 48;
    b += 48;
    c += 48;
    d += 48;
  }
}

/** The sum of detail and ground, bent as `detail` says. */
// @inline
export function bent(
  detail: v128,
  under: v128,
  one: v128,
  half: v128,
  sign: v128,
  tiny: v128,
  low: v128,
): v128 {
  const zero = f32x4.splat(0);
  const ground = f32x4.pmin(one, f32x4.pmax(zero, under));
  const size = f32x4.abs(detail);
  const room = v128.bitselect(f32x4.sub(one, ground), ground, f32x4.gt(detail, zero));
  const knee = f32x4.mul(room, half);
  let sum = f32x4.add(ground, detail);
  if (i32x4.bitmask(f32x4.gt(size, knee))) {
    const over = f32x4.pmax(zero, f32x4.sub(size, knee));
    // Without room both are 0 if there is no detail either.
    const more = f32x4.div(f32x4.mul(knee, over), f32x4.add(f32x4.add(knee, over), tiny));
    const kept = f32x4.add(f32x4.pmin(size, knee), more);
    sum = f32x4.add(ground, v128.or(kept, v128.and(detail, sign)));
  }
  return f32x4.pmax(low, sum);
}
