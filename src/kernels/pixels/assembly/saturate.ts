// Stronger or weaker colours of the same luminance and hue, four pixels at a time.
import { cbrt, coneOf, lightAt, mixed, storeLevels } from './recolour';

/** Differences from grey below this are none: of black and white, whose own luminance is rounded. */
const LEAST: f32 = 1e-6;
/** More than any factor. */
const ANY: f32 = 1e30;
/** Colours this near to the border of sRGB may be rounded to the other side of it. */
const BORDER: f32 = 0.00001;
/** The hue is kept whole if the factor is larger than what fits by one part in so many. */
const SOON: f32 = 4;

function luminanceOf(r: v128, g: v128, b: v128): v128 {
  return mixed(r, g, b, 0.2126, 0.7152, 0.0722);
}

/** How many times its distance from a grey a channel can have; any number of times if there is none. */
function roomOf(channel: v128, grey: v128): v128 {
  const off = f32x4.sub(channel, grey);
  const free = v128.bitselect(f32x4.sub(f32x4.splat(1), grey), grey, f32x4.gt(off, f32x4.splat(0)));
  const size = f32x4.abs(off);
  const isNone = f32x4.lt(size, f32x4.splat(LEAST));
  return v128.bitselect(f32x4.splat(ANY), f32x4.div(free, size), isNone);
}

function roomOfAll(r: v128, g: v128, b: v128, grey: v128): v128 {
  return f32x4.pmin(f32x4.pmin(roomOf(r, grey), roomOf(g, grey)), roomOf(b, grey));
}

function apart(channel: v128, grey: v128, factor: v128): v128 {
  return f32x4.add(grey, f32x4.mul(factor, f32x4.sub(channel, grey)));
}

/** Whether any of four colours is outside sRGB, or so near to its border that rounding decides. */
function leaveAny(r: v128, g: v128, b: v128): bool {
  const least = f32x4.pmin(f32x4.pmin(r, g), b);
  const most = f32x4.pmax(f32x4.pmax(r, g), b);
  const isOut = v128.or(
    f32x4.lt(least, f32x4.splat(BORDER)),
    f32x4.gt(most, f32x4.splat(1 - BORDER)),
  );
  return v128.any_true(isOut);
}

/** Length of chroma in OKLab, at least a millionth. */
function chromaOf(a: v128, b: v128): v128 {
  const length = f32x4.sqrt(f32x4.add(f32x4.mul(a, a), f32x4.mul(b, b)));
  return f32x4.pmax(f32x4.splat(0.000001), length);
}

/**
 * Pixels whose distance from the grey of their luminance is multiplied by `factor` in linear light, or by what fits into sRGB; opacity stays.
 * If less than the factor fits, the hue in OKLab is kept, which linear light alone would turn. Up to three pixels more are read and written.
 */
export function saturateRow(from: usize, to: usize, pixels: i32, factor: f32): void {
  const one = f32x4.splat(1);
  for (let i = 0; i < pixels; i += 4, from += 16, to += 16) {
    const r = lightAt(from);
    const g = lightAt(from + 1);
    const b = lightAt(from + 2);
    const grey = luminanceOf(r, g, b);
    const whole = f32x4.splat(factor);
    let red = apart(r, grey, whole);
    let green = apart(g, grey, whole);
    let blue = apart(b, grey, whole);
    if (leaveAny(red, green, blue)) {
      const room = f32x4.pmax(one, roomOfAll(r, g, b, grey));
      const wanted = f32x4.pmin(whole, room);
      red = apart(r, grey, wanted);
      green = apart(g, grey, wanted);
      blue = apart(b, grey, wanted);
      if (v128.any_true(f32x4.lt(wanted, whole))) {
        const l = cbrt(mixed(r, g, b, 0.4122214708, 0.5363325363, 0.0514459929));
        const m = cbrt(mixed(r, g, b, 0.2119034982, 0.6806995451, 0.1073969566));
        const s = cbrt(mixed(r, g, b, 0.0883024619, 0.2817188376, 0.6299787005));
        const a = mixed(l, m, s, 1.9779984951, -2.428592205, 0.4505937099);
        const c = mixed(l, m, s, 0.0259040371, 0.7827717662, -0.808675766);
        const long = cbrt(mixed(red, green, blue, 0.4122214708, 0.5363325363, 0.0514459929));
        const middle = cbrt(mixed(red, green, blue, 0.2119034982, 0.6806995451, 0.1073969566));
        const short3 = cbrt(mixed(red, green, blue, 0.0883024619, 0.2817188376, 0.6299787005));
        const lightness = mixed(long, middle, short3, 0.2104542553, 0.793617785, -0.0040720468);
        const chroma = f32x4.div(
          chromaOf(
            mixed(long, middle, short3, 1.9779984951, -2.428592205, 0.4505937099),
            mixed(long, middle, short3, 0.0259040371, 0.7827717662, -0.808675766),
          ),
          chromaOf(a, c),
        );
        const ownA = f32x4.mul(a, chroma);
        const ownC = f32x4.mul(c, chroma);
        const l2 = coneOf(lightness, ownA, ownC, 0.3963377774, 0.2158037573);
        const m2 = coneOf(lightness, ownA, ownC, -0.1055613458, -0.0638541728);
        const s2 = coneOf(lightness, ownA, ownC, -0.0894841775, -1.291485548);
        const turned = f32x4.pmin(
          one,
          f32x4.mul(
            f32x4.sub(f32x4.div(f32x4.splat(factor), f32x4.pmax(f32x4.splat(LEAST), wanted)), one),
            f32x4.splat(SOON),
          ),
        );
        const lineRed = red;
        const lineGreen = green;
        const lineBlue = blue;
        red = mixed(l2, m2, s2, 4.0767416621, -3.3077115913, 0.2309699292);
        green = mixed(l2, m2, s2, -1.2684380046, 2.6097574011, -0.3413193965);
        blue = mixed(l2, m2, s2, -0.0041960863, -0.7034186147, 1.707614701);
        // The same luminance as before: a factor of light keeps the hue.
        const now = f32x4.pmax(f32x4.splat(LEAST), luminanceOf(red, green, blue));
        const again = f32x4.div(grey, now);
        red = f32x4.mul(red, again);
        green = f32x4.mul(green, again);
        blue = f32x4.mul(blue, again);
        const fit = f32x4.pmin(one, roomOfAll(red, green, blue, grey));
        red = apart(red, grey, fit);
        green = apart(green, grey, fit);
        blue = apart(blue, grey, fit);
        red = f32x4.add(lineRed, f32x4.mul(turned, f32x4.sub(red, lineRed)));
        green = f32x4.add(lineGreen, f32x4.mul(turned, f32x4.sub(green, lineGreen)));
        blue = f32x4.add(lineBlue, f32x4.mul(turned, f32x4.sub(blue, lineBlue)));
      }
    }
    v128.store(to, v128.load(from));
    storeLevels(to, red);
    storeLevels(to + 1, green);
    storeLevels(to + 2, blue);
  }
}
