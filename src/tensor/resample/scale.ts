// Scaling with Lanczos-3, cheap for strong shrinking: a box first, the proper kernel after.
import type { Size } from '../../image.ts';
import type { Pace } from '../../timing.ts';
import type { Picture } from '../picture/picture.ts';
import { type RowReader, readRows } from '../picture/read-rows.ts';
import { lanczosAxis, type Span } from './axis.ts';
import { type ResampleCounts, resampleCounts } from './counts.ts';
import { resampleRows, shrinkRows } from './resample.ts';

/** The part of a picture that is kept, in its pixels. */
export type Crop = { x: Span; y: Span };

/** The `crop` of a picture (all of it unless given) at another size; a new picture in linear light, or with `bytes` RGBA8. */
export async function scaleTo(
  picture: Picture,
  { width, height, crop = wholeOf(picture), bytes }: Size & { crop?: Crop; bytes?: boolean },
  pace: Pace,
): Promise<Picture> {
  const factor = { x: firstStage(crop.x.length / width), y: firstStage(crop.y.length / height) };
  const source = readRows(picture);
  const small = factor.x > 1 || factor.y > 1 ? shrinkRows(source, factor) : source;
  const across = scaled(crop.x, factor.x);
  const near = columnsAround(small, across, width);
  const columns = lanczosAxis(near.width, width, { ...across, begin: across.begin - near.left });
  const rows = lanczosAxis(small.height, height, scaled(crop.y, factor.y));
  return resampleRows(near, { columns, rows, bytes }, pace);
}

/** The columns that a span has use for, the kernel's reach included: what lies beyond a narrow crop costs nothing. */
function columnsAround(source: RowReader, { begin, length }: Span, to: number) {
  const reach = 3 * Math.max(1, length / to) + 2;
  const left = Math.max(0, Math.floor(begin - reach));
  const right = Math.min(source.width, Math.ceil(begin + length + reach));
  const { channels } = source;
  const row = (y: number): Float32Array =>
    source.row(y).subarray(left * channels, right * channels);
  return { ...source, width: right - left, row, left };
}

/** What `scaleTo` does, for a picture whose size need not be whole: `read` is the pixels that it reads. */
export function scaleCounts(
  picture: Size,
  { width, height, crop = wholeOf(picture) }: Size & { crop?: Crop },
): ResampleCounts & { read: number } {
  const direction = (whole: number, { length }: Span, to: number) => {
    const factor = firstStage(length / to);
    const from = whole / factor;
    const scale = length / factor / to;
    return { from, to, taps: scale === 1 ? 1 : Math.min(from, 6 * Math.max(1, scale)) };
  };
  return {
    read: picture.width * crop.y.length,
    ...resampleCounts({
      columns: direction(picture.width, crop.x, width),
      rows: direction(picture.height, crop.y, height),
    }),
  };
}

export const wholeOf = ({ width, height }: Size): Crop => ({
  x: { begin: 0, length: width },
  y: { begin: 0, length: height },
});

// A box is a poor low-pass: what it lets through of the frequencies that fold into the result is below a tenth as long as
// the proper kernel still has a factor of eight to go.
export const firstStage = (scale: number): number => Math.max(1, Math.floor(scale / 8));

export const scaled = ({ begin, length }: Span, factor: number): Span => ({
  begin: begin / factor,
  length: length / factor,
});
