// Puts a picture on a coloured canvas, in linear light.
import type { Size } from '../../image.ts';
import { eachBand, type Pace, portion } from '../../timing.ts';
import { linearOfByte } from '../colour/colour.ts';
import { fromLinear, type Picture } from './picture.ts';
import { readRows } from './read-rows.ts';

/** Premultiplied linear-light colour. */
export type Colour = { r: number; g: number; b: number; a: number };

/** Reads 3, 4, 6 or 8 hexadecimal digits; the caller has checked the form. */
export function parseColour(hex: string): Colour {
  const long = hex.length <= 4 ? [...hex].map((c) => c + c).join('') : hex;
  const byte = (i: number): number => Number.parseInt(long.slice(i, i + 2), 16);
  const a = long.length === 8 ? byte(6) / 255 : 1;
  const channel = (i: number): number => linearOfByte[byte(i)]! * a;
  return { r: channel(0), g: channel(2), b: channel(4), a };
}

// Rough shares of filling the canvas and of placing the picture on it.
const SHARES = { fill: 0.25, place: 0.75 };

/** A `canvas` filled with `background`, the picture over it at `offset` (whole pixels, inside the canvas). The result is opaque if the background is. */
export async function composite(
  picture: Picture,
  {
    canvas,
    offset,
    background,
  }: { canvas: Size; offset: { x: number; y: number }; background: Colour },
  pace: Pace,
): Promise<Picture> {
  const { r, g, b, a } = background;
  const channels = a === 1 ? 3 : 4;
  const stride = canvas.width * channels;
  const data = new Float32Array(canvas.height * stride);
  const blank = Float32Array.from({ length: stride }, (_, i) => [r, g, b, a][i % channels]!);
  await eachBand(canvas.height, portion(pace, SHARES.fill), (first, end) => {
    for (let y = first; y < end; y++) data.set(blank, y * stride);
  });
  const source = readRows(picture);
  await eachBand(picture.height, portion(pace, SHARES.place), (first, end) => {
    for (let y = first; y < end; y++) {
      const to = ((y + offset.y) * canvas.width + offset.x) * channels;
      placeRow(source.row(y), data.subarray(to), { from: source.channels, background });
    }
  });
  return fromLinear({ ...canvas, channels, data });
}

function placeRow(
  row: Float32Array,
  out: Float32Array,
  { from, background: { r, g, b, a } }: { from: 3 | 4; background: Colour },
): void {
  const channels = a === 1 ? 3 : 4;
  for (let i = 0, j = 0; i < row.length; i += from, j += channels) {
    const opacity = from === 4 ? row[i + 3]! : 1;
    const through = 1 - opacity;
    out[j] = row[i]! + through * r;
    out[j + 1] = row[i + 1]! + through * g;
    out[j + 2] = row[i + 2]! + through * b;
    if (channels === 4) out[j + 3] = opacity + through * a;
  }
}
