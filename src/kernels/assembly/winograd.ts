// Convolutions of 3×3 taps with 16 multiplications for 4 results instead of 36 (Lavin & Gray 2016, F(2×2, 3×3)).
import { conv } from './conv';
import { bytes } from './pointers';

/** Number of values of a transformed tile. */
const PLACES: i32 = 16;

/**
 * A convolution of `x`, which is padded by one pixel and to an even size, for `channels` output channels (a multiple of 8) and `inputs` input
 * channels (a multiple of 4). `weights` are 16 filters of one tap, each in the order `[channels / 8, inputs, 8]`. `tiles` and `products` are
 * scratch memory for a row of tiles: 16 · ⌈width / 2⌉ times `inputs` floats, and times `channels` floats. `zeros` are `channels` zeros.
 */
export function winograd(
  x: usize,
  weights: usize,
  zeros: usize,
  out: usize,
  height: i32,
  width: i32,
  inputs: i32,
  channels: i32,
  tiles: usize,
  products: usize,
): void {
  const across = (width + 1) >> 1;
  const row = bytes((2 * across + 2) * inputs);
  const most: f32 = 3.4e38;
  for (let y = 0; y < height; y += 2) {
    transform(x + <usize>y * row, row, across, inputs, tiles);
    for (let i = 0; i < PLACES; i++) {
      const from = tiles + bytes(i * across * inputs);
      const to = products + bytes(i * across * channels);
      const w = weights + bytes(i * inputs * channels);
      conv(
        from,
        w,
        zeros,
        to,
        1,
        across,
        channels,
        1,
        inputs,
        0,
        0,
        inputs,
        0,
        channels,
        -most,
        most,
      );
    }
    const to = out + bytes(y * width * channels);
    untransform(products, to, across, channels, width, height - y);
  }
}

/** Transforms tiles of 4×4 pixels, two pixels apart, and writes them to `out` as `[16, across, inputs]`. */
function transform(x: usize, row: usize, across: i32, inputs: i32, out: usize): void {
  const pixel = bytes(inputs);
  const place = bytes(across * inputs);
  for (let t = 0; t < across; t++, x += 2 * pixel) {
    for (let c: usize = 0; c < pixel; c += 16, out += 16) {
      let to = out;
      let from = x + c;
      const r0 = row;
      const r1 = row << 1;
      const r2 = r0 + r1;
      // First along each of the four columns, then along the rows.
      let d0 = v128.load(from),
        d1 = v128.load(from + r0),
        d2 = v128.load(from + r1),
        d3 = v128.load(from + r2);
      const a0 = f32x4.sub(d0, d2),
        a1 = f32x4.add(d1, d2),
        a2 = f32x4.sub(d2, d1),
        a3 = f32x4.sub(d1, d3);
      from += pixel;
      d0 = v128.load(from);
      d1 = v128.load(from + r0);
      d2 = v128.load(from + r1);
      d3 = v128.load(from + r2);
      const b0 = f32x4.sub(d0, d2),
        b1 = f32x4.add(d1, d2),
        b2 = f32x4.sub(d2, d1),
        b3 = f32x4.sub(d1, d3);
      from += pixel;
      d0 = v128.load(from);
      d1 = v128.load(from + r0);
      d2 = v128.load(from + r1);
      d3 = v128.load(from + r2);
      const c0 = f32x4.sub(d0, d2),
        c1 = f32x4.add(d1, d2),
        c2 = f32x4.sub(d2, d1),
        c3 = f32x4.sub(d1, d3);
      from += pixel;
      d0 = v128.load(from);
      d1 = v128.load(from + r0);
      d2 = v128.load(from + r1);
      d3 = v128.load(from + r2);
      to = four(to, place, a0, b0, c0, f32x4.sub(d0, d2));
      to = four(to, place, a1, b1, c1, f32x4.add(d1, d2));
      to = four(to, place, a2, b2, c2, f32x4.sub(d2, d1));
      four(to, place, a3, b3, c3, f32x4.sub(d1, d3));
    }
  }
}

function four(to: usize, place: usize, a: v128, b: v128, c: v128, d: v128): usize {
  v128.store(to, f32x4.sub(a, c));
  v128.store(to + place, f32x4.add(b, c));
  v128.store(to + 2 * place, f32x4.sub(c, b));
  v128.store(to + 3 * place, f32x4.sub(b, d));
  return to + 4 * place;
}

/** Turns products `[16, across, channels]` into two rows of results; into one if `rows` is 1. */
function untransform(
  x: usize,
  out: usize,
  across: i32,
  channels: i32,
  width: i32,
  rows: i32,
): void {
  const pixel = bytes(channels);
  const place = bytes(across * channels);
  const line = bytes(width * channels);
  for (let t = 0; t < across; t++, out += 2 * pixel) {
    const isWhole = 2 * t + 1 < width;
    for (let c: usize = 0; c < pixel; c += 16, x += 16) {
      let from = x;
      let m0 = v128.load(from),
        m1 = v128.load(from + place),
        m2 = v128.load(from + 2 * place),
        m3 = v128.load(from + 3 * place);
      const a0 = f32x4.add(f32x4.add(m0, m1), m2),
        a1 = f32x4.sub(f32x4.sub(m1, m2), m3);
      from += 4 * place;
      m0 = v128.load(from);
      m1 = v128.load(from + place);
      m2 = v128.load(from + 2 * place);
      m3 = v128.load(from + 3 * place);
      const b0 = f32x4.add(f32x4.add(m0, m1), m2),
        b1 = f32x4.sub(f32x4.sub(m1, m2), m3);
      from += 4 * place;
      m0 = v128.load(from);
      m1 = v128.load(from + place);
      m2 = v128.load(from + 2 * place);
      m3 = v128.load(from + 3 * place);
      const c0 = f32x4.add(f32x4.add(m0, m1), m2),
        c1 = f32x4.sub(f32x4.sub(m1, m2), m3);
      from += 4 * place;
      m0 = v128.load(from);
      m1 = v128.load(from + place);
      m2 = v128.load(from + 2 * place);
      m3 = v128.load(from + 3 * place);
      const d0 = f32x4.add(f32x4.add(m0, m1), m2),
        d1 = f32x4.sub(f32x4.sub(m1, m2), m3);
      const to = out + c;
      v128.store(to, f32x4.add(f32x4.add(a0, b0), c0));
      if (isWhole) v128.store(to + pixel, f32x4.add(f32x4.add(a1, b1), c1));
      if (rows < 2) continue;
      v128.store(to + line, f32x4.sub(f32x4.sub(b0, c0), d0));
      if (isWhole) v128.store(to + line + pixel, f32x4.sub(f32x4.sub(b1, c1), d1));
    }
  }
}
