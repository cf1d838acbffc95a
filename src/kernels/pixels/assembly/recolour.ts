// Gives colours the lightness of others, in OKLab (Björn Ottosson, 2020), four pixels at a time.
import { BYTE_OF_LIGHT, LIGHT_OF_BYTE, LIGHT_OF_CODE } from './memory';

/** Bisections of the share of chroma: exact to a hundredth. */
const BISECTIONS = 7;
/** Linear light this far outside 0…1 still rounds to a valid byte. */
const SLACK: f32 = 0.0001;

/** Cube roots of numbers from 1e-12 on; smaller ones count as that. */
export function cbrt(v: v128): v128 {
  const x = f32x4.pmax(f32x4.splat(1e-12), v);
  // A third of the exponent is a guess that is right to 4 %; each of Halley's steps cubes its error.
  const third = f32x4.mul(f32x4.convert_i32x4_s(x), f32x4.splat(1.0 / 3.0));
  let y = i32x4.add(i32x4.trunc_sat_f32x4_s(third), i32x4.splat(709921077));
  for (let n = 0; n < 2; n++) {
    const cube = f32x4.mul(f32x4.mul(y, y), y);
    const above = f32x4.add(cube, f32x4.add(x, x));
    const below = f32x4.add(f32x4.add(cube, cube), x);
    y = f32x4.div(f32x4.mul(y, above), below);
  }
  return y;
}

export function mixed(r: v128, g: v128, b: v128, ofR: f32, ofG: f32, ofB: f32): v128 {
  return f32x4.add(
    f32x4.add(f32x4.mul(r, f32x4.splat(ofR)), f32x4.mul(g, f32x4.splat(ofG))),
    f32x4.mul(b, f32x4.splat(ofB)),
  );
}

function cube(v: v128): v128 {
  return f32x4.mul(f32x4.mul(v, v), v);
}

/** Linear light of a byte of each of four pixels. */
export function lightAt(from: usize): v128 {
  const a = v128.load32_zero(LIGHT_OF_BYTE + ((<usize>load<u8>(from)) << 2));
  const b = v128.load32_lane(LIGHT_OF_BYTE + ((<usize>load<u8>(from, 4)) << 2), a, 1);
  const c = v128.load32_lane(LIGHT_OF_BYTE + ((<usize>load<u8>(from, 8)) << 2), b, 2);
  return v128.load32_lane(LIGHT_OF_BYTE + ((<usize>load<u8>(from, 12)) << 2), c, 3);
}

/** Linear light of a coded value of each of four pixels of 12 bytes, to a thirtieth of a level. */
function lightOfCodes(from: usize): v128 {
  const a = v128.load32_zero(from);
  const b = v128.load32_lane(from, a, 1, 12);
  const c = v128.load32_lane(from, b, 2, 24);
  const coded = v128.load32_lane(from, c, 3, 36);
  const clamped = f32x4.pmin(f32x4.splat(1), f32x4.pmax(f32x4.splat(0), coded));
  const at = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(clamped, f32x4.splat(4096))));
  const bytes = i32x4.shl(at, 2);
  const d = v128.load32_zero(LIGHT_OF_CODE + <usize>i32x4.extract_lane(bytes, 0));
  const e = v128.load32_lane(LIGHT_OF_CODE + <usize>i32x4.extract_lane(bytes, 1), d, 1);
  const f = v128.load32_lane(LIGHT_OF_CODE + <usize>i32x4.extract_lane(bytes, 2), e, 2);
  return v128.load32_lane(LIGHT_OF_CODE + <usize>i32x4.extract_lane(bytes, 3), f, 3);
}

/** Writes the nearest level of linear light to a byte of each of four pixels. */
export function storeLevels(to: usize, light: v128): void {
  const clamped = f32x4.pmin(f32x4.splat(1), f32x4.pmax(f32x4.splat(0), light));
  const scaled = f32x4.add(f32x4.mul(clamped, f32x4.splat(65535)), f32x4.splat(0.5));
  const at = i32x4.trunc_sat_f32x4_s(scaled);
  store<u8>(to, load<u8>(BYTE_OF_LIGHT + <usize>i32x4.extract_lane(at, 0)));
  store<u8>(to, load<u8>(BYTE_OF_LIGHT + <usize>i32x4.extract_lane(at, 1)), 4);
  store<u8>(to, load<u8>(BYTE_OF_LIGHT + <usize>i32x4.extract_lane(at, 2)), 8);
  store<u8>(to, load<u8>(BYTE_OF_LIGHT + <usize>i32x4.extract_lane(at, 3)), 12);
}

/** All bits of lanes of linear light that is within 0…1. */
function inside(v: v128): v128 {
  return v128.and(f32x4.ge(v, f32x4.splat(-SLACK)), f32x4.le(v, f32x4.splat(1 + SLACK)));
}

