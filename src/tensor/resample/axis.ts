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

type Taps = { start: number; weights: number[] };

function buildAxis(from: number, to: number, tapsOf: (output: number) => Taps): Axis {
  const taps = Array.from({ length: to }, (_, i) => tapsOf(i));
  const offset = new Int32Array(to);
  let total = 0;
  for (let i = 0; i < to; i++) {
    offset[i] = total;
    total += taps[i]!.weights.length;
  }
  return {
    from,
    to,
    start: Int32Array.from(taps, (t) => t.start),
    count: Int32Array.from(taps, (t) => t.weights.length),
    offset,
    weights: Float32Array.from(taps.flatMap((t) => t.weights)),
  };
}

function lanczos3(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= 3) return 0;
  const p = Math.PI * x;
  return (3 * Math.sin(p) * Math.sin(p / 3)) / (p * p);
}

/** Lanczos-3 resampling of a span; when shrinking, the kernel widens with the scale, so it is the low-pass too. Weights that fall outside the input are dropped and the rest normalised. */
export function lanczosAxis(
  from: number,
  to: number,
  span: Span = { begin: 0, length: from },
): Axis {
  const scale = span.length / to;
  const stretch = Math.max(1, scale);
  return buildAxis(from, to, (i) => {
    const centre = span.begin + (i + 0.5) * scale;
    const first = Math.max(0, Math.ceil(centre - 3 * stretch - 0.5));
    const last = Math.min(from - 1, Math.floor(centre + 3 * stretch - 0.5));
    const weights: number[] = [];
    for (let j = first; j <= last; j++) weights.push(lanczos3((j + 0.5 - centre) / stretch));
    return normalised(trimmed({ start: first, weights }));
  });
}

/** Exact area average: each output is the mean of the input that its cell covers, fractions of samples counted as such. `edges` holds the `to + 1` cell borders in input samples, increasing. */
export function boxAxis(from: number, edges: readonly number[]): Axis {
  return buildAxis(from, edges.length - 1, (i) => {
    const begin = edges[i]!;
    const end = edges[i + 1]!;
    const start = Math.min(from - 1, Math.floor(begin));
    const weights: number[] = [];
    for (let j = start; j < Math.min(from, Math.ceil(end)); j++) {
      weights.push(Math.min(end, j + 1) - Math.max(begin, j));
    }
    return normalised({ start, weights });
  });
}

// Where nothing is scaled all taps but one are zero up to rounding: a mere crop must not cost seven.
function trimmed({ start, weights }: Taps): Taps {
  const counts = (w: number): boolean => Math.abs(w) > 1e-9;
  const first = weights.findIndex(counts);
  return { start: start + first, weights: weights.slice(first, weights.findLastIndex(counts) + 1) };
}

function normalised({ start, weights }: Taps): Taps {
  const sum = weights.reduce((a, b) => a + b, 0);
  return { start, weights: weights.map((w) => w / sum) };
}

// Cubics through points this many sigmas apart miss a Gaussian's result by 50 dB and more; closer than this many samples
// they would cost more than they save.
const SPACING = 0.75;
const CLOSEST = 1.25;

/** How many points `gaussianAxis` has. */
export function gaussianPoints(from: number, sigma: number): number {
  const apart = SPACING * sigma;
  return apart < CLOSEST ? from : Math.min(from, Math.max(4, Math.ceil((from - 1) / apart) + 1));
}

/** Gaussian blur at evenly spaced points from the first sample to the last, three quarters of a sigma apart; `cubicAxis` draws the values between them. At the samples themselves where sigma is small. Cut at three sigmas; weights that fall outside the input are dropped and the rest normalised. `sigma` in samples. */
export function gaussianAxis(from: number, { sigma }: { sigma: number }): Axis {
  const to = gaussianPoints(from, sigma);
  const step = spacing(from, to);
  return buildAxis(from, to, (i) => {
    const centre = i * step;
    const first = Math.max(0, Math.ceil(centre - 3 * sigma));
    const last = Math.min(from - 1, Math.floor(centre + 3 * sigma));
    const weights: number[] = [];
    for (let j = first; j <= last; j++) weights.push(Math.exp(-0.5 * ((j - centre) / sigma) ** 2));
    return normalised({ start: first, weights });
  });
}

/** Values between `from` evenly spaced points, the first and the last at the first and the last output: cubics through the nearest four. The identity where `to` is `from`, else `from` is at least 4. */
export function cubicAxis(from: number, to: number): Axis {
  const step = spacing(to, from);
  return buildAxis(from, to, (i) => {
    if (from === to) return { start: i, weights: [1] };
    const position = i / step;
    const start = Math.min(from - 4, Math.max(0, Math.floor(position) - 1));
    const t = position - start;
    const weights = [0, 1, 2, 3].map((k) =>
      [0, 1, 2, 3].reduce((w, j) => (j === k ? w : (w * (t - j)) / (k - j)), 1),
    );
    return { start, weights };
  });
}

/** Distance of `points` evenly spread over `samples`, in samples. */
const spacing = (samples: number, points: number): number =>
  points === 1 ? 1 : (samples - 1) / (points - 1);
