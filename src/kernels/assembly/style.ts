// SIMD loops of the style network, in AssemblyScript: they work on the memory that tf.js' tensors lie in.
//
// XNNPACK, which tf.js calls, multiplies and adds in two instructions and has no tiles for three channels; a fused
// multiply-add does the same work in half of them. Pointers count bytes, everything else counts floats (of 4 bytes).

/** Pixels of a tile: with 8 channels each, 12 of the 16 vector registers hold sums. */
const TILE: i32 = 6;
/** Neighbours of a tile of planes: 3 vectors of 4 pixels, with 3 channels each. */
const STRIP: i32 = 12;
/** Floats that statistics take at a time. */
const GROUP: i32 = 16;
/** Values of a channel that are summed up in single precision. */
const SHORT: usize = 64;

/**
 * Copies `x` `[height, width, channels]` with a border of `border` pixels into `out`. `twice` is 0 where the border mirrors
 * without its edge, as MirrorPad's REFLECT does, 1 where the edge comes twice. The border is narrower than the picture.
 */
export function pad(
  x: usize,
  out: usize,
  height: i32,
  width: i32,
  channels: i32,
  border: i32,
  twice: i32,
): void {
  const pixel = bytes(channels);
  const row = pixel * <usize>width;
  for (let y = -border; y < height + border; y++) {
    const from = x + row * <usize>mirrored(y, height, twice);
    for (let i = -border; i < 0; i++, out += pixel) {
      memory.copy(out, from + pixel * <usize>mirrored(i, width, twice), pixel);
    }
    memory.copy(out, from, row);
    out += row;
    for (let i = width; i < width + border; i++, out += pixel) {
      memory.copy(out, from + pixel * <usize>mirrored(i, width, twice), pixel);
    }
  }
}

/**
 * A convolution of the padded `x` for `channels` (a multiple of 8) output channels. `weights` lie as
 * `[channels / 8, taps, run, 8]`, where `taps` are rows of the filter and `run` is their width times the input channels.
 * Results are not below `least`. `xStep` and `xPixel` lead from the window of one output to that of the one below and beside it.
 */
export function conv(
  x: usize,
  weights: usize,
  bias: usize,
  out: usize,
  height: i32,
  width: i32,
  channels: i32,
  taps: i32,
  run: i32,
  xRow: i32,
  xStep: i32,
  xPixel: i32,
  outRow: i32,
  outPixel: i32,
  least: f32,
): void {
  for (let y = 0; y < height; y++) {
    const from = x + bytes(y * xStep);
    const to = out + bytes(y * outRow);
    for (let c = 0; c < channels; c += 8) {
      const w = weights + bytes(c * taps * run);
      for (let i = 0; i < width; i += TILE) {
        // The last tile lies over the one before it.
        const first = min(i, width - TILE);
        if (first >= 0) {
          tile(
            from + bytes(first * xPixel),
            w,
            bias + bytes(c),
            to + bytes(first * outPixel + c),
            taps,
            run,
            bytes(xRow),
            bytes(xPixel),
            bytes(outPixel),
            least,
          );
        } else {
          for (let j = 0; j < width; j++) {
            single(
              from + bytes(j * xPixel),
              w,
              bias + bytes(c),
              to + bytes(j * outPixel + c),
              taps,
              run,
              bytes(xRow),
              least,
            );
          }
        }
      }
    }
  }
}

