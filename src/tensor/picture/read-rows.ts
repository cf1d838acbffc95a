// Reads an image in linear light row by row, for loops in JavaScript.
import { hasTransparency, type Image } from '../../image.ts';
import { linearOfByte } from '../colour/colour.ts';

export type RowReader = {
  channels: 3 | 4;
  /** One row, premultiplied if there is alpha: `width · channels` floats, valid until the next call. */
  row: (y: number) => Float32Array;
};

/** Rows of the image in linear light. */
export function readRows(image: Image): RowReader {
  const { width, data } = image;
  const channels = hasTransparency(image) ? 4 : 3;
  const buffer = new Float32Array(width * channels);
  const read = channels === 3 ? readOpaque : readTransparent;
  return {
    channels,
    row(y) {
      read(data, buffer, { begin: 4 * width * y, end: 4 * width * (y + 1) });
      return buffer;
    },
  };
}

type Bytes = { begin: number; end: number };

function readOpaque(data: Uint8ClampedArray, row: Float32Array, { begin, end }: Bytes): void {
  for (let i = begin, j = 0; i < end; i += 4, j += 3) {
    row[j] = linearOfByte[data[i]!]!;
    row[j + 1] = linearOfByte[data[i + 1]!]!;
    row[j + 2] = linearOfByte[data[i + 2]!]!;
  }
}

function readTransparent(data: Uint8ClampedArray, row: Float32Array, { begin, end }: Bytes): void {
  for (let i = begin, j = 0; i < end; i += 4, j += 4) {
    const a = data[i + 3]! / 255;
    row[j] = linearOfByte[data[i]!]! * a;
    row[j + 1] = linearOfByte[data[i + 1]!]! * a;
    row[j + 2] = linearOfByte[data[i + 2]!]! * a;
    row[j + 3] = a;
  }
}
