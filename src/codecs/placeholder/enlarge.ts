// Enlarges tiny pictures for placeholders, because the waves of a hash cannot be distinguished on few pixels.
import { createImage, type Image, type Size } from '../../image.ts';

/** The picture with every pixel repeated `times.width` times horizontally and `times.height` times vertically. */
export function enlarge(image: Image, times: Size): Image {
  const { width, height } = image;
  const from = new Uint32Array(image.data.slice().buffer);
  const result = createImage({ width: width * times.width, height: height * times.height });
  const to = new Uint32Array(result.data.buffer);
  for (let y = 0; y < result.height; y++) {
    const row = Math.floor(y / times.height) * width;
    for (let x = 0; x < result.width; x++) {
      to[y * result.width + x] = from[row + Math.floor(x / times.width)]!;
    }
  }
  return result;
}
