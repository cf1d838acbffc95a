// One direction of a separable resampling: which input samples make each output sample, and how much of each.

/** Weights of `to` outputs over `from` inputs: output `i` is Σ weights[offset[i] + k] · input[start[i] + k], k < count[i]. */
export type Axis = {
  from: number;
  to: number;
  start: Int32Array;
  count: Int32Array;
  offset: Int32Array;
  weights: Float32Array;
};

/** The part of the input that the outputs cover, in input samples (0 is the first sample's outer edge). */
export type Span = { begin: number; length: number };

/** Writes the weights of an output, from the start of `weights`; returns its first input and their number. They need not add up to one. */
type TapsOf = (output: number, weights: Float64Array) => { start: number; count: number };

/** Outputs `period` apart have the same weights, `step` inputs apart, if both are far enough from the ends of the input. */
type Repetition = { period: number; step: number; isInside: (output: number) => boolean };

/** The axis whose outputs have at most `most` weights, which are divided by their sum. Weights that repeat are copied, which takes a tenth of the time of computing them. */
function buildAxis(
  {
    from,
    to,
    most,
    repeats,
  }: { from: number; to: number; most: number; repeats?: Repetition | undefined },
  tapsOf: TapsOf,
): Axis {
  const start = new Int32Array(to);
  const counts = new Int32Array(to);
  const offset = new Int32Array(to);
  const weights = new Float32Array(to * most);
  const taps = new Float64Array(most);
  let total = 0;
  for (let i = 0; i < to; i++) {
    if (repeats && i >= repeats.period && repeats.isInside(i)) {
      const before = i - repeats.period;
      if (repeats.isInside(before)) {
        start[i] = start[before]! + repeats.step;
        counts[i] = counts[before]!;
        offset[i] = total;
        for (let k = 0; k < counts[i]!; k++) weights[total + k] = weights[offset[before]! + k]!;
        total += counts[i]!;
        continue;
      }
    }
    const { start: first, count } = tapsOf(i, taps);
    let sum = 0;
    for (let k = 0; k < count; k++) sum += taps[k]!;
    for (let k = 0; k < count; k++) weights[total + k] = taps[k]! / sum;
    start[i] = first;
    counts[i] = count;
    offset[i] = total;
    total += count;
  }
  return { from, to, start, count: counts, offset, weights: weights.subarray(0, total) };
}

/** Lanczos-3 resampling of a span; when shrinking, the kernel widens with the scale, so it is the low-pass too. Weights that fall outside the input are dropped and the rest normalised. */
export function lanczosAxis(
  from: number,
  to: number,
  span: Span = { begin: 0, length: from },
): Axis {
  const scale = span.length / to;
  const stretch = Math.max(1, scale);
  const most = Math.min(from, Math.floor(6 * stretch) + 1);
  const centreOf = (i: number): number => span.begin + (i + 0.5) * scale;
  const firstOf = (i: number): number => Math.ceil(centreOf(i) - 3 * stretch - 0.5);
  const lastOf = (i: number): number => Math.floor(centreOf(i) + 3 * stretch - 0.5);
  const repeats = repetition(span.length, to, (i) => firstOf(i) >= 0 && lastOf(i) < from);
  return buildAxis({ from, to, most, repeats }, (i, weights) => {
    const centre = centreOf(i);
    const first = Math.max(0, firstOf(i));
    const last = Math.min(from - 1, lastOf(i));
    const count = last - first + 1;
    lanczos3(weights.subarray(0, count), (first + 0.5 - centre) / stretch, 1 / stretch);
    return trimmed(weights, first, count);
  });
}

/** How the weights of `to` outputs over `length` inputs repeat; undefined if they do not. */
function repetition(
  length: number,
  to: number,
  isInside: Repetition['isInside'],
): Repetition | undefined {
  if (!Number.isInteger(length)) return undefined;
  let [common, rest] = [length, to];
  while (rest > 0) [common, rest] = [rest, common % rest];
  return { period: to / common, step: length / common, isInside };
}

/**
 * Lanczos-3 at evenly spaced places within ±3. The sines of the next place follow from those of the one before by a rotation, which takes a
 * sixth of the time of computing them.
 */
function lanczos3(out: Float64Array, begin: number, step: number): void {
  const turn = { sin: Math.sin(Math.PI * step), cos: Math.cos(Math.PI * step) };
  const third = { sin: Math.sin((Math.PI * step) / 3), cos: Math.cos((Math.PI * step) / 3) };
  let sin = Math.sin(Math.PI * begin);
  let cos = Math.cos(Math.PI * begin);
  let sin3 = Math.sin((Math.PI * begin) / 3);
  let cos3 = Math.cos((Math.PI * begin) / 3);
  for (let k = 0; k < out.length; k++) {
    const p = Math.PI * (begin + k * step);
    out[k] = Math.abs(p) < 1e-4 ? 1 : (3 * sin * sin3) / (p * p);
    const next = sin * turn.cos + cos * turn.sin;
    cos = cos * turn.cos - sin * turn.sin;
    sin = next;
    const next3 = sin3 * third.cos + cos3 * third.sin;
    cos3 = cos3 * third.cos - sin3 * third.sin;
    sin3 = next3;
  }
}

