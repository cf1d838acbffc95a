// Rows of one value a pixel: luma, opacity, and filters of them. Four pixels at a time, so up to 12 bytes behind a row are read and written.

/** Red, green and blue of four pixels, weighted by ITU-R BT.709, in levels. */
function lumaOf(pixels: v128): v128 {
  const low = i32x4.splat(255);
  const r = f32x4.convert_i32x4_s(v128.and(pixels, low));
  const g = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(pixels, 8), low));
  const b = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(pixels, 16), low));
  return f32x4.add(
    f32x4.add(f32x4.mul(r, f32x4.splat(0.2126)), f32x4.mul(g, f32x4.splat(0.7152))),
    f32x4.mul(b, f32x4.splat(0.0722)),
  );
}

/** Opacity of four pixels, 0…1. */
function alphaOf(pixels: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(pixels, 24)), f32x4.splat(1.0 / 255.0));
}

/** Luma in levels; opacity is ignored. */
export function lumaRow(from: usize, to: usize, pixels: i32): void {
  for (let i = 0; i < pixels; i += 4, from += 16, to += 16) {
    v128.store(to, lumaOf(v128.load(from)));
  }
}

/** More than all levels. */
const FAR: f32 = 1000;

/** Luma in levels; of clear pixels far above all levels. */
export function lumaOrMostRow(from: usize, to: usize, pixels: i32): void {
  for (let i = 0; i < pixels; i += 4, from += 16, to += 16) {
    const four = v128.load(from);
    const isClear = i32x4.eq(i32x4.shr_u(four, 24), i32x4.splat(0));
    v128.store(to, v128.bitselect(f32x4.splat(FAR), lumaOf(four), isClear));
  }
}

/** Luma in levels; of clear pixels far below all levels. */
export function lumaOrLeastRow(from: usize, to: usize, pixels: i32): void {
  for (let i = 0; i < pixels; i += 4, from += 16, to += 16) {
    const four = v128.load(from);
    const isClear = i32x4.eq(i32x4.shr_u(four, 24), i32x4.splat(0));
    v128.store(to, v128.bitselect(f32x4.splat(-FAR), lumaOf(four), isClear));
  }
}

/** Luma over black, in levels. */
export function visibleLumaRow(from: usize, to: usize, pixels: i32): void {
  for (let i = 0; i < pixels; i += 4, from += 16, to += 16) {
    const four = v128.load(from);
    v128.store(to, f32x4.mul(lumaOf(four), alphaOf(four)));
  }
}

/** Opacity, 0…1. */
export function alphaRow(from: usize, to: usize, pixels: i32): void {
  for (let i = 0; i < pixels; i += 4, from += 16, to += 16) {
    v128.store(to, alphaOf(v128.load(from)));
  }
}

/** 1 4 6 4 1. */
function binomial(a: v128, b: v128, c: v128, d: v128, e: v128): v128 {
  const near = f32x4.mul(f32x4.add(b, d), f32x4.splat(4));
  return f32x4.add(f32x4.add(f32x4.add(a, e), near), f32x4.mul(c, f32x4.splat(6)));
}

/** Sums of five rows, weighted 1 4 6 4 1. */
export function binomialDown(
  a: usize,
  b: usize,
  c: usize,
  d: usize,
  e: usize,
  to: usize,
  values: i32,
): void {
  const end = to + ((<usize>values) << 2);
  for (; to < end; to += 16, a += 16, b += 16, c += 16, d += 16, e += 16) {
    const sum = binomial(v128.load(a), v128.load(b), v128.load(c), v128.load(d), v128.load(e));
    v128.store(to, sum);
  }
}

/** Means along a row of such sums: each with two to each side, weighted 1 4 6 4 1. */
export function binomialAcross(from: usize, to: usize, values: i32): void {
  const end = to + ((<usize>values) << 2);
  for (; to < end; from += 16, to += 16) {
    const sum = binomial(
      v128.load(from - 8),
      v128.load(from - 4),
      v128.load(from),
      v128.load(from, 4),
      v128.load(from, 8),
    );
    v128.store(to, f32x4.mul(sum, f32x4.splat(1.0 / 256.0)));
  }
}

/** Divides each value by another; those below a millionth count as one. */
export function divideRow(at: usize, by: usize, values: i32): void {
  const end = at + ((<usize>values) << 2);
  for (; at < end; at += 16, by += 16) {
    const divisor = f32x4.pmax(f32x4.splat(0.000001), v128.load(by));
    v128.store(at, f32x4.div(v128.load(at), divisor));
  }
}

/** Clamps to whole levels; four of one channel. */
function levelsOf(values: v128): v128 {
  const rounded = i32x4.trunc_sat_f32x4_s(f32x4.nearest(values));
  return i32x4.min_s(i32x4.max_s(rounded, i32x4.splat(0)), i32x4.splat(255));
}

/** The least of each three values of three rows. */
export function leastDown(a: usize, b: usize, c: usize, to: usize, values: i32): void {
  const end = to + ((<usize>values) << 2);
  for (; to < end; a += 16, b += 16, c += 16, to += 16) {
    v128.store(to, f32x4.pmin(f32x4.pmin(v128.load(a), v128.load(b)), v128.load(c)));
  }
}

/** The greatest of each three values of three rows. */
export function mostDown(a: usize, b: usize, c: usize, to: usize, values: i32): void {
  const end = to + ((<usize>values) << 2);
  for (; to < end; a += 16, b += 16, c += 16, to += 16) {
    v128.store(to, f32x4.pmax(f32x4.pmax(v128.load(a), v128.load(b)), v128.load(c)));
  }
}

