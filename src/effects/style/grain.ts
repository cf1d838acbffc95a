// Faint noise where a picture is flat. Without it the network paints the single levels of 8-bit gradients as bars; with it, as strokes.
import { uniformValues } from '../../fit/random.ts';
import type { Rgb } from '../../nets/rgb.ts';
import { LUMINANCE } from '../../tensor/colour/luma.ts';
import { eachBand, type Pace, portion } from '../../timing.ts';

/** Root mean square of the noise in flat parts, in sRGB codes. */
const AMPLITUDE = 0.02;
/** Mean difference of neighbouring pixels, in sRGB codes: up to `flat` all of the noise is added, from `busy` on none. */
const STEPS = { flat: 1.5 / 255, busy: 5 / 255 };
/** Pixels to each side over which differences are averaged. */
const RADIUS = 4;
/** Sides in px of two squares of noise that are repeated and added: their sum repeats itself only after 14,464 px. */
const SIDES = [128, 113] as const;
/** The noise is a sum of equally strong ones: sizes of their boxes, as px to each side, blurred with one after the other. */
const OCTAVES: readonly (readonly number[])[] = [[], [1], [2, 2]];
const SEED = 7;

/** Rough shares of the passes. */
const SHARES = { steps: 0.3, across: 0.3, add: 0.4 };

/** Adds noise to flat parts, in place; the same for the same picture. */
export async function addGrain({ width, height, data }: Rgb, pace: Pace): Promise<void> {
  const tiles = noiseTiles();
  const size = { width, height };
  const steps = await neighbourSteps({ ...size, data }, portion(pace, SHARES.steps));
  await blurRows(steps, size, portion(pace, SHARES.across));
  const sums = columnSums(steps, size);
  await eachBand(height, portion(pace, SHARES.add), (first, end) => {
    for (let y = first; y < end; y++) {
      const means = sums(y);
      const [one, other] = tiles.map((tile, k) => {
        const side = SIDES[k]!;
        return tile.subarray(side * (y % side), side * ((y % side) + 1));
      }) as [Float32Array, Float32Array];
      for (let x = 0, i = 3 * width * y; x < width; x++, i += 3) {
        const share = flatness(means[x]!);
        if (share === 0) continue;
        const noise = one[x % SIDES[0]]! + other[x % SIDES[1]]!;
        const added = AMPLITUDE * Math.SQRT1_2 * share * noise;
        for (let c = 0; c < 3; c++) data[i + c] = Math.min(1, Math.max(0, data[i + c]! + added));
      }
    }
  });
}

/** 1 for flat parts, 0 for busy ones, smooth between. */
function flatness(step: number): number {
  const t = Math.min(1, Math.max(0, (step - STEPS.flat) / (STEPS.busy - STEPS.flat)));
  return 1 - t * t * (3 - 2 * t);
}

/** Difference of luma to the right and lower neighbours, for every pixel. */
async function neighbourSteps({ width, height, data }: Rgb, pace: Pace): Promise<Float32Array> {
  const steps = new Float32Array(width * height);
  const luma = (i: number): number =>
    LUMINANCE.r * data[i]! + LUMINANCE.g * data[i + 1]! + LUMINANCE.b * data[i + 2]!;
  await eachBand(height, pace, (first, end) => {
    for (let y = first; y < end; y++) {
      const below = y + 1 < height ? 3 * width : 0;
      let here = luma(3 * width * y);
      for (let x = 0, p = width * y; x < width; x++, p++) {
        const right = x + 1 < width ? luma(3 * p + 3) : here;
        steps[p] = Math.abs(right - here) + Math.abs(luma(3 * p + below) - here);
        here = right;
      }
    }
  });
  return steps;
}

type Extent = { width: number; height: number };

/** Replaces each value by the mean of those within `RADIUS` in its row. */
async function blurRows(
  values: Float32Array,
  { width, height }: Extent,
  pace: Pace,
): Promise<void> {
  const row = new Float32Array(width);
  await eachBand(height, pace, (first, end) => {
    for (let y = first; y < end; y++) {
      const of = values.subarray(width * y, width * (y + 1));
      row.set(of);
      let sum = 0;
      for (let x = 0; x < Math.min(RADIUS, width); x++) sum += row[x]!;
      for (let x = 0; x < width; x++) {
        if (x + RADIUS < width) sum += row[x + RADIUS]!;
        if (x > RADIUS) sum -= row[x - RADIUS - 1]!;
        of[x] = sum / spanOf(x, width);
      }
    }
  });
}

/** Means over the rows within `RADIUS` of y, for y = 0, 1, 2 … in turn; the result is reused. */
function columnSums(values: Float32Array, { width, height }: Extent): (y: number) => Float32Array {
  const sums = new Float64Array(width);
  const means = new Float32Array(width);
  const add = (y: number, sign: 1 | -1): void => {
    if (y < 0 || y >= height) return;
    for (let x = 0, p = width * y; x < width; x++, p++) sums[x]! += sign * values[p]!;
  };
  for (let y = 0; y < RADIUS; y++) add(y, 1);
  return (y) => {
    add(y + RADIUS, 1);
    add(y - RADIUS - 1, -1);
    const span = spanOf(y, height);
    for (let x = 0; x < width; x++) means[x] = sums[x]! / span;
    return means;
  };
}

/** Number of the indices within `RADIUS` of `at` from 0 to `count` − 1. */
const spanOf = (at: number, count: number): number =>
  Math.min(count - 1, at + RADIUS) - Math.max(0, at - RADIUS) + 1;

let tiles: Float32Array[] | undefined;

/** The squares of noise, made once. */
function noiseTiles(): Float32Array[] {
  tiles ??= SIDES.map(noiseTile);
  return tiles;
}

/** `side`² values with a mean of 0 and a mean square of 1, which continue at the opposite edges. */
function noiseTile(side: number): Float32Array {
  const count = side ** 2;
  const sum = new Float32Array(count);
  for (const [k, radii] of OCTAVES.entries()) {
    let octave = uniformValues(SEED + k + side, count);
    for (const radius of radii) octave = boxBlurred(octave, side, radius);
    octave = normalised(octave);
    for (let i = 0; i < count; i++) sum[i]! += octave[i]!;
  }
  return normalised(sum);
}

function boxBlurred(values: Float32Array, side: number, radius: number): Float32Array {
  const along = (from: Float32Array): Float32Array => {
    // Each pass blurs rows and writes them as columns.
    const to = new Float32Array(from.length);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        let sum = 0;
        for (let k = -radius; k <= radius; k++) sum += from[side * y + ((x + k + side) % side)]!;
        to[side * x + y] = sum;
      }
    }
    return to;
  };
  return along(along(values));
}

function normalised(values: Float32Array): Float32Array {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const square = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
  return values.map((v) => (v - mean) / Math.sqrt(square));
}
