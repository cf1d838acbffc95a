// The near band of a hybrid, which is what a picture has above its own blur: its local extent, and the band on a ground.
import { beginEnlarging, enlargedRow } from './enlarged';
import { HALF, ONE, SIGN, TINY } from './lanes';
import { floatRow } from './pixel-rows';
import { bytes, storePixel } from './pointers';
import { bent, lumaExtents, softDetail } from './soft-detail';

/**
 * Means over squares of `coarse` × `coarse` pixels of the fourth powers of how far the packed pixels `near` `[height, width]` are above and below
 * `low` `[height / coarse, width / coarse, channels]`, enlarged; with one channel, their luma is. `out` is
 * `[height / coarse, width / coarse, 2 · channels]`, above first. `scratch` is that of `enlarged.ts`; `row` has room for three rows of the picture with 4
 * values more each.
 */
export function extents(
  near: usize,
  low: usize,
  out: usize,
  height: i32,
  width: i32,
  channels: i32,
  coarse: i32,
  scratch: usize,
  row: usize,
): void {
  if (channels === 1 && coarse === 2 && (width & 7) === 0) {
    lumaExtents(near, low, out, height, width, scratch, row);
    return;
  }
  const length = bytes(width * channels);
  const apart = length + 16;
  const sums = row + apart;
  const factor = f32x4.splat(<f32>1 / <f32>(coarse * coarse));
  const pixel = bytes(channels);
  beginEnlarging(scratch, coarse);
  for (let first = 0; first < height; first += coarse) {
    memory.fill(sums, 0, 2 * apart);
    for (let y = first; y < first + coarse; y++, near += bytes(width)) {
      floatRow(near, row, width, channels, channels === 1 ? 1 : 0);
      const soft = enlargedRow(low, y, height / coarse, width / coarse, channels, coarse, scratch);
      addFourths(row, soft, sums, sums + apart, length);
    }
    for (let at = sums, end = sums + length; at < end; out += 2 * pixel) {
      let above = f32x4.splat(0);
      let below = above;
      for (let k = 0; k < coarse; k++, at += pixel) {
        above = f32x4.add(above, v128.load(at));
        below = f32x4.add(below, v128.load(at + apart));
      }
      storePixel(out, f32x4.mul(above, factor), channels);
      storePixel(out + pixel, f32x4.mul(below, factor), channels);
    }
  }
}

function addFourths(x: usize, soft: usize, above: usize, below: usize, length: usize): void {
  const zero = f32x4.splat(0);
  const end = x + length;
  for (; x + 16 <= end; x += 16, soft += 16, above += 16, below += 16) {
    const d = f32x4.sub(v128.load(x), v128.load(soft));
    const square = f32x4.mul(d, d);
    const fourth = f32x4.mul(square, square);
    const isAbove = f32x4.gt(d, zero);
    v128.store(above, f32x4.add(v128.load(above), v128.and(fourth, isAbove)));
    v128.store(below, f32x4.add(v128.load(below), v128.andnot(fourth, isAbove)));
  }
  for (; x < end; x += 4, soft += 4, above += 4, below += 4) {
    const d = f32.load(x) - f32.load(soft);
    const to = d > 0 ? above : below;
    f32.store(to, f32.load(to) + d * d * d * d);
  }
}

/**
 * How far `ground` `[count, channels]` is moved so that detail stays inside 0…1: `extent` `[count, 2 · nearChannels]` has fourth powers of how
 * far it reaches above and below, which `factor` multiplies after the root. One near channel stands for all. If both together are more
 * than 1, they are scaled down to it.
 */
export function room(
  ground: usize,
  extent: usize,
  out: usize,
  count: i32,
  channels: i32,
  nearChannels: i32,
  factor: f32,
): void {
  const one = f32x4.splat(1);
  const by = f32x4.splat(factor);
  const isOne = nearChannels < channels;
  const apart = bytes(nearChannels);
  const end = extent + bytes(count * 2 * nearChannels);
  for (; extent < end; extent += 2 * apart, ground += bytes(channels), out += bytes(channels)) {
    let above = rooted(isOne ? v128.load32_splat(extent) : loadPixel(extent, channels));
    let below = rooted(
      isOne ? v128.load32_splat(extent + apart) : loadPixel(extent + apart, channels),
    );
    const both = f32x4.mul(f32x4.add(above, below), by);
    const scale = f32x4.div(by, f32x4.max(both, one));
    above = f32x4.mul(above, scale);
    below = f32x4.mul(below, scale);
    const from = loadPixel(ground, channels);
    const to = f32x4.min(f32x4.max(from, below), f32x4.sub(one, above));
    storePixel(out, f32x4.sub(to, from), channels);
  }
}