function tile(
  x: usize,
  w: usize,
  bias: usize,
  out: usize,
  taps: i32,
  run: i32,
  xRow: usize,
  pixel: usize,
  outPixel: usize,
  least: f32,
): void {
  const b0 = v128.load(bias);
  const b1 = v128.load(bias, 16);
  let a0 = b0,
    a1 = b1,
    g0 = b0,
    g1 = b1;
  let c0 = b0,
    c1 = b1,
    d0 = b0,
    d1 = b1,
    e0 = b0,
    e1 = b1,
    f0 = b0,
    f1 = b1;
  for (let k = 0; k < taps; k++) {
    const end = x + bytes(run);
    let p0 = x;
    let p1 = p0 + pixel;
    let p2 = p1 + pixel;
    let p3 = p2 + pixel;
    let p4 = p3 + pixel;
    let p5 = p4 + pixel;
    for (; p0 < end; p0 += 4, p1 += 4, p2 += 4, p3 += 4, p4 += 4, p5 += 4, w += 32) {
      const w0 = v128.load(w);
      const w1 = v128.load(w, 16);
      let v = v128.load32_splat(p0);
      a0 = f32x4.relaxed_madd(v, w0, a0);
      a1 = f32x4.relaxed_madd(v, w1, a1);
      v = v128.load32_splat(p1);
      g0 = f32x4.relaxed_madd(v, w0, g0);
      g1 = f32x4.relaxed_madd(v, w1, g1);
      v = v128.load32_splat(p2);
      c0 = f32x4.relaxed_madd(v, w0, c0);
      c1 = f32x4.relaxed_madd(v, w1, c1);
      v = v128.load32_splat(p3);
      d0 = f32x4.relaxed_madd(v, w0, d0);
      d1 = f32x4.relaxed_madd(v, w1, d1);
      v = v128.load32_splat(p4);
      e0 = f32x4.relaxed_madd(v, w0, e0);
      e1 = f32x4.relaxed_madd(v, w1, e1);
      v = v128.load32_splat(p5);
      f0 = f32x4.relaxed_madd(v, w0, f0);
      f1 = f32x4.relaxed_madd(v, w1, f1);
    }
    x += xRow;
  }
  const low = f32x4.splat(least);
  store8(out, a0, a1, low);
  store8(out + outPixel, g0, g1, low);
  store8(out + 2 * outPixel, c0, c1, low);
  store8(out + 3 * outPixel, d0, d1, low);
  store8(out + 4 * outPixel, e0, e1, low);
  store8(out + 5 * outPixel, f0, f1, low);
}

function single(
  x: usize,
  w: usize,
  bias: usize,
  out: usize,
  taps: i32,
  run: i32,
  xRow: usize,
  least: f32,
): void {
  let a0 = v128.load(bias);
  let a1 = v128.load(bias, 16);
  for (let k = 0; k < taps; k++) {
    const end = x + bytes(run);
    for (let p = x; p < end; p += 4, w += 32) {
      const v = v128.load32_splat(p);
      a0 = f32x4.relaxed_madd(v, v128.load(w), a0);
      a1 = f32x4.relaxed_madd(v, v128.load(w, 16), a1);
    }
    x += xRow;
  }
  store8(out, a0, a1, f32x4.splat(least));
}

function store8(out: usize, low4: v128, high4: v128, least: v128): void {
  v128.store(out, f32x4.max(low4, least));
  v128.store(out, f32x4.max(high4, least), 16);
}

/** Copies `x` `[height, width, channels]` with a mirrored border into planes of rows of `row` floats, one after the other. */
export function planes(
  x: usize,
  out: usize,
  height: i32,
  width: i32,
  channels: i32,
  border: i32,
  row: i32,
): void {
  const plane = bytes(row * (height + 2 * border));
  for (let y = -border; y < height + border; y++, out += bytes(row)) {
    const from = x + bytes(mirrored(y, height, 0) * width * channels);
    let at = out;
    for (let i = -border; i < width + border; i++, at += 4) {
      const pixel = from + bytes(mirrored(i, width, 0) * channels);
      let to = at;
      for (let c = 0; c < channels; c++, to += plane) {
        f32.store(to, f32.load(pixel + bytes(c)));
      }
    }
  }
}

/**
 * A convolution of planes that `planes` made, for 3 output channels, which come as planes of `height` rows of `outRow` floats:
 * as many whole strips of 12 as the width takes. `weights` lie as `[channels, side, side, 4]`, the last unused.
 */
