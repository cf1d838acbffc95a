// Encodes pictures as PNG: the smallest lossless form, filtered rows, the platform's zlib.
import type { Image, Size } from '../../../image.ts';
import { noPace, type Pace, portion } from '../../../timing.ts';
import { fourCc, viewOf } from '../../bytes.ts';
import { chunkType, crcOf } from '../chunks.ts';
import type { FilterPlan, RowFilter } from '../row-filter/row-filter.ts';
import { deflate } from './deflate.ts';
import { filterRow } from './filter.ts';
import { choosePngForm, type PngForm } from './form.ts';
import type { Palette } from './palette.ts';

/** Bytes that are handed to the compressor at a time. */
const BAND_BYTES = 65_536;
/** Rough shares of choosing the form and the filters, and of filtering and compressing. */
const SHARES = { form: 0.1, plan: 0.1, compress: 0.8 };
/** Number of bytes of filtered rows on which the filters are compared. */
export const SAMPLE_BYTES = 32_768;
/** Pictures of at most so many bytes of filtered rows are compressed with each filter, and the smallest result is taken. */
const WHOLE_BYTES = 49_152;
/** Number of consecutive rows in each part of that sample. */
const SAMPLE_ROWS = 8;

const plans: readonly FilterPlan[] = [0, 1, 2, 'least'];

/**
 * The picture as a PNG file without metadata. Every pixel is kept, except that fully transparent ones all become transparent black. Without
 * `rowFilter`, rows are filtered by plain loops.
 */
export async function encodePng(
  image: Image,
  { pace = noPace, rowFilter }: { pace?: Pace; rowFilter?: RowFilter | undefined } = {},
): Promise<Uint8Array> {
  const form = await choosePngForm(image, portion(pace, SHARES.form));
  const pixels = await compress({ form, rowFilter }, image, pace);
  const header = new Uint8Array(13);
  viewOf(header).setUint32(0, image.width);
  viewOf(header).setUint32(4, image.height);
  header.set([form.bitDepth, form.colorType], 8);
  return joinChunks([
    [chunkType.ihdr, header],
    ...(form.palette ? paletteChunks(form.palette) : []),
    [chunkType.idat, pixels],
    [chunkType.iend, new Uint8Array(0)],
  ]);
}

type Rows = { first: number; end: number };

type Writing = { form: PngForm; rowFilter: RowFilter | undefined };

/** The compressed rows, filtered in the way that makes them smallest. */
async function compress(
  writing: Writing,
  { width, height }: Size,
  pace: Pace,
): Promise<Uint8Array> {
  const { form } = writing;
  const rows = [{ first: 0, end: height }];
  if (form.bitDepth === 8 && height * (form.rowBytes + 1) <= WHOLE_BYTES) {
    const results = await tryAll(writing, rows, {
      width,
      pace: portion(pace, SHARES.plan + SHARES.compress),
    });
    return results.reduce((best, one) => (one.length < best.length ? one : best));
  }
  const plan = await choosePlan(writing, { width, height }, portion(pace, SHARES.plan));
  return deflate(bands(writing, { width, plan, pace: portion(pace, SHARES.compress) }, rows));
}

/** The compressed rows by plan, in the order of `plans`. */
const tryAll = (
  writing: Writing,
  ranges: readonly Rows[],
  { width, pace }: { width: number; pace: Pace },
): Promise<Uint8Array[]> => {
  const planPace = portion(pace, 1 / plans.length);
  return Promise.all(
    plans.map((plan) => deflate(bands(writing, { width, plan, pace: planPace }, ranges))),
  );
};

/** Filtered rows of the given ranges, in parts of about `BAND_BYTES`. */
async function* bands(
  { form, rowFilter }: Writing,
  { width, plan, pace }: { width: number; plan: FilterPlan; pace: Pace },
  ranges: readonly Rows[],
) {
  const { pixelBytes, samples, bitDepth } = form;
  const most = Math.max(1, Math.floor(BAND_BYTES / (form.rowBytes + 1)));
  const rowCount = ranges.reduce((sum, { first, end }) => sum + end - first, 0);
  for (const range of ranges) {
    for (let first = range.first; first < range.end; first += most) {
      const end = Math.min(range.end, first + most);
      const rows = { samples, width, pixelBytes, first, end };
      const fast = bitDepth === 8 ? rowFilter?.({ ...rows, isTop: first === 0 }, plan) : undefined;
      yield fast ?? filteredByLoops(form, { first, end }, plan);
      const pause = pace((end - first) / rowCount);
      if (pause) await pause;
    }
  }
}

/** Rows of less than a byte a sample, and those that are too long for the memory of the kernels. */
function filteredByLoops(form: PngForm, { first, end }: Rows, plan: FilterPlan): Uint8Array {
  const { pixelBytes, rowBytes } = form;
  const band = new Uint8Array((end - first) * (1 + rowBytes));
  let row = new Uint8Array(pixelBytes + rowBytes);
  let above = new Uint8Array(pixelBytes + rowBytes);
  if (first > 0) form.packRow(first - 1, above.subarray(pixelBytes));
  for (let y = first, at = 0; y < end; y++, at += 1 + rowBytes) {
    form.packRow(y, row.subarray(pixelBytes));
    filterRow({ row, above, pixelBytes }, plan, band, at);
    [row, above] = [above, row];
  }
  return band;
}

/**
 * The plan with which a sample compresses best. Differences of dithered, posterised and ring patterns compress worse than the patterns
 * themselves, and no simple rule recognises all of them.
 */
async function choosePlan(
  writing: Writing,
  { width, height }: Size,
  pace: Pace,
): Promise<FilterPlan> {
  const { form } = writing;
  if (form.bitDepth < 8) return 0;
  const rows = Math.max(SAMPLE_ROWS, Math.floor(SAMPLE_BYTES / (form.rowBytes + 1)));
  const count = Math.ceil(Math.min(rows, height) / SAMPLE_ROWS);
  const ranges = Array.from({ length: count }, (_, i) => {
    const first = Math.floor((i * height) / count);
    return { first, end: Math.min(first + SAMPLE_ROWS, height) };
  });
  const sizes = (await tryAll(writing, ranges, { width, pace })).map(({ length }) => length);
  return plans[sizes.indexOf(Math.min(...sizes))]!;
}

type NewChunk = [type: number, payload: Uint8Array];

function paletteChunks({ colours, translucent }: Palette): NewChunk[] {
  const entries = new Uint8Array(3 * colours.length);
  colours.forEach((colour, i) => {
    entries.set([colour, colour >>> 8, colour >>> 16], 3 * i);
  });
  if (translucent === 0) return [[chunkType.plte, entries]];
  const alphas = Uint8Array.from(colours.subarray(0, translucent), (colour) => colour >>> 24);
  return [
    [chunkType.plte, entries],
    [chunkType.trns, alphas],
  ];
}

function joinChunks(chunks: readonly NewChunk[]): Uint8Array {
  const length = chunks.reduce((sum, [, payload]) => sum + 12 + payload.length, 8);
  const file = new Uint8Array(length);
  const view = viewOf(file);
  view.setUint32(0, fourCc('\x89PNG'));
  view.setUint32(4, fourCc('\r\n\x1a\n'));
  let at = 8;
  for (const [type, payload] of chunks) {
    view.setUint32(at, payload.length);
    view.setUint32(at + 4, type);
    file.set(payload, at + 8);
    const end = at + 8 + payload.length;
    view.setUint32(end, crcOf(file, at + 4, end));
    at = end + 4;
  }
  return file;
}
