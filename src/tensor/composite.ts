// Puts a picture on a coloured canvas, in linear light.
import { tensor3d } from '@tensorflow/tfjs-core';
import type { Size } from '../image.ts';
import { linearOfByte } from './colour.ts';
import { channelsOf, fromLinear, type Picture, readRows } from './picture.ts';

/** Premultiplied linear-light colour. */
export type Colour = { r: number; g: number; b: number; a: number };

/** Reads 3, 4, 6 or 8 hexadecimal digits; the caller has checked the form. */
export function parseColour(hex: string): Colour {
  const long = hex.length <= 4 ? [...hex].map((c) => c + c).join('') : hex;
  const byte = (i: number): number => Number.parseInt(long.slice(i, i + 2), 16);
  const a = long.length === 8 ? byte(6) / 255 : 1;
  const channel = (i: number): number => (linearOfByte[byte(i)] as number) * a;
  return { r: channel(0), g: channel(2), b: channel(4), a };
}

/** A `canvas` filled with `background`, the picture over it at `offset` (whole pixels, inside the canvas). The result is opaque if the background is. */
export function composite(
  picture: Picture,
  {
    canvas,
    offset,
    background,
  }: { canvas: Size; offset: { x: number; y: number }; background: Colour },
): Picture {
  const { r, g, b, a } = background;
  const channels = a === 1 ? 3 : 4;
  const fill = [r, g, b, a].slice(0, channels);
  const out = new Float32Array(canvas.width * canvas.height * channels);
  for (let i = 0; i < out.length; i++) out[i] = fill[i % channels] as number;
  const source = readRows(picture);
  const from = channelsOf(picture);
  for (let y = 0; y < picture.height; y++) {
    const row = source.row(y);
    let j = ((y + offset.y) * canvas.width + offset.x) * channels;
    for (let i = 0; i < row.length; i += from, j += channels) {
      const through = from === 4 ? 1 - (row[i + 3] as number) : 0;
      for (let c = 0; c < 3; c++)
        out[j + c] = (row[i + c] as number) + through * (fill[c] as number);
      if (channels === 4) out[j + 3] = (from === 4 ? (row[i + 3] as number) : 1) + through * a;
    }
  }
  return fromLinear(tensor3d(out, [canvas.height, canvas.width, channels]));
}
