// Rows of pictures as linear light in the memory of the pixel kernels, read from bytes or floats and written to them.
import { createImage, hasTransparency, type Image, markOpaque, type Size } from '../../image.ts';
import type { PixelModule } from '../pixel-kernels.ts';

/** Linear light 0…1, row by row: three values a pixel, or four with premultiplied alpha. */
export type Light = Size & { channels: 3 | 4; data: Float32Array };

/** Some columns of a row, `first` to before `end`. */
export type Columns = { first: number; end: number };

/** Addresses in the module's memory: of the first row of linear light, and of working memory. */
type Places = {
  row: number;
  room: number;
  /** How many rows there are (1 unless given), and how many bytes apart. */
  rows?: number;
  rowBytes?: number;
};

/** A picture that is read row by row, or some rows at a time. */
export type LightSource = Size & {
  channels: 3 | 4;
  /** Bytes of working memory that reading so many columns of so many rows needs. */
  roomFor: (columns: number, rows?: number) => number;
  read: (module: PixelModule, y: number, columns: Columns, places: Places) => void;
  /** The bytes of opaque pixels, if it is made of those. */
  pixels?: Uint8ClampedArray;
};

/** A picture that is written row by row, or some rows at a time. */
export type LightTarget = {
  roomFor: (columns: number, rows?: number) => number;
  write: (module: PixelModule, y: number, columns: Columns, places: Places) => void;
};

/** Blocks of more rows are made of rows of light, so that all columns fit into the memory. */
const MOST_BLOCK_ROWS = 16;

/** Bytes of an RGBA pixel. */
const RGBA = 4;

/** Reads an image, as four channels if it is transparent anywhere. */
export function imageSource(image: Image): LightSource {
  const { width, height, data } = image;
  const channels = hasTransparency(image) ? 4 : 3;
  return {
    width,
    height,
    channels,
    ...(channels === 3 && { pixels: data }),
    roomFor: (columns, rows = 1) => RGBA * columns * rows,
    read({ calls, bytes }, y, columns, { row, room, rows = 1, rowBytes = 0 }) {
      const count = columns.end - columns.first;
      eachRun({ width, columns, top: y, rows }, (begin, length, r) => {
        bytes.set(data.subarray(begin, begin + length), room + RGBA * count * r);
      });
      const toLight = channels === 3 ? calls.lightRows3 : calls.lightRows4;
      toLight(room, row, rowBytes, count, rows);
    },
  };
}

/** Calls `copy` with the first byte, the number of bytes and the first row, counted from `top`, of each run of pixels without a gap: all rows, or single ones. */
export function eachRun(
  {
    width,
    columns: { first, end },
    top,
    rows,
  }: { width: number; columns: Columns; top: number; rows: number },
  copy: (begin: number, length: number, row: number) => void,
): void {
  if (end - first === width) {
    copy(RGBA * width * top, RGBA * width * rows, 0);
    return;
  }
  for (let r = 0; r < rows; r++) {
    copy(RGBA * ((top + r) * width + first), RGBA * (end - first), r);
  }
}

/** Calls `use` with each row of some, for what works on single rows. */
export function eachRow(
  y: number,
  { row, room, rows = 1, rowBytes = 0 }: Places,
  use: (y: number, places: { row: number; room: number }) => void,
): void {
  for (let r = 0; r < rows; r++) use(y + r, { row: row + r * rowBytes, room });
}

/** Reads linear light. */
export const lightSource = ({ width, height, channels, data }: Light): LightSource => ({
  width,
  height,
  channels,
  roomFor: () => 0,
  read({ floats }, top, { first, end }, places) {
    eachRow(top, places, (y, { row }) => {
      const from = y * width;
      floats.set(data.subarray(channels * (from + first), channels * (from + end)), row / 4);
    });
  },
});