// @inline
function rooted(v: v128): v128 {
  return f32x4.sqrt(f32x4.sqrt(v));
}

/** Loads 1 or 3 values; the other ones are 0. */
// @inline
function loadPixel(at: usize, channels: i32): v128 {
  if (channels === 1) return v128.load32_zero(at);
  return v128.load32_lane(at + 8, v128.load64_zero(at), 2);
}

/**
 * `out` `[height, width, channels]` = `ground` `[height / groundCoarse, width / groundCoarse, channels]`, enlarged, plus `gain` times what the packed
 * pixels `near` `[height, width]` have above `low` `[height / coarse, width / coarse, nearChannels]`, enlarged. With one near channel, their luma
 * stands for all. If `soft` is 1, the ground is clipped to 0…1 and detail is bent so that the sum stays inside 0…1: what takes more than half of the
 * room there gets shorter and shorter; what is below `least` becomes that. `nearScratch` and `scratch` are those of `enlarged.ts` for either grid; `row` has
 * room for two rows of the result with 16 values more each.
 */
export function detail(
  near: usize,
  low: usize,
  ground: usize,
  out: usize,
  height: i32,
  width: i32,
  channels: i32,
  nearChannels: i32,
  coarse: i32,
  groundCoarse: i32,
  gain: f32,
  soft: i32,
  least: f32,
  nearScratch: usize,
  scratch: usize,
  row: usize,
): void {
  if (nearChannels === 1 && channels === 3 && soft && (width & 3) === 0) {
    softDetail(
      near,
      low,
      ground,
      out,
      height,
      width,
      coarse,
      groundCoarse,
      gain,
      least,
      nearScratch,
      scratch,
      row,
    );
    return;
  }
  const length = bytes(width * channels);
  const nearLength = bytes(width * nearChannels);
  const isOne = nearChannels < channels;
  const own = isOne ? row + length + 64 : row;
  const isGrey = nearChannels === 1 ? 1 : 0;
  beginEnlarging(nearScratch, coarse);
  beginEnlarging(scratch, groundCoarse);
  for (let y = 0; y < height; y++, near += bytes(width), out += length) {
    floatRow(near, own, width, nearChannels, isGrey);
    subtractRow(
      own,
      enlargedRow(low, y, height / coarse, width / coarse, nearChannels, coarse, nearScratch),
      nearLength,
      gain,
    );
    if (isOne) repeatRow(own, row, width);
    const under = enlargedRow(
      ground,
      y,
      height / groundCoarse,
      width / groundCoarse,
      channels,
      groundCoarse,
      scratch,
    );
    // Vectors are written whole, so rows of other lengths are made where there is room behind them.
    const to = (length & 15) === 0 ? out : row;
    if (soft) bendRow(under, row, to, length, least);
    else addRow(under, row, to, length);
    if (to !== out) memory.copy(out, to, length);
  }
}

/** Makes (x − smooth) · gain of a row, and of up to 3 values behind it. */
function subtractRow(x: usize, smooth: usize, length: usize, gain: f32): void {
  const by = f32x4.splat(gain);
  for (const end = x + length; x < end; x += 16, smooth += 16) {
    v128.store(x, f32x4.mul(f32x4.sub(v128.load(x), v128.load(smooth)), by));
  }
}

/** Writes each of `count` values three times. */
function repeatRow(from: usize, out: usize, count: i32): void {
  for (const end = from + bytes(count); from < end; from += 16, out += 48) {
    const v = v128.load(from);
    v128.store(out, i32x4.shuffle(v, v, 0, 0, 0, 1));
    v128.store(out, i32x4.shuffle(v, v, 1, 1, 2, 2), 16);
    v128.store(out, i32x4.shuffle(v, v, 2, 3, 3, 3), 32);
  }
}

function addRow(under: usize, row: usize, out: usize, length: usize): void {
  for (const end = row + length; row < end; row += 16, under += 16, out += 16) {
    v128.store(out, f32x4.add(v128.load(row), v128.load(under)));
  }
}

function bendRow(under: usize, row: usize, out: usize, length: usize, least: f32): void {
  const one = ONE;
  const half = HALF;
  const sign = SIGN;
  const tiny = TINY;
  const low = f32x4.splat(least);
  for (const end = row + length; row < end; row += 16, under += 16, out += 16) {
    v128.store(out, bent(v128.load(row), v128.load(under), one, half, sign, tiny, low));
  }
}