/** Without the outer weights that are zero up to rounding: if nothing is scaled, all but one are, and a mere crop must not cost seven. */
function trimmed(weights: Float64Array, start: number, count: number) {
  const counts = (k: number): boolean => Math.abs(weights[k]!) > 1e-9;
  let first = 0;
  let end = count;
  while (first < end - 1 && !counts(first)) first++;
  while (end > first + 1 && !counts(end - 1)) end--;
  weights.copyWithin(0, first, end);
  return { start: start + first, count: end - first };
}

/** Exact area average: each output is the mean of the input that its cell covers, fractions of samples counted as such. `edges` holds the `to + 1` cell borders in input samples, increasing. */
export function boxAxis(from: number, edges: readonly number[]): Axis {
  const widest = edges.reduce((most, end, i) => Math.max(most, end - (edges[i - 1] ?? end)), 0);
  const most = Math.min(from, Math.ceil(widest) + 1);
  return buildAxis({ from, to: edges.length - 1, most }, (i, weights) => {
    const begin = edges[i]!;
    const end = edges[i + 1]!;
    const start = Math.min(from - 1, Math.floor(begin));
    const last = Math.min(from, Math.ceil(end));
    for (let j = start; j < last; j++) {
      weights[j - start] = Math.min(end, j + 1) - Math.max(begin, j);
    }
    return { start, count: last - start };
  });
}

// Cubics through points this many sigmas apart miss a Gaussian's result by 50 dB and more.
const SPACING = 0.75;

/** How many points of a blur are computed; `cubicAxis` draws the values between them. */
export const gaussianPoints = (from: number, sigma: number): number =>
  Math.min(from, Math.max(4, Math.ceil((from - 1) / (SPACING * sigma)) + 1));

/** Samples to each side of a Gaussian, which is cut there: at least three sigmas. */
export const gaussianReach = (sigma: number): number => Math.ceil(3 * sigma);

/**
 * Gaussian blur at `to` evenly spaced points from the first sample to the last, of means of `block` samples each (1 unless given; the last
 * block may be smaller), whose own blur counts. `sigma` and `from` in samples, not blocks. Weights that fall outside the input are dropped
 * and the rest normalised.
 */
export function gaussianAxis(
  from: number,
  { to, sigma, block = 1 }: { to: number; sigma: number; block?: number },
): Axis {
  const step = spacing(from, to);
  const blocks = Math.ceil(from / block);
  const rest = Math.sqrt(sigma ** 2 - (block ** 2 - 1) / 12);
  const reach = block * gaussianReach(rest / block);
  const most = Math.min(blocks, (2 * reach) / block + 1);
  const sizeOf = (j: number): number => Math.min(block, from - j * block);
  const middleOf = (j: number): number => j * block + (sizeOf(j) - 1) / 2;
  const isInside = (i: number): boolean => i >= reach && i + reach < from;
  const repeats = block === 1 && to === from ? { period: 1, step: 1, isInside } : undefined;
  return buildAxis({ from: blocks, to, most, repeats }, (i, weights) => {
    const centre = i * step;
    const offset = (block - 1) / 2;
    const first = Math.max(0, Math.ceil((centre - reach - offset) / block));
    const last = Math.min(blocks - 1, Math.floor((centre + reach - offset) / block));
    for (let j = first; j <= last; j++) {
      weights[j - first] = sizeOf(j) * Math.exp(-0.5 * ((middleOf(j) - centre) / rest) ** 2);
    }
    return { start: first, count: last - first + 1 };
  });
}

/** Values between `from` evenly spaced points, the first and the last at the first and the last output: cubics through the nearest four. The identity where `to` is `from`, else `from` is at least 4. */
export function cubicAxis(from: number, to: number): Axis {
  const step = spacing(to, from);
  return buildAxis({ from, to, most: 4 }, (i, weights) => {
    if (from === to) {
      weights[0] = 1;
      return { start: i, count: 1 };
    }
    const position = i / step;
    const start = Math.min(from - 4, Math.max(0, Math.floor(position) - 1));
    const t = position - start;
    for (let k = 0; k < 4; k++) {
      let weight = 1;
      for (let j = 0; j < 4; j++) if (j !== k) weight *= (t - j) / (k - j);
      weights[k] = weight;
    }
    return { start, count: 4 };
  });
}

/** Distance of `points` evenly spread over `samples`, in samples. */
const spacing = (samples: number, points: number): number =>
  points === 1 ? 1 : (samples - 1) / (points - 1);