/** Reads means of `factor.x × factor.y` pixels, the last ones over what is there: a cheap first stage of strong shrinking. */
export function blockSource(source: LightSource, factor: { x: number; y: number }): LightSource {
  if (factor.x === 1 && factor.y === 1) return source;
  if (source.pixels && factor.y <= MOST_BLOCK_ROWS)
    return pixelBlocks(source, source.pixels, factor);
  const { channels } = source;
  const rowBytes = (columns: number): number => 16 * (Math.ceil((channels * columns) / 4) + 1);
  return {
    width: Math.ceil(source.width / factor.x),
    height: Math.ceil(source.height / factor.y),
    channels,
    roomFor: (columns) => 2 * rowBytes(columns * factor.x) + source.roomFor(columns * factor.x),
    read(module, firstRow, { first, end }, places) {
      eachRow(firstRow, places, (y, { row, room }) => {
        const { calls } = module;
        const columns = { first: first * factor.x, end: Math.min(source.width, end * factor.x) };
        const pixels = columns.end - columns.first;
        const bytes = rowBytes(pixels);
        const [sum, more, rest] = [room, room + bytes, room + 2 * bytes];
        const top = y * factor.y;
        const bottom = Math.min(source.height, top + factor.y);
        source.read(module, top, columns, { row: sum, room: rest });
        for (let r = top + 1; r < bottom; r++) {
          source.read(module, r, columns, { row: more, room: rest });
          calls.addRow(more, sum, channels * pixels);
        }
        const means = channels === 3 ? calls.meanBlocks3 : calls.meanBlocks4;
        means(sum, row, pixels, factor.x, 1 / (bottom - top));
      });
    },
  };
}

/** The same of opaque pixels, without rows of light between. */
const pixelBlocks = (
  { width, height }: Size,
  data: Uint8ClampedArray,
  factor: { x: number; y: number },
): LightSource => ({
  width: Math.ceil(width / factor.x),
  height: Math.ceil(height / factor.y),
  channels: 3,
  roomFor: (columns) => RGBA * columns * factor.x * factor.y,
  read({ calls, bytes }, firstRow, { first, end }, places) {
    const columns = { first: first * factor.x, end: Math.min(width, end * factor.x) };
    const count = columns.end - columns.first;
    eachRow(firstRow, places, (y, { row, room }) => {
      const top = y * factor.y;
      const rows = Math.min(factor.y, height - top);
      eachRun({ width, columns, top, rows }, (begin, length, r) => {
        bytes.set(data.subarray(begin, begin + length), room + RGBA * count * r);
      });
      calls.lightBlocks(room, rows, count, factor.x, row);
    });
  },
});

/** A new image for rows of so many values a pixel. Three have no alpha: then every pixel must be written. */
export function imageFor(size: Size, channels: 3 | 4): Image {
  const image = createImage(size);
  return channels === 3 ? markOpaque(image) : image;
}

/** Writes an image from rows of `channels`. */
export const imageTarget = ({ width, data }: Image, channels: 3 | 4): LightTarget => ({
  roomFor: (columns, rows = 1) => RGBA * columns * rows,
  write({ calls, bytes }, y, columns, { row, room, rows = 1, rowBytes = 0 }) {
    const count = columns.end - columns.first;
    const toBytes = channels === 3 ? calls.byteRows3 : calls.byteRows4;
    toBytes(row, rowBytes, room, count, rows);
    eachRun({ width, columns, top: y, rows }, (begin, length, r) => {
      const at = room + RGBA * count * r;
      data.set(bytes.subarray(at, at + length), begin);
    });
  },
});

/** Writes linear light. */
export const lightTarget = ({ width, channels, data }: Light): LightTarget => ({
  roomFor: () => 0,
  write({ floats }, top, { first, end }, places) {
    eachRow(top, places, (y, { row }) => {
      const from = row / 4;
      const values = floats.subarray(from, from + channels * (end - first));
      data.set(values, channels * (y * width + first));
    });
  },
});
