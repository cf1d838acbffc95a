// Duotone: maps the lightness of a picture to a gradient between two colours, one for shadows and one for highlights.
import * as z from 'zod';
import { srgbToLinear } from '../../srgb.ts';
import { doubledOklab, linearOfDoubled } from '../../tensor/colour/oklab.ts';
import { mapTones } from '../../tensor/colour/pointwise.ts';
import { parseColour } from '../../tensor/picture/composite.ts';
import { defineEffect } from '../effect.ts';
import { opaqueColourParam } from '../params.ts';

export const duotone = defineEffect({
  name: 'duotone',
  summary: 'Map the lightness of the picture to a gradient between two colours, in OKLab.',
  examples: [
    { plan: 'w=320/duotone', source: 'chess.jpg' },
    { plan: 'w=320/duotone,dark=3a0ca3,light=ffd166', source: 'landscape.jpg' },
  ],
  params: {
    dark: opaqueColourParam().prefault('14213d').describe('The colour that black becomes.'),
    light: opaqueColourParam().prefault('ffe8c7').describe('The colour that white becomes.'),
    amount: z
      .number()
      .min(0)
      .max(1)
      .default(1)
      .describe('How far towards the two colours: 0 changes nothing.')
      .meta({ unit: 'share' }),
  },
  trials: {
    gallery: {
      dark: { values: ['14213d', '540d6e'] },
      light: { values: ['ffe8c7', '9ef01a'] },
    },
  },
  cost: ({ width, height }) => ({
    // The tones are computed once for a picture.
    work: { runs: 1, pixels: width * height },
    bytes: 8 * width * height,
  }),
  // Equal colours stay equal.
  leavesPalette: (_, before) => before,
  async run({ picture, params: { dark, light, amount }, kernels, pace }) {
    if (amount === 0) return { picture };
    const tones = tonesBetween(dark, light);
    return { picture: await mapTones(picture, { tones, amount }, { kernels, pace }) };
  },
});

/** Tones for each 8-bit level, so that no band is wider than one level. */
const TONES_PER_LEVEL = 16;
const LAST_TONE = TONES_PER_LEVEL * 255;
/** Up to here each tone is computed. Beyond, tones between levels are interpolated: they are within a hundredth of a level, and take a tenth of the time. */
const DARK_TONES = 16 * TONES_PER_LEVEL;

/**
 * Linear red, green and blue of each tone, and a fourth value that is not used; tone `i` is that of the sRGB-coded grey `i / LAST_TONE`.
 */
function tonesBetween(dark: string, light: string): Float32Array {
  const [from, to] = [labOf(dark), labOf(light)];
  const tones = new Float32Array(4 * (LAST_TONE + 1));
  const compute = (tone: number): void => {
    // In OKLab, L of a grey is the cube root of its luminance.
    const t = lightnessOf(Math.cbrt(srgbToLinear(tone / LAST_TONE)));
    const between = (i: 0 | 1 | 2): number => from[i] + t * (to[i] - from[i]);
    linearOfDoubled(rootOf(between(0)), between(1), between(2), tones, 4 * tone);
  };
  for (let tone = 0; tone < DARK_TONES; tone++) compute(tone);
  for (let tone = DARK_TONES; tone <= LAST_TONE; tone += TONES_PER_LEVEL) compute(tone);
  for (let tone = DARK_TONES; tone < LAST_TONE; tone += TONES_PER_LEVEL) {
    const [begin, end] = [4 * tone, 4 * (tone + TONES_PER_LEVEL)];
    for (let i = begin + 4; i < end; i++) {
      const [below, above] = [tones[begin + (i & 3)]!, tones[end + (i & 3)]!];
      tones[i] = below + ((i - begin) >> 2) * ((above - below) / TONES_PER_LEVEL);
    }
  }
  return tones;
}

type Lab = [lightness: number, a: number, b: number];

function labOf(hex: string): Lab {
  const { r, g, b } = parseColour(hex);
  const lab = new Float64Array(3);
  doubledOklab(r, g, b, lab);
  return [lightnessOf(lab[0]!), lab[1]!, lab[2]!];
}

// OKLab's L is steep near black: one level there would be a visible step between two colours that are far apart. Ottosson's
// "toe" (Okhsv and Okhsl, 2021) maps it to the lightness of CIELAB, which is not steep there.
const K1 = 0.206;
const K2 = 0.03;
const K3 = (1 + K1) / (1 + K2);

/** Lightness 0…1 from OKLab's L. */
const lightnessOf = (root: number): number => {
  const x = K3 * root - K1;
  return (x + Math.sqrt(x * x + 4 * K2 * K3 * root)) / 2;
};

/** OKLab's L from a lightness 0…1. */
const rootOf = (lightness: number): number =>
  (lightness * (lightness + K1)) / (K3 * (lightness + K2));