/**
 * Pixels with the chroma of those at `from` and the lightness of the coded colours (12 bytes a pixel), with as much of the chroma as sRGB
 * has at this lightness, and with the opacity of those at `from`; clear pixels become 0. Up to three pixels more are read and written.
 */
export function recolourRow(coded: usize, from: usize, to: usize, pixels: i32): void {
  for (let i = 0; i < pixels; i += 4, coded += 48, from += 16, to += 16) {
    const own = okLightness(lightOfCodes(coded), lightOfCodes(coded + 4), lightOfCodes(coded + 8));
    const lightness = f32x4.pmin(f32x4.splat(1), f32x4.pmax(f32x4.splat(0), own));
    const r = lightAt(from);
    const g = lightAt(from + 1);
    const b = lightAt(from + 2);
    const l = cbrt(mixed(r, g, b, 0.4122214708, 0.5363325363, 0.0514459929));
    const m = cbrt(mixed(r, g, b, 0.2119034982, 0.6806995451, 0.1073969566));
    const s = cbrt(mixed(r, g, b, 0.0883024619, 0.2817188376, 0.6299787005));
    const greenRed = mixed(l, m, s, 1.9779984951, -2.428592205, 0.4505937099);
    const blueYellow = mixed(l, m, s, 0.0259040371, 0.7827717662, -0.808675766);
    let share = f32x4.splat(1);
    const whole = fits(lightness, greenRed, blueYellow, share);
    if (!i32x4.all_true(whole)) {
      let good = f32x4.splat(0);
      let bad = f32x4.splat(1);
      for (let n = 0; n < BISECTIONS; n++) {
        const middle = f32x4.mul(f32x4.add(good, bad), f32x4.splat(0.5));
        const fit = fits(lightness, greenRed, blueYellow, middle);
        good = v128.bitselect(middle, good, fit);
        bad = v128.bitselect(bad, middle, fit);
      }
      share = v128.bitselect(share, good, whole);
    }
    const a = f32x4.mul(greenRed, share);
    const c = f32x4.mul(blueYellow, share);
    const long = coneOf(lightness, a, c, 0.3963377774, 0.2158037573);
    const medium = coneOf(lightness, a, c, -0.1055613458, -0.0638541728);
    const short = coneOf(lightness, a, c, -0.0894841775, -1.291485548);
    v128.store(to, v128.load(from));
    storeLevels(to, mixed(long, medium, short, 4.0767416621, -3.3077115913, 0.2309699292));
    storeLevels(to + 1, mixed(long, medium, short, -1.2684380046, 2.6097574011, -0.3413193965));
    storeLevels(to + 2, mixed(long, medium, short, -0.0041960863, -0.7034186147, 1.707614701));
    const pixel = v128.load(to);
    const seen = i32x4.ne(i32x4.shr_u(pixel, 24), i32x4.splat(0));
    v128.store(to, v128.and(pixel, seen));
  }
}

function okLightness(r: v128, g: v128, b: v128): v128 {
  const l = cbrt(mixed(r, g, b, 0.4122214708, 0.5363325363, 0.0514459929));
  const m = cbrt(mixed(r, g, b, 0.2119034982, 0.6806995451, 0.1073969566));
  const s = cbrt(mixed(r, g, b, 0.0883024619, 0.2817188376, 0.6299787005));
  return mixed(l, m, s, 0.2104542553, 0.793617785, -0.0040720468);
}

export function coneOf(lightness: v128, a: v128, b: v128, ofA: f32, ofB: f32): v128 {
  const root = f32x4.add(f32x4.mul(a, f32x4.splat(ofA)), f32x4.mul(b, f32x4.splat(ofB)));
  return cube(f32x4.add(lightness, root));
}

/** All bits of the lanes whose colour with this share of the chroma is in sRGB. */
function fits(lightness: v128, greenRed: v128, blueYellow: v128, share: v128): v128 {
  const a = f32x4.mul(greenRed, share);
  const b = f32x4.mul(blueYellow, share);
  const l = coneOf(lightness, a, b, 0.3963377774, 0.2158037573);
  const m = coneOf(lightness, a, b, -0.1055613458, -0.0638541728);
  const s = coneOf(lightness, a, b, -0.0894841775, -1.291485548);
  const red = inside(mixed(l, m, s, 4.0767416621, -3.3077115913, 0.2309699292));
  const green = inside(mixed(l, m, s, -1.2684380046, 2.6097574011, -0.3413193965));
  const blue = inside(mixed(l, m, s, -0.0041960863, -0.7034186147, 1.707614701));
  return v128.and(v128.and(red, green), blue);
}
