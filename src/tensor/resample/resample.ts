// Separable resampling of a picture in premultiplied linear light, row by row, so that memory depends on the size of the result and not of the source.
//
// Plain arrays, not tensor kernels: a resampling touches each source value once or a few times, and the general
// (non-integer) case has no tensor operation short of a dense matrix product, which costs four times as much at
// 512×512 and grows with the square of the size (`bench/README.md`, Resize).
import { createImage, type Size } from '../../image.ts';
import type { Pace } from '../../timing.ts';
import { bytesOfLinear, fromImage, fromLinear, type Picture } from '../picture/picture.ts';
import { type RowReader, readRows } from '../picture/read-rows.ts';
import type { Axis } from './axis.ts';

/** Resamples columns and rows; the result is in linear light, or with `bytes` RGBA8. The axes' `from` must be the picture's size. */
export async function resample(
  picture: Picture,
  { columns, rows, bytes }: Axes,
  pace: Pace,
): Promise<Picture> {
  if (columns.from !== picture.width || rows.from !== picture.height) {
    throw new RangeError(
      `resample: axes are for ${columns.from}×${rows.from}, the picture is ${picture.width}×${picture.height}`,
    );
  }
  return resampleRows(readRows(picture), { columns, rows, bytes }, pace);
}

/** The axes of a resampling, and whether it writes bytes directly, which takes a quarter of the memory. */
export type Axes = { columns: Axis; rows: Axis; bytes?: boolean | undefined };

/** Box-averages `factor.x × factor.y` blocks, the last partial ones over what they hold: a cheap first stage for strong shrinking. */
export function shrinkRows(source: RowReader, factor: { x: number; y: number }): RowReader {
  const { channels } = source;
  const width = Math.ceil(source.width / factor.x);
  const height = Math.ceil(source.height / factor.y);
  const buffer = new Float32Array(width * channels);
  return {
    width,
    height,
    channels,
    pixels: factor.y * source.pixels,
    row(y) {
      const last = Math.min(source.height, (y + 1) * factor.y);
      const count = last - y * factor.y;
      buffer.fill(0);
      for (let r = y * factor.y; r < last; r++)
        addBlocks(buffer, source.row(r), factor.x, channels);
      for (let x = 0; x < width; x++) {
        const scale = 1 / (count * Math.min(factor.x, source.width - x * factor.x));
        for (let c = 0; c < channels; c++) buffer[x * channels + c]! *= scale;
      }
      return buffer;
    },
  };
}

function addBlocks(sums: Float32Array, row: Float32Array, size: number, channels: number): void {
  const stride = size * channels;
  for (let begin = 0, j = 0; begin < row.length; begin += stride, j += channels) {
    const end = Math.min(row.length, begin + stride);
    let r = 0;
    let g = 0;
    let b = 0;
    let a = 0;
    for (let i = begin; i < end; i += channels) {
      r += row[i]!;
      g += row[i + 1]!;
      b += row[i + 2]!;
      if (channels === 4) a += row[i + 3]!;
    }
    sums[j]! += r;
    sums[j + 1]! += g;
    sums[j + 2]! += b;
    if (channels === 4) sums[j + 3]! += a;
  }
}

/** Both directions over a row reader: rows first (long contiguous loops), then columns. */
export async function resampleRows(
  source: RowReader,
  { columns, rows, bytes = false }: Axes,
  pace: Pace,
): Promise<Picture> {
  const { channels, width } = source;
  const result = { width: columns.to, height: rows.to };
  const target = bytes ? byteRows(result, channels) : linearRows(result, channels);
  const kept = keptRows(source, rows);
  const sum = new Float32Array(width * channels);
  const resampleRow = channels === 3 ? resampleRow3 : resampleRow4;
  // A pixel that is read counts as much as a tap.
  const rowTaps = (count: number): number => count * width + columns.weights.length;
  const total =
    rowsIn(rows) * source.pixels + width * rows.weights.length + rows.to * columns.weights.length;
  for (let y = 0; y < rows.to; y++) {
    const start = rows.start[y]!;
    const offset = rows.offset[y]!;
    const count = rows.count[y]!;
    for (let r = start; r < start + count; r++) {
      const wait = kept.read(r) ? pace(source.pixels / total) : undefined;
      if (wait) await wait;
    }
    if (count === 1 && rows.weights[offset] === 1) {
      sum.set(kept.row(start));
    } else {
      addRows(sum, kept.row, start, rows.weights.subarray(offset, offset + count));
    }
    resampleRow(sum, target.row(y), columns);
    target.done(y);
    const wait = pace(rowTaps(count) / total);
    if (wait) await wait;
  }
  return target.picture();
}