export function convPlanes(
  x: usize,
  weights: usize,
  out: usize,
  height: i32,
  width: i32,
  channels: i32,
  side: i32,
  xRow: i32,
  xPlane: i32,
  outRow: i32,
): void {
  const plane = bytes(height * outRow);
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < width; i += STRIP) {
      const to = out + bytes(y * outRow + i);
      strip(
        x + bytes(y * xRow + i),
        weights,
        to,
        channels,
        side,
        bytes(xRow),
        bytes(xPlane),
        plane,
      );
    }
  }
}

function strip(
  x: usize,
  w: usize,
  out: usize,
  channels: i32,
  side: i32,
  xRow: usize,
  xPlane: usize,
  plane: usize,
): void {
  let r0 = f32x4.splat(0);
  let r1 = r0,
    r2 = r0,
    g0 = r0,
    g1 = r0,
    g2 = r0,
    b0 = r0,
    b1 = r0,
    b2 = r0;
  for (let c = 0; c < channels; c++, x += xPlane) {
    let from = x;
    for (let k = 0; k < side; k++, from += xRow) {
      const end = from + bytes(side);
      for (let p = from; p < end; p += 4, w += 16) {
        const v0 = v128.load(p);
        const v1 = v128.load(p, 16);
        const v2 = v128.load(p, 32);
        // One access and three shuffles: where the runtime checks every access, that is less than three.
        const all = v128.load(w);
        let weight = i8x16.shuffle(all, all, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3);
        r0 = f32x4.relaxed_madd(v0, weight, r0);
        r1 = f32x4.relaxed_madd(v1, weight, r1);
        r2 = f32x4.relaxed_madd(v2, weight, r2);
        weight = i8x16.shuffle(all, all, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7);
        g0 = f32x4.relaxed_madd(v0, weight, g0);
        g1 = f32x4.relaxed_madd(v1, weight, g1);
        g2 = f32x4.relaxed_madd(v2, weight, g2);
        weight = i8x16.shuffle(all, all, 8, 9, 10, 11, 8, 9, 10, 11, 8, 9, 10, 11, 8, 9, 10, 11);
        b0 = f32x4.relaxed_madd(v0, weight, b0);
        b1 = f32x4.relaxed_madd(v1, weight, b1);
        b2 = f32x4.relaxed_madd(v2, weight, b2);
      }
    }
  }
  store12(out, r0, r1, r2);
  store12(out + plane, g0, g1, g2);
  store12(out + 2 * plane, b0, b1, b2);
}

function store12(out: usize, a: v128, b: v128, c: v128): void {
  v128.store(out, a);
  v128.store(out, b, 16);
  v128.store(out, c, 32);
}

/** Three planes of rows of `row` floats as `out` `[height, width, 3]`. */
export function interleave(x: usize, out: usize, height: i32, width: i32, row: i32): void {
  const plane = bytes(height * row);
  for (let y = 0; y < height; y++, x += bytes(row)) {
    const end = x + bytes(width);
    for (let p = x; p < end; p += 4, out += 12) {
      f32.store(out, f32.load(p));
      f32.store(out, f32.load(p + plane), 4);
      f32.store(out, f32.load(p + 2 * plane), 8);
    }
  }
}

/**
 * Sums of the differences from `middle`, and of their squares, for each of `period` (a multiple of 16) floats, over which
 * values repeat their channels: doubles into `sums` `[2, period]`. `count` is a multiple of `period`.
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
      // So few that single precision does for their sum.
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
 * `out` = the larger of `scale · (x − mean) + shift` and `least`, plus `other` unless that is 0; `means`, `scales` and `shifts` have
 * `period` floats.
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

// Where a place beyond the edges finds its value.
function mirrored(i: i32, size: i32, twice: i32): i32 {
  if (i < 0) return -i - twice;
  return i < size ? i : 2 * size - 2 - i + twice;
}

function bytes(floats: i32): usize {
  return (<usize>floats) << 2;
}
