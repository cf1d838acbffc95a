// Means over squares of pixels, made row by row when they are asked for.

/** Row `y` of something: values of all channels pixel by pixel, until so many further rows are asked for as its maker keeps. */
export type RowOf = (y: number) => Float32Array;

/** Keeps the last `count` neighbouring rows of `length` values that `make` writes; each is made once as long as it is kept. */
export function keptRows(
  { length, count }: { length: number; count: number },
  make: (y: number, out: Float32Array) => void,
): RowOf {
  const rows = Array.from({ length: count }, () => new Float32Array(length));
  const kept = new Int32Array(count).fill(-1);
  return (y) => {
    const slot = y % count;
    const row = rows[slot]!;
    if (kept[slot] !== y) make(y, row);
    kept[slot] = y;
    return row;
  };
}

/** Means over `2 · radius + 1` rows and columns, of what is inside; `rows` must keep that many rows. */
export function boxMean(
  rows: RowOf,
  { width, height, channels, radius }: Record<'width' | 'height' | 'channels' | 'radius', number>,
): (y: number, out: Float32Array) => void {
  const sums = new Float64Array(width * channels);
  return (y, out) => {
    const first = Math.max(0, y - radius);
    const last = Math.min(height - 1, y + radius);
    sums.fill(0);
    for (let r = first; r <= last; r++) {
      const row = rows(r);
      for (let i = 0; i < sums.length; i++) sums[i]! += row[i]!;
    }
    for (let c = 0; c < channels; c++)
      slide(sums, out, { c, channels, radius, rows: last - first + 1 });
  };
}

/** Means along a row of sums over `rows` rows, for the channel `c`. */
function slide(
  sums: Float64Array,
  out: Float32Array,
  { c, channels, radius, rows }: Record<'c' | 'channels' | 'radius' | 'rows', number>,
): void {
  const reach = radius * channels;
  let [sum, count] = [0, 0];
  for (let i = c; i < Math.min(sums.length, reach); i += channels, count += rows) sum += sums[i]!;
  for (let i = c; i < sums.length; i += channels) {
    if (i + reach < sums.length) {
      sum += sums[i + reach]!;
      count += rows;
    }
    out[i] = sum / count;
    if (i >= reach) {
      sum -= sums[i - reach]!;
      count -= rows;
    }
  }
}