/** Takes the rows of a result one after the other. */
type Target = {
  /** Where row `y` is to be written. */
  row: (y: number) => Float32Array;
  done: (y: number) => void;
  picture: () => Picture;
};

function linearRows({ width, height }: Size, channels: 3 | 4): Target {
  const data = new Float32Array(width * height * channels);
  return {
    row: (y) => data.subarray(y * width * channels, (y + 1) * width * channels),
    done: () => {},
    picture: () => fromLinear({ width, height, channels, data }),
  };
}

function byteRows({ width, height }: Size, channels: 3 | 4): Target {
  const data = new Float32Array(width * channels);
  const image = createImage({ width, height });
  return {
    row: () => data,
    done: (y) =>
      bytesOfLinear(
        { data, channels },
        image.data.subarray(4 * width * y, 4 * width * (y + 1)),
        0,
        width,
      ),
    picture: () => fromImage(image),
  };
}

/** Number of different input rows that are read. */
function rowsIn({ start, count, to }: Axis): number {
  let read = 0;
  let end = 0;
  for (let y = 0; y < to; y++) {
    const next = start[y]! + count[y]!;
    read += Math.max(0, next - Math.max(end, start[y]!));
    end = Math.max(end, next);
  }
  return read;
}

// Neighbouring outputs share input rows; each is read once, as long as the window holds.
function keptRows(source: RowReader, rows: Axis) {
  const size = rows.count.reduce((a, b) => Math.max(a, b), 4);
  const kept = Array.from({ length: size }, () => new Float32Array(source.width * source.channels));
  const keptRow = new Int32Array(size).fill(-1);
  return {
    /** Takes the row into the window; whether it was not there yet. */
    read(y: number): boolean {
      const slot = y % size;
      if (keptRow[slot] === y) return false;
      kept[slot]!.set(source.row(y));
      keptRow[slot] = y;
      return true;
    },
    row: (y: number): Float32Array => kept[y % size]!,
  };
}

// Four rows at a time: the sum is loaded and stored a quarter as often, which halves the time.
function addRows(
  sum: Float32Array,
  row: (y: number) => Float32Array,
  start: number,
  weights: Float32Array,
): void {
  let k = 0;
  for (sum.fill(0); k + 3 < weights.length; k += 4) {
    const [a, b, c, d] = [
      row(start + k),
      row(start + k + 1),
      row(start + k + 2),
      row(start + k + 3),
    ];
    const [wa, wb, wc, wd] = weights.subarray(k, k + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    for (let i = 0; i < sum.length; i++) {
      sum[i]! += wa * a[i]! + wb * b[i]! + wc * c[i]! + wd * d[i]!;
    }
  }
  for (; k < weights.length; k++) {
    const a = row(start + k);
    const w = weights[k]!;
    for (let i = 0; i < sum.length; i++) sum[i]! += w * a[i]!;
  }
}

// One loop for three channels and one for four: a test of the channels inside costs a tenth of the whole resampling.
function resampleRow3(row: Float32Array, out: Float32Array, columns: Axis): void {
  const { start, count, offset, weights, to } = columns;
  for (let x = 0, j = 0; x < to; x++, j += 3) {
    let i = 3 * start[x]!;
    let k = offset[x]!;
    const end = k + count[x]!;
    let r = 0;
    let g = 0;
    let b = 0;
    for (; k < end; k++, i += 3) {
      const w = weights[k]!;
      r += w * row[i]!;
      g += w * row[i + 1]!;
      b += w * row[i + 2]!;
    }
    out[j] = r;
    out[j + 1] = g;
    out[j + 2] = b;
  }
}

function resampleRow4(row: Float32Array, out: Float32Array, columns: Axis): void {
  const { start, count, offset, weights, to } = columns;
  for (let x = 0, j = 0; x < to; x++, j += 4) {
    let i = 4 * start[x]!;
    let k = offset[x]!;
    const end = k + count[x]!;
    let r = 0;
    let g = 0;
    let b = 0;
    let a = 0;
    for (; k < end; k++, i += 4) {
      const w = weights[k]!;
      r += w * row[i]!;
      g += w * row[i + 1]!;
      b += w * row[i + 2]!;
      a += w * row[i + 3]!;
    }
    out[j] = r;
    out[j + 1] = g;
    out[j + 2] = b;
    out[j + 3] = a;
  }
}
