// Rows of pictures as linear light in the memory of the pixel kernels, read from bytes or floats and written to them.
import { createImage, hasTransparency, type Image, markOpaque, type Size } from '../../image.ts';
import type { PixelModule } from '../pixel-kernels.ts';

/** Linear light 0…1, row by row: three values a pixel, or four with premultiplied alpha. */
export type Light = Size & { channels: 3 | 4; data: Float32Array };

/** Some columns of a row, `first` to before `end`. */
export type Columns = { first: number; end: number };

/** Addresses in the module's memory: of a row of linear light, and of working memory. */
type Places = { row: number; room: number };

/** A picture that is read row by row. */
export type LightSource = Size & {
  channels: 3 | 4;
  /** Bytes of working memory that reading so many columns needs. */
  roomFor: (columns: number) => number;
  read: (module: PixelModule, y: number, columns: Columns, places: Places) => void;
};

/** A picture that is written row by row. */
export type LightTarget = {
  roomFor: (columns: number) => number;
  write: (module: PixelModule, y: number, columns: Columns, places: Places) => void;
};

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
    roomFor: (columns) => RGBA * columns,
    read({ calls, bytes }, y, { first, end }, { row, room }) {
      const from = y * width;
      bytes.set(data.subarray(RGBA * (from + first), RGBA * (from + end)), room);
      const toLight = channels === 3 ? calls.lightRow3 : calls.lightRow4;
      toLight(room, row, end - first);
    },
  };
}

/** Reads linear light. */
export const lightSource = ({ width, height, channels, data }: Light): LightSource => ({
  width,
  height,
  channels,
  roomFor: () => 0,
  read({ floats }, y, { first, end }, { row }) {
    const from = y * width;
    floats.set(data.subarray(channels * (from + first), channels * (from + end)), row / 4);
  },
});

/** Reads means of `factor.x × factor.y` pixels, the last ones over what is there: a cheap first stage of strong shrinking. */
export function blockSource(source: LightSource, factor: { x: number; y: number }): LightSource {
  if (factor.x === 1 && factor.y === 1) return source;
  const { channels } = source;
  const rowBytes = (columns: number): number => 16 * (Math.ceil((channels * columns) / 4) + 1);
  return {
    width: Math.ceil(source.width / factor.x),
    height: Math.ceil(source.height / factor.y),
    channels,
    roomFor: (columns) => 2 * rowBytes(columns * factor.x) + source.roomFor(columns * factor.x),
    read(module, y, { first, end }, { row, room }) {
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
    },
  };
}

/** A new image for rows of so many values a pixel. Three have no alpha: then every pixel must be written. */
export function imageFor(size: Size, channels: 3 | 4): Image {
  const image = createImage(size);
  return channels === 3 ? markOpaque(image) : image;
}

/** Writes an image from rows of `channels`. */
export const imageTarget = ({ width, data }: Image, channels: 3 | 4): LightTarget => ({
  roomFor: (columns) => RGBA * columns,
  write({ calls, bytes }, y, { first, end }, { row, room }) {
    const toBytes = channels === 3 ? calls.byteRow3 : calls.byteRow4;
    toBytes(row, room, end - first);
    data.set(bytes.subarray(room, room + RGBA * (end - first)), RGBA * (y * width + first));
  },
});

/** Writes linear light. */
export const lightTarget = ({ width, channels, data }: Light): LightTarget => ({
  roomFor: () => 0,
  write({ floats }, y, { first, end }, { row }) {
    const from = row / 4;
    const values = floats.subarray(from, from + channels * (end - first));
    data.set(values, channels * (y * width + first));
  },
});
