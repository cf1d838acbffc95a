// Convolutions of 3×3 taps with 16 multiplications for 4 results instead of 36 (Lavin & Gray 2016, F(2×2, 3×3)).
import { conv } from './conv';
import { bytes } from './pointers';

/** Places of a transformed tile. */
const PLACES: i32 = 16;

/**
 * A convolution of `x`, padded by one and to even sizes, for `channels` (a multiple of 8) output channels; `inputs` is a multiple
 * of 4. `weights` lie as 16 filters of one tap, each `[channels / 8, inputs, 8]`. `tiles` and `products` have room for a row of tiles:
 * 16 · ⌈width / 2⌉ times the inputs, and times the channels. `zeros` has `channels` of them.
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
  const least: f32 = -3.4e38;
  for (let y = 0; y < height; y += 2) {
    transform(x + <usize>y * row, row, across, inputs, tiles);
    for (let i = 0; i < PLACES; i++) {
      const from = tiles + bytes(i * across * inputs);
      const to = products + bytes(i * across * channels);
      const w = weights + bytes(i * inputs * channels);
      conv(from, w, zeros, to, 1, across, channels, 1, inputs, 0, 0, inputs, 0, channels, least);
    }
    const to = out + bytes(y * width * channels);
    untransform(products, to, across, channels, width, height - y);
  }
}

/** Tiles of 4×4 pixels, two apart, as `[16, across, inputs]`. */
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
      // Down each of the four columns, then across.
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

/** Two rows of results, where there are as many, of `[16, across, channels]`. */
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
