// `block=auto`: finds the grid of enlarged pixel art, also of scales that are no whole numbers and behind JPEG compression.
import type { Image } from '../../image.ts';
import { eachBand, type Pace, portion } from '../../timing.ts';
import type { Grid } from '../grid.ts';

/** Block edges that are tried, in px: from this one. */
export const LEAST_SCALE = 2;
const MOST = 64;
/** Pixels of a side that are searched, from the middle of the picture, and lines of them at most. */
export const SEARCHED = 1024;
/** Share of the changes that must lie on the grid's lines beyond what they would have by chance; photographs reach about 0.1. */
const CLEAR = 0.35;
/** Share of the clearest scale's changes with which a larger scale counts as clear. */
const AS_CLEAR = 0.85;
/** The same for a whole number, which is likelier. */
const AS_WHOLE = 0.9;
/** Steps of frequency of a peak. */
const PEAK = 6;

/** The grid of cells of an image whose pixels were enlarged, or undefined if it has none. Both axes have the same scale. */
export async function findGrid(image: Image, pace: Pace): Promise<Grid | undefined> {
  const across = await changes(image, 'x', portion(pace, 0.4));
  const down = await changes(image, 'y', portion(pace, 0.4));
  const found = bestScale([across, down]);
  if (!found) return undefined;
  const { scale, phases } = found;
  return {
    x: edges(image.width, { scale, phase: across.first + phases[0]! }),
    y: edges(image.height, { scale, phase: down.first + phases[1]! }),
  };
}

/** Squared differences of each line of pixels to the one before, summed; `first` is the place of the first line. */
type Changes = { first: number; values: Float64Array; total: number };

async function changes(
  { width, height, data }: Image,
  axis: 'x' | 'y',
  pace: Pace,
): Promise<Changes> {
  const [length, step, other] = axis === 'x' ? [width, 4, 4 * width] : [height, 4 * width, 4];
  const lines = axis === 'x' ? height : width;
  const first = Math.max(1, Math.floor((length - SEARCHED) / 2));
  const end = Math.min(length, first + SEARCHED);
  const values = new Float64Array(Math.max(0, end - first));
  // Lines along the other axis, at most as many as are searched.
  const skip = Math.ceil(lines / SEARCHED);
  await eachBand(Math.ceil(lines / skip), pace, (begin, stop) => {
    for (let line = begin * skip; line < Math.min(lines, stop * skip); line += skip) {
      for (let n = first; n < end; n++) {
        const i = line * other + n * step;
        for (let c = 0; c < 4; c++) values[n - first]! += (data[i + c]! - data[i - step + c]!) ** 2;
      }
    }
  });
  let total = 0;
  for (const value of values) total += value;
  return { first, values, total };
}

type Scale = { scale: number; phases: number[]; clear: number };

/**
 * The largest of the scales whose lines hold nearly as much of the changes as any, since half a scale holds as much; and the phase of
 * each axis: the place of a line, less whole scales.
 */
function bestScale(axes: readonly Changes[]): Scale | undefined {
  const longest = Math.max(...axes.map(({ values }) => values.length));
  const tried: Scale[] = [];
  // Steps of frequency with which the last line moves by half a cell.
  for (let f = 1 / LEAST_SCALE; f >= 1 / MOST; f -= 1 / (2 * longest)) {
    const phases = axes.map(({ values }) => phaseOf(values, f));
    let clear = 0;
    axes.forEach(({ values, total }, n) => {
      const held = total > 0 ? heldBy(values, { scale: 1 / f, phase: phases[n]! }) / total : 0;
      clear += (held - f) / (1 - f) / axes.length;
    });
    tried.push({ scale: 1 / f, phases, clear });
  }
  const most = tried.reduce((sofar, { clear }) => Math.max(sofar, clear), 0);
  if (most < CLEAR) return undefined;
  const last = tried.findLastIndex(({ clear }) => clear >= AS_CLEAR * most);
  // The top of its peak, which is a few steps wide.
  const peak = tried.slice(Math.max(0, last - PEAK), last + 1);
  const top = peak.reduce((best, one) => (one.clear > best.clear ? one : best));
  const whole = wholeScale(axes, Math.round(top.scale));
  return whole.clear >= AS_WHOLE * top.clear ? whole : top;
}

/** A whole scale with its best phases. */
function wholeScale(axes: readonly Changes[], scale: number): Scale {
  let clear = 0;
  const phases = axes.map(({ values, total }) => {
    const sums = new Float64Array(scale);
    values.forEach((value, n) => {
      sums[n % scale]! += value;
    });
    const most = Math.max(...sums);
    const held = total > 0 ? most / total : 0;
    clear += (held - 1 / scale) / (1 - 1 / scale) / axes.length;
    return sums.indexOf(most);
  });
  return { scale, phases, clear };
}

/** Phase of the changes at a frequency, as a place. */
function phaseOf(values: Float64Array, frequency: number): number {
  const [c, s] = [Math.cos(2 * Math.PI * frequency), Math.sin(2 * Math.PI * frequency)];
  let [re, im, real, imaginary] = [1, 0, 0, 0];
  for (const value of values) {
    real += value * re;
    imaginary += value * im;
    [re, im] = [re * c - im * s, re * s + im * c];
  }
  const turn = Math.atan2(imaginary, real) / (2 * Math.PI);
  return ((turn + 1) % 1) / frequency;
}

/** Changes at the lines of a grid. */
function heldBy(values: Float64Array, { scale, phase }: { scale: number; phase: number }): number {
  let sum = 0;
  for (let at = phase; at < values.length; at += scale) sum += values[Math.round(at)] ?? 0;
  return sum;
}

/** Edges of cells in whole pixels, from 0 to the length. */
function edges(length: number, { scale, phase }: { scale: number; phase: number }): number[] {
  const found = [0];
  const begin = phase - Math.floor(phase / scale) * scale;
  for (let at = begin; Math.round(at) < length; at += scale) {
    // What is left of a cell at the picture's edge belongs to the next one.
    const edge = Math.round(at);
    if (Math.min(edge, length - edge) >= scale / 4) found.push(edge);
  }
  return [...found, length];
}
