// Converts pixels from the colours of a profile to sRGB, in place. Colours that sRGB cannot show are clipped.
import type { Image } from '../../image.ts';
import { srgbToLinear } from '../../srgb.ts';
import { eachBand, noPace, type Pace } from '../../timing.ts';
import { product } from './primaries.ts';
import type { Profile } from './profile.ts';

/** Converts the pixels of a picture to sRGB, in place; alpha does not change. */
export type ToSrgb = (image: Image, pace?: Pace) => Promise<void>;

type Convert = (data: Uint8ClampedArray, start: number, end: number) => void;

/** Row-major matrix from XYZ relative to D50 to linear sRGB: the inverse of the sRGB primaries after Bradford adaptation. */
export const xyzToSrgb = [
  3.1341864, -1.617209, -0.4906941, -0.9787485, 1.9161301, 0.0334334, 0.0719639, -0.2289939,
  1.4057537,
];

/** Number of steps of linear light from black to white. Near black, where the curve is steepest, a step is a fifth of an sRGB level. */
const STEPS = 16383;
/** Sums are in 256ths of a step. */
const FRACTION_BITS = 8;

/** The conversion for pictures of this profile; undefined if no colour changes by more than one level of 255, which nobody can see. */
export function toSrgb(profile: Profile): ToSrgb | undefined {
  const convert = converter(profile);
  if (!changes(convert)) return undefined;
  return ({ data }, pace = noPace) =>
    eachBand(data.length / 4, pace, (first, end) => convert(data, 4 * first, 4 * end));
}

/** Adds table entries, whole numbers, for the share of each channel in each result: three times as fast as multiplying and clamping. */
function converter({ toXyz, curves }: Profile): Convert {
  const matrix = product(xyzToSrgb, toXyz);
  const { levels, black } = levelsFor(matrix);
  const unit = STEPS << FRACTION_BITS;
  const first = (black << FRACTION_BITS) + (1 << (FRACTION_BITS - 1));
  const lights = curves.map((curve) => Array.from({ length: 256 }, (_, i) => curve(i / 255)));
  const [rr, rg, rb, gr, gg, gb, br, bg, bb] = matrix.map((share, i) => {
    const base = i % 3 === 0 ? first : 0;
    const light = lights[i % 3]!;
    return Int32Array.from(light, (value) => base + Math.round(unit * share * value));
  }) as [Table, Table, Table, Table, Table, Table, Table, Table, Table];
  return (data, start, end) => {
    for (let i = start; i < end; i += 4) {
      const r = data[i]!;
      const g = data[i + 1]!;
      const b = data[i + 2]!;
      data[i] = levels[at(rr, r, rg, g, rb, b)]!;
      data[i + 1] = levels[at(gr, r, gg, g, gb, b)]!;
      data[i + 2] = levels[at(br, r, bg, g, bb, b)]!;
    }
  };
}

type Table = Int32Array;

const at = (red: Table, r: number, green: Table, g: number, blue: Table, b: number): number =>
  (red[r]! + green[g]! + blue[b]!) >> FRACTION_BITS;

/**
 * The sRGB level of each step of linear light that the matrix can give, including steps below black and above white. `black` is the index of
 * the step for no light.
 */
function levelsFor(matrix: readonly number[]): { levels: Uint8Array; black: number } {
  const reach = (sign: 1 | -1): number =>
    Math.max(
      ...[0, 3, 6].map((row) =>
        matrix.slice(row, row + 3).reduce((sum, share) => sum + Math.max(0, sign * share), 0),
      ),
    );
  // One more step, because each of three summands is rounded.
  const black = Math.ceil(reach(-1) * STEPS) + 1;
  const levels = new Uint8Array(black + Math.ceil(Math.max(1, reach(1)) * STEPS) + 2);
  const begin = (level: number): number =>
    black + Math.ceil(STEPS * srgbToLinear((level - 0.5) / 255));
  for (let level = 1; level < 255; level++) levels.fill(level, begin(level), begin(level + 1));
  levels.fill(255, begin(255));
  return { levels, black };
}

/** Whether a grey, or a colour on a grid through the RGB cube, changes by more than one level. */
function changes(convert: Convert): boolean {
  const before: number[] = [];
  const ramp = [0, 32, 64, 96, 128, 160, 192, 224, 255];
  for (const r of ramp) for (const g of ramp) for (const b of ramp) before.push(r, g, b, 255);
  for (let grey = 0; grey < 256; grey++) before.push(grey, grey, grey, 255);
  const after = Uint8ClampedArray.from(before);
  convert(after, 0, after.length);
  return after.some((value, i) => Math.abs(value - before[i]!) > 1);
}
