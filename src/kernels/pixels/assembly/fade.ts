// Fades rows of pixels into a colour: how much of it each pixel gets, and the mixture in linear light, dithered.
import { codesOf } from './coded';
import { LIGHT_OF_BYTE, ONE, ROOT_STEPS } from './memory';

/**
 * Shares of a row of a radial mask, one float a pixel, four at a time: nothing up to `radius`, `strength` from `ramp` beyond it, and a smooth step between them.
 * `squares` has the squared distances of the columns from the centre, `down` is that of the row; they and the distances are 1 at the sides, and half the sum of
 * both is 1 in the corners.
 */
export function radialRow(
  squares: usize,
  to: usize,
  pixels: i32,
  down: f32,
  radius: f32,
  ramp: f32,
  strength: f32,
): void {
  const one = v128.load(ONE);
  for (let i = 0; i < pixels; i += 4, squares += 16, to += 16) {
    const square = f32x4.mul(f32x4.add(v128.load(squares), f32x4.splat(down)), f32x4.splat(0.5));
    const way = f32x4.div(f32x4.sub(f32x4.sqrt(square), f32x4.splat(radius)), f32x4.splat(ramp));
    const t = f32x4.pmin(one, f32x4.pmax(f32x4.splat(0), way));
    const smooth = f32x4.mul(f32x4.mul(t, t), f32x4.sub(f32x4.splat(3), f32x4.add(t, t)));
    v128.store(to, f32x4.mul(f32x4.splat(strength), smooth));
  }
}

/**
 * Pixels mixed with the linear colour at `colour` (four floats), each by its own share at `shares`. Levels are rounded up or down by thresholds 0…1, which repeat
 * after `period` pixels, a power of two; those that need no rounding stay. Pixels with a share of 0 stay as they are.
 */
export function fadeToColourRow(
  from: usize,
  to: usize,
  pixels: i32,
  shares: usize,
  thresholds: usize,
  period: i32,
  colour: usize,
): void {
  const target = v128.load(colour);
  const one = v128.load(ONE);
  const steps = v128.load(ROOT_STEPS);
  for (let i = 0; i < pixels; i++, from += 4, to += 4, shares += 4) {
    const pixel = load<u32>(from);
    if (!(load<f32>(shares) > 0)) {
      store<u32>(to, pixel);
      continue;
    }
    const share = v128.load32_splat(shares);
    const r = v128.load32_zero(LIGHT_OF_BYTE + <usize>((pixel & 255) << 2));
    const g = v128.load32_lane(LIGHT_OF_BYTE + <usize>(((pixel >> 8) & 255) << 2), r, 1);
    const own = v128.load32_lane(LIGHT_OF_BYTE + <usize>(((pixel >> 16) & 255) << 2), g, 2);
    const light = f32x4.add(f32x4.mul(own, f32x4.sub(one, share)), f32x4.mul(target, share));
    const code = f32x4.mul(f32x4.splat(255), codesOf(light, one, steps));
    const whole = f32x4.nearest(code);
    const isWhole = f32x4.lt(f32x4.abs(f32x4.sub(code, whole)), f32x4.splat(0.001));
    const threshold = v128.load32_splat(thresholds + ((<usize>(i & (period - 1))) << 2));
    const dithered = f32x4.floor(f32x4.add(code, threshold));
    const levels = i32x4.trunc_sat_f32x4_s(v128.bitselect(whole, dithered, isWhole));
    const words = i16x8.narrow_i32x4_s(levels, levels);
    const bytes = <u32>i32x4.extract_lane(i8x16.narrow_i16x8_u(words, words), 0);
    store<u32>(to, (bytes & 0x00ffffff) | (pixel & 0xff000000));
  }
}