/** The least of three neighbours along a row. */
function leastAcross(at: usize): v128 {
  return f32x4.pmin(f32x4.pmin(v128.load(at - 4), v128.load(at)), v128.load(at, 4));
}

/** The greatest of three neighbours along a row. */
function mostAcross(at: usize): v128 {
  return f32x4.pmax(f32x4.pmax(v128.load(at - 4), v128.load(at)), v128.load(at, 4));
}

/**
 * Pixels with `amount · (luma − soft)` added to red, green and blue, as far as the luma stays between the least and the greatest around it
 * (rows of which, of `leastDown` and `mostDown`, are at `least` and `most`), each moved outwards by `over` of their difference.
 */
export function addDetailRow(
  from: usize,
  luma: usize,
  soft: usize,
  least: usize,
  most: usize,
  to: usize,
  pixels: i32,
  amount: f32,
  over: f32,
): void {
  const low = i32x4.splat(255);
  for (
    let i = 0;
    i < pixels;
    i += 4, from += 16, to += 16, luma += 16, soft += 16, least += 16, most += 16
  ) {
    const four = v128.load(from);
    const here = v128.load(luma);
    const dark = leastAcross(least);
    const light = mostAcross(most);
    const spare = f32x4.mul(f32x4.sub(light, dark), f32x4.splat(over));
    const up = f32x4.add(f32x4.sub(light, here), spare);
    const down = f32x4.sub(f32x4.sub(dark, here), spare);
    const detail = f32x4.mul(f32x4.sub(here, v128.load(soft)), f32x4.splat(amount));
    const more = f32x4.pmin(up, f32x4.pmax(down, detail));
    const r = f32x4.convert_i32x4_s(v128.and(four, low));
    const g = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(four, 8), low));
    const b = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(four, 16), low));
    const red = levelsOf(f32x4.add(r, more));
    const green = i32x4.shl(levelsOf(f32x4.add(g, more)), 8);
    const blue = i32x4.shl(levelsOf(f32x4.add(b, more)), 16);
    const alpha = v128.and(four, i32x4.splat(0xff000000));
    v128.store(to, v128.or(v128.or(red, green), v128.or(blue, alpha)));
  }
}

/** Of three rows 1 2 1 to `smooth`, and the last less the first to `slope`. */
export function sobelDown(
  above: usize,
  here: usize,
  below: usize,
  smooth: usize,
  slope: usize,
  values: i32,
): void {
  const end = here + ((<usize>values) << 2);
  for (; here < end; above += 16, here += 16, below += 16, smooth += 16, slope += 16) {
    const a = v128.load(above);
    const b = v128.load(here);
    const c = v128.load(below);
    v128.store(smooth, f32x4.add(f32x4.add(a, f32x4.add(b, b)), c));
    v128.store(slope, f32x4.sub(c, a));
  }
}

/** Length of Sobel's gradient from the rows of `sobelDown`, times `scale`. */
export function sobelAcross(smooth: usize, slope: usize, to: usize, values: i32, scale: f32): void {
  const end = to + ((<usize>values) << 2);
  for (; to < end; smooth += 16, slope += 16, to += 16) {
    const dx = f32x4.sub(v128.load(smooth, 4), v128.load(smooth - 4));
    const here = v128.load(slope);
    const beside = f32x4.add(v128.load(slope - 4), v128.load(slope, 4));
    const dy = f32x4.add(beside, f32x4.add(here, here));
    const square = f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy));
    v128.store(to, f32x4.mul(f32x4.sqrt(square), f32x4.splat(scale)));
  }
}

/** Length of the differences to the value at the right and to the one below, times `scale`. */
export function differenceRow(here: usize, below: usize, to: usize, values: i32, scale: f32): void {
  const end = to + ((<usize>values) << 2);
  for (; to < end; here += 16, below += 16, to += 16) {
    const value = v128.load(here);
    const dx = f32x4.sub(v128.load(here, 4), value);
    const dy = f32x4.sub(v128.load(below), value);
    const square = f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy));
    v128.store(to, f32x4.mul(f32x4.sqrt(square), f32x4.splat(scale)));
  }
}

/** Greys of `values` levels times `scale`, with the opacity of the pixels at `from`. */
export function greyRow(values: usize, from: usize, to: usize, pixels: i32, scale: f32): void {
  for (let i = 0; i < pixels; i += 4, values += 16, from += 16, to += 16) {
    const level = levelsOf(f32x4.mul(v128.load(values), f32x4.splat(scale)));
    const grey = v128.or(v128.or(level, i32x4.shl(level, 8)), i32x4.shl(level, 16));
    const alpha = v128.and(v128.load(from), i32x4.splat(0xff000000));
    v128.store(to, v128.or(grey, alpha));
  }
}

/** Sum of the squares. */
export function squares(from: usize, values: i32): f64 {
  let sum = f64x2.splat(0);
  let i = 0;
  for (; i + 2 <= values; i += 2, from += 8) {
    const two = f64x2.promote_low_f32x4(v128.load64_zero(from));
    sum = f64x2.add(sum, f64x2.mul(two, two));
  }
  let rest: f64 = 0;
  if (i < values) {
    const last = <f64>load<f32>(from);
    rest = last * last;
  }
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1) + rest;
}

export function copyRow(from: usize, to: usize, values: i32): void {
  memory.copy(to, from, (<usize>values) << 2);
}

/** Values times `scale`. */
export function scaleValues(from: usize, to: usize, values: i32, scale: f32): void {
  const end = to + ((<usize>values) << 2);
  for (; to < end; from += 16, to += 16) {
    v128.store(to, f32x4.mul(v128.load(from), f32x4.splat(scale)));
  }
}
