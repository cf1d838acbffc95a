// Gives paint the content's mean and spread of lightness, for color=content: the network's own tones are those of the style.
import type { Rgb } from '../../nets/rgb.ts';
import { linearToSrgb, srgbToLinear } from '../../srgb.ts';
import { LUMINANCE } from '../../tensor/colour/luma.ts';
import { eachBand, type Pace, portion } from '../../timing.ts';

/** Most pixels that statistics are made of, evenly spaced. */
const SAMPLES = 1 << 14;
/** Range of the factor that brings the paint's spread to the content's, so that calm contents keep strokes. */
const SPREAD = { least: 0.5, most: 2 };
/** Shifts that bring the mean back after values were cut at 0 and 1. */
const ROUNDS = 3;
/** Steps of the tables. */
const LAST = 1023;

const linearOfStep = Float32Array.from({ length: LAST + 1 }, (_, i) => srgbToLinear(i / LAST));
/** sRGB code of the grey with a lightness in OKLab. */
const codeOfStep = Float32Array.from({ length: LAST + 1 }, (_, i) => linearToSrgb((i / LAST) ** 3));

/** Replaces paint by grey with its lightness, moved to the mean of the content's and scaled towards its spread; in place. */
export async function takeLightness(painted: Rgb, content: Rgb, pace: Pace): Promise<void> {
  const count = painted.width * painted.height;
  const lightness = new Float32Array(count);
  await eachBand(count, portion(pace, 0.8), (first, end) => {
    for (let p = first; p < end; p++) lightness[p] = lightnessAt(painted.data, 3 * p);
  });
  const every = Math.ceil(count / SAMPLES);
  const samples = Array.from({ length: Math.ceil(count / every) }, (_, k) => every * k);
  const own = statisticsOf(samples.map((p) => lightness[p]!));
  const wanted = statisticsOf(samples.map((p) => lightnessAt(content.data, 3 * p)));
  const ratio = own.spread > 0 ? wanted.spread / own.spread : 1;
  const factor = Math.min(SPREAD.most, Math.max(SPREAD.least, ratio));
  let mean = wanted.mean;
  const moved = (p: number): number =>
    Math.min(1, Math.max(0, mean + factor * (lightness[p]! - own.mean)));
  for (let round = 0; round < ROUNDS; round++) {
    mean += wanted.mean - statisticsOf(samples.map(moved)).mean;
  }
  await eachBand(count, portion(pace, 0.2), (first, end) => {
    for (let p = first, i = 3 * first; p < end; p++, i += 3) {
      const code = codeOfStep[Math.round(LAST * moved(p))]!;
      painted.data[i] = painted.data[i + 1] = painted.data[i + 2] = code;
    }
  });
}

const linearOf = (code: number): number =>
  linearOfStep[Math.round(LAST * Math.min(1, Math.max(0, code)))]!;

/** Cube root of the luminance: lightness in OKLab of greys, and nearly that of colours. */
const lightnessAt = (data: Float32Array, i: number): number =>
  Math.cbrt(
    LUMINANCE.r * linearOf(data[i]!) +
      LUMINANCE.g * linearOf(data[i + 1]!) +
      LUMINANCE.b * linearOf(data[i + 2]!),
  );

function statisticsOf(values: readonly number[]): { mean: number; spread: number } {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const square = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
  return { mean, spread: Math.sqrt(square) };
}
