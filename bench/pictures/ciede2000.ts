// CIEDE2000, the colour difference by which palettes are judged (Sharma, Wu and Dalal, 2005, with test pairs).
import { srgbToLinear } from '../../src/srgb.ts';

/** A CIELAB colour, white point D65. */
export type Lab = { l: number; a: number; b: number };

/** CIELAB of linear-light sRGB, 0…1. */
export function labOf(r: number, g: number, b: number): Lab {
  const x = root((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = root(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = root((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return { l: 116 * y - 16, a: 500 * (x - y), b: 200 * (y - z) };
}

const root = (t: number): number =>
  t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116;

/** CIELAB of each pixel of RGBA bytes. */
export function labsOf(rgba: ArrayLike<number>): Lab[] {
  const light = (i: number): number => srgbToLinear(rgba[i]! / 255);
  return Array.from({ length: rgba.length / 4 }, (_, p) =>
    labOf(light(4 * p), light(4 * p + 1), light(4 * p + 2)),
  );
}

/** CIEDE2000 of two colours, all weights one. */
export function ciede2000(first: Lab, second: Lab): number {
  const stretch = 1 + 0.5 * (1 - saturation((chroma(first) + chroma(second)) / 2));
  const c1 = Math.hypot(first.a * stretch, first.b);
  const c2 = Math.hypot(second.a * stretch, second.b);
  const h1 = hue(first.a * stretch, first.b);
  const h2 = hue(second.a * stretch, second.b);
  const grey = c1 * c2 === 0;

  let turn = grey ? 0 : h2 - h1;
  if (turn > 180) turn -= 360;
  if (turn < -180) turn += 360;
  const dl = second.l - first.l;
  const dc = c2 - c1;
  const dh = 2 * Math.sqrt(c1 * c2) * sine(turn / 2);

  const l = (first.l + second.l) / 2;
  const c = (c1 + c2) / 2;
  let h = grey ? h1 + h2 : (h1 + h2) / 2;
  if (!grey && Math.abs(h1 - h2) > 180) h += h1 + h2 < 360 ? 180 : -180;

  const t =
    1 -
    0.17 * cosine(h - 30) +
    0.24 * cosine(2 * h) +
    0.32 * cosine(3 * h + 6) -
    0.2 * cosine(4 * h - 63);
  const sl = 1 + (0.015 * (l - 50) ** 2) / Math.sqrt(20 + (l - 50) ** 2);
  const sc = 1 + 0.045 * c;
  const sh = 1 + 0.015 * c * t;
  const rotation = -2 * saturation(c) * sine(60 * Math.exp(-(((h - 275) / 25) ** 2)));
  return Math.sqrt(
    (dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rotation * (dc / sc) * (dh / sh),
  );
}

const chroma = ({ a, b }: Lab): number => Math.hypot(a, b);
const saturation = (c: number): number => Math.sqrt(c ** 7 / (c ** 7 + 25 ** 7));
const sine = (degrees: number): number => Math.sin((degrees * Math.PI) / 180);
const cosine = (degrees: number): number => Math.cos((degrees * Math.PI) / 180);

function hue(a: number, b: number): number {
  if (a === 0 && b === 0) return 0;
  const degrees = (Math.atan2(b, a) * 180) / Math.PI;
  return degrees < 0 ? degrees + 360 : degrees;
}
