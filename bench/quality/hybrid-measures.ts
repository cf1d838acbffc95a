// How much of both pictures is in a hybrid, by code of its own: up close, and at one eighth of the size.

import { linearOfByte } from '../../src/tensor/colour/colour.ts';
import { doubledOklab } from '../../src/tensor/colour/oklab.ts';
import { ciede2000, labOf } from '../pictures/ciede2000.ts';

/** RGB bytes. */
export type Rgb = { width: number; height: number; data: Uint8Array };

export type HybridMeasures = {
  /** Correlation of what is above the near band's cutoff with the same of the near picture, in luma. */
  near: number;
  /** The same above the far band's cutoff: less than `near`, because the gap is empty. */
  whole: number;
  /** At one eighth: spread of OKLab's lightness, of the far picture's. */
  contrast: number;
  /** At one eighth: mean CIEDE2000 from the far picture. */
  difference: number;
  /** At one eighth: correlation of lightness with the near picture, less what the two pictures have by themselves. */
  ghost: number;
  /** Share of values at 0 or 255 where the near picture has detail. */
  clipped: number;
};

/** Sigma in pixels times cycles per pixel at which a Gaussian's gain is 1/2. */
const SIGMA_CYCLES = Math.sqrt(2 * Math.LN2) / (2 * Math.PI);
/** Detail of the near picture that counts for clipping, of the range. */
const LEAST_DETAIL = 0.02;
/** Pixels that become one, along each side, as from eight times the distance. */
const AWAY = 8;

/** Measures a hybrid against its pictures, all of one size with sides that are multiples of 8. `cutoff` in cycles per shorter side, `gap` in octaves. */
export function measureHybrid(
  { result, near, far }: Record<'result' | 'near' | 'far', Rgb>,
  { cutoff, gap }: { cutoff: number; gap: number },
): HybridMeasures {
  const sigma = (SIGMA_CYCLES * Math.min(near.width, near.height)) / cutoff;
  const correlationAbove = (s: number): number =>
    correlation(detailOf(result, s), detailOf(near, s));
  const views = { result: afar(result), near: afar(near), far: afar(far) };
  const lightness = {
    result: views.result.map(lightnessOf),
    near: views.near.map(lightnessOf),
    far: views.far.map(lightnessOf),
  };
  const differences = views.result.map((light, i) =>
    ciede2000(labOf(...light), labOf(...views.far[i]!)),
  );
  return {
    near: correlationAbove(sigma * 2 ** -gap),
    whole: correlationAbove(sigma),
    contrast: spread(lightness.result) / spread(lightness.far),
    difference: mean(differences),
    ghost:
      correlation(lightness.result, lightness.near) - correlation(lightness.far, lightness.near),
    clipped: clippedShare(result, detailOf(near, sigma)),
  };
}

function clippedShare({ data }: Rgb, detail: Float64Array): number {
  let [all, clipped] = [0, 0];
  detail.forEach((d, p) => {
    if (Math.abs(d) <= LEAST_DETAIL) return;
    for (const v of data.subarray(3 * p, 3 * p + 3)) {
      all++;
      if (v === 0 || v === 255) clipped++;
    }
  });
  return all > 0 ? clipped / all : 0;
}

/** Luma 0…1 less its Gaussian blur, pixels outside without weight. */
function detailOf({ width, height, data }: Rgb, sigma: number): Float64Array {
  const luma = Float64Array.from(
    { length: width * height },
    (_, p) => (0.2126 * data[3 * p]! + 0.7152 * data[3 * p + 1]! + 0.0722 * data[3 * p + 2]!) / 255,
  );
  const across = blurLines(luma, { count: height, length: width, step: 1, next: width }, sigma);
  const soft = blurLines(across, { count: width, length: height, step: width, next: 1 }, sigma);
  return luma.map((v, i) => v - soft[i]!);
}

function blurLines(
  from: Float64Array,
  { count, length, step, next }: Record<'count' | 'length' | 'step' | 'next', number>,
  sigma: number,
): Float64Array {
  const reach = Math.ceil(4 * sigma);
  const weights = Array.from({ length: reach + 1 }, (_, k) => Math.exp(-0.5 * (k / sigma) ** 2));
  const to = new Float64Array(from.length);
  for (let line = 0; line < count; line++) {
    for (let i = 0; i < length; i++) {
      let [sum, weight] = [0, 0];
      for (let j = Math.max(0, i - reach); j <= Math.min(length - 1, i + reach); j++) {
        const w = weights[Math.abs(j - i)]!;
        sum += w * from[line * next + j * step]!;
        weight += w;
      }
      to[line * next + i * step] = sum / weight;
    }
  }
  return to;
}

type Light = [r: number, g: number, b: number];

/** Means of light over squares. */
function afar({ width, height, data }: Rgb): Light[] {
  const views: Light[] = [];
  for (let y = 0; y + AWAY <= height; y += AWAY) {
    for (let x = 0; x + AWAY <= width; x += AWAY) {
      const sum: Light = [0, 0, 0];
      for (let v = 0; v < AWAY; v++) {
        for (let u = 0; u < AWAY; u++) {
          for (let c = 0; c < 3; c++) {
            sum[c]! += linearOfByte[data[3 * ((y + v) * width + x + u) + c]!]! / AWAY ** 2;
          }
        }
      }
      views.push(sum);
    }
  }
  return views;
}

function lightnessOf(light: Light): number {
  const lab = new Float64Array(3);
  doubledOklab(...light, lab);
  return lab[0]!;
}

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;

const spread = (values: ArrayLike<number>): number => {
  const middle = mean(values);
  return Math.sqrt(mean(Array.from(values, (v) => (v - middle) ** 2)));
};

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [ma, mb] = [mean(a), mean(b)];
  const product = mean(Array.from(a, (v, i) => (v - ma) * (b[i]! - mb)));
  return product / (spread(a) * spread(b));
}
