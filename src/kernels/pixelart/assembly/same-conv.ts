// Convolutions of 3×3 taps over a border of zeros, with 36 multiplications for 16 results instead of 144 (Lavin & Gray 2016,
// F(4×4, 3×3)). Products are added without rounding them first (`relaxed_madd`), as processors of the last ten years can and ARM always does:
// that takes a seventh of the time away. Others round twice, which makes differences of about 1e-6.
import { multiply } from './multiply';
import { bytes } from './pointers';
import { placeOf, transformColumns, transformRows, untransform } from './same-transforms';

/** Number of values of a transformed tile of 6×6 pixels. */
const PLACES: i32 = 36;

/**
 * A convolution of `x` `[height, width, inputs]` to `out` `[height, width, channels]`; `weights` are what `packSame` made, `inputs` is a
 * multiple of 4 and `channels` one of 8. Adds `bias`, multiplies what is below 0 by `slope` (0…1), and adds `other`, of the shape of
 * the result, unless that address is 0. Scratch memory, with a = ⌈width / 4⌉: `zeros`, width · inputs floats that are 0; `strip`,
 * 24 · (4a + 2) floats that are 0 and 96 more; `tiles`, 36 · (a · inputs + 16) floats; `products`, 36 · (a · channels + 16) floats.
 */
export function sameConv(
  x: usize,
  weights: usize,
  bias: usize,
  other: usize,
  out: usize,
  height: i32,
  width: i32,
  inputs: i32,
  channels: i32,
  slope: f32,
  zeros: usize,
  strip: usize,
  tiles: usize,
  products: usize,
): void {
  const across = (width + 3) >> 2;
  const line = bytes(4 * (4 * across + 2));
  for (let y = 0; y < height; y += 4) {
    for (let c = 0; c < inputs; c += 4) {
      transformColumns(x + bytes(c), y, height, width, bytes(inputs), zeros, strip, line);
      transformRows(strip, line, across, bytes(inputs), tiles + bytes(c));
    }
    for (let i = 0; i < PLACES; i++) {
      const from = tiles + <usize>i * placeOf(bytes(inputs), across);
      const to = products + <usize>i * placeOf(bytes(channels), across);
      multiply(from, weights + bytes(i * inputs * channels), to, across, inputs, channels);
    }
    for (let c = 0; c < channels; c += 4) {
      const at = bytes(y * width * channels + c);
      untransform(
        products + bytes(c),
        out + at,
        v128.load(bias + bytes(c)),
        other > 0 ? other + at : 0,
        f32x4.splat(slope),
        across,
        bytes(channels),
        min(4, height - y),
        width,
        strip + 6 * line,
      );
    }
  }
}
