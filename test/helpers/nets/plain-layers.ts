// Layers of networks as plain double-precision loops: the reference for faster ones.

/** Values `[height, width, channels]`, row by row. */
export type Volume = { height: number; width: number; channels: number; data: Float64Array };

/** A convolution's filter `[kh, kw, in, out]`, or `[kh, kw, channels, 1]` of a depthwise one. */
export type Filter = { shape: readonly number[]; data: ArrayLike<number> };

/** Zeros, or the values of `of`. */
export function volume(
  shape: Omit<Volume, 'data'>,
  of: (y: number, x: number, c: number) => number,
): Volume {
  const data = new Float64Array(shape.height * shape.width * shape.channels);
  let at = 0;
  for (let y = 0; y < shape.height; y++)
    for (let x = 0; x < shape.width; x++)
      for (let c = 0; c < shape.channels; c++) data[at++] = of(y, x, c);
  return { ...shape, data };
}

export const valueAt = ({ width, channels, data }: Volume, y: number, x: number, c: number) =>
  data[(y * width + x) * channels + c]!;

export const mapped = (v: Volume, f: (value: number, channel: number) => number): Volume => ({
  ...v,
  data: v.data.map((value, i) => f(value, i % v.channels)),
});

export const sum = (a: Volume, b: Volume): Volume => ({
  ...a,
  data: a.data.map((value, i) => value + b.data[i]!),
});

export const relu = (v: Volume): Volume => mapped(v, (x) => Math.max(0, x));
export const relu6 = (v: Volume): Volume => mapped(v, (x) => Math.min(6, Math.max(0, x)));
export const sigmoid = (v: Volume): Volume => mapped(v, (x) => 1 / (1 + Math.exp(-x)));

/** `i` mirrored into 0 … n − 1 as often as needed, without repeating the edge. */
export function mirrored(i: number, n: number): number {
  if (n === 1) return 0;
  const period = 2 * (n - 1);
  const phase = ((i % period) + period) % period;
  return phase < n ? phase : period - phase;
}

/** The volume with mirrored rows and columns around it. */
export const reflected = (
  v: Volume,
  { before, after }: { before: [number, number]; after: [number, number] },
): Volume =>
  volume(
    {
      height: v.height + before[0] + after[0],
      width: v.width + before[1] + after[1],
      channels: v.channels,
    },
    (y, x, c) => valueAt(v, mirrored(y - before[0], v.height), mirrored(x - before[1], v.width), c),
  );

export const cropped = (v: Volume, { height, width }: { height: number; width: number }): Volume =>
  volume({ height, width, channels: v.channels }, (y, x, c) => valueAt(v, y, x, c));

/** Every value twice in both directions. */
export const doubled = (v: Volume): Volume =>
  volume({ ...v, height: 2 * v.height, width: 2 * v.width }, (y, x, c) =>
    valueAt(v, y >> 1, x >> 1, c),
  );

/** `same`: zero padding so that the result has ⌈n / stride⌉ rows and columns, an odd one at the end. */
export type Around = { stride: number; padding: 'valid' | 'same' | number };

function placesOf(n: number, k: number, { stride, padding }: Around) {
  if (padding === 'same') {
    const count = Math.ceil(n / stride);
    return { count, before: Math.max(0, (count - 1) * stride + k - n) >> 1 };
  }
  const before = padding === 'valid' ? 0 : padding;
  return { count: Math.floor((n + 2 * before - k) / stride) + 1, before };
}

/** For every value of the result the sum over the taps inside the volume: `tap(filter index, y, x)`. */
function convolved(
  v: Volume,
  filter: Filter,
  { channels, around }: { channels: number; around: Around },
  add: (out: Float64Array, at: number, tap: number, pixel: number) => void,
): Volume {
  const [kh = 0, kw = 0] = filter.shape;
  const rows = placesOf(v.height, kh, around);
  const columns = placesOf(v.width, kw, around);
  const out = new Float64Array(rows.count * columns.count * channels);
  for (let y = 0, at = 0; y < rows.count; y++) {
    for (let x = 0; x < columns.count; x++, at += channels) {
      for (let i = 0; i < kh * kw; i++) {
        const sy = y * around.stride - rows.before + Math.floor(i / kw);
        const sx = x * around.stride - columns.before + (i % kw);
        if (sy < 0 || sx < 0 || sy >= v.height || sx >= v.width) continue;
        add(out, at, i, (sy * v.width + sx) * v.channels);
      }
    }
  }
  return { height: rows.count, width: columns.count, channels, data: out };
}

/** Convolution (correlation, as in networks) without a bias. */
export function conv(v: Volume, filter: Filter, around: Around): Volume {
  const [, , from = 0, channels = 0] = filter.shape;
  const weights = filter.data;
  return convolved(v, filter, { channels, around }, (out, at, tap, pixel) => {
    for (let c = 0; c < from; c++) {
      const value = v.data[pixel + c]!;
      const row = (tap * from + c) * channels;
      for (let o = 0; o < channels; o++) out[at + o]! += value * weights[row + o]!;
    }
  });
}

/** Depthwise convolution without a bias. */
export function depthwise(v: Volume, filter: Filter, around: Around): Volume {
  const { channels } = v;
  return convolved(v, filter, { channels, around }, (out, at, tap, pixel) => {
    for (let c = 0; c < channels; c++)
      out[at + c]! += v.data[pixel + c]! * filter.data[tap * channels + c]!;
  });
}

/** Mean of each channel. */
export function means({ channels, data }: Volume): Float64Array {
  const totals = new Float64Array(channels);
  for (const [i, value] of data.entries()) totals[i % channels]! += value;
  return totals.map((total) => (total * channels) / data.length);
}

/** Each channel normalised to mean 0 and variance 1 (with `epsilon`), then scaled and shifted. */
export function instanceNorm(
  v: Volume,
  { gamma, beta, epsilon }: { gamma: Float64Array; beta: Float64Array; epsilon: number },
): Volume {
  const mean = means(v);
  const variance = means(mapped(v, (value, c) => (value - mean[c]!) ** 2));
  return mapped(
    v,
    (value, c) => ((value - mean[c]!) / Math.sqrt(variance[c]! + epsilon)) * gamma[c]! + beta[c]!,
  );
}
