// Puts a picture on a coloured canvas, in linear light.
import { createImage, hasTransparency, type Image, type Size } from '../../image.ts';
import { eachBand, type Pace, portion } from '../../timing.ts';
import { byteOfLinear, linearOfByte } from '../colour/colour.ts';
import { type PixelKernels, type PixelWork, placed } from '../pixel-kernels.ts';

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
  image: Image,
  {
    canvas,
    offset,
    background,
  }: { canvas: Size; offset: { x: number; y: number }; background: Colour },
  { kernels, pace }: PixelWork,
): Promise<Image> {
  const result = createImage(canvas);
  const blank = bytesOf(background);
  await fill(result, blank, portion(pace, SHARES.fill));
  const { width, height, data } = image;
  const covered = hasTransparency(image) ? createCover(background, kernels) : undefined;
  await eachBand(height, portion(pace, SHARES.place), (first, end) => {
    for (let y = first; y < end; y++) {
      const row = data.subarray(4 * width * y, 4 * width * (y + 1));
      const to = 4 * ((y + offset.y) * canvas.width + offset.x);
      result.data.set(covered?.(row) ?? row, to);
    }
  });
  return result;
}

const bytesOf = ({ r, g, b, a }: Colour): number[] => [
  ...[r, g, b].map((v) => byteOfLinear(a > 0 ? v / a : 0)),
  Math.round(255 * a),
];

async function fill({ width, height, data }: Image, pixel: number[], pace: Pace): Promise<void> {
  const [colour] = new Uint32Array(Uint8Array.from(pixel).buffer) as unknown as [number];
  const pixels = new Uint32Array(data.buffer);
  await eachBand(height, pace, (first, end) => pixels.fill(colour, first * width, end * width));
}

/** Makes the bytes of rows over the background; each is valid until the next call. */
function createCover(
  { r, g, b, a }: Colour,
  kernels: PixelKernels,
): (row: Uint8ClampedArray) => Uint8Array {
  return (row) => {
    const module = kernels();
    const { calls, bytes, floats } = module;
    const pixels = row.length / 4;
    const at = placed({ background: 16, bytes: row.length, light: 4 * row.length }, module);
    if (!at) throw new RangeError('composite: a row does not fit into the memory');
    floats.set([r, g, b, a], at.background / 4);
    bytes.set(row, at.bytes);
    calls.lightRow4(at.bytes, at.light, pixels);
    calls.coverRow4(at.light, pixels, at.background);
    calls.byteRow4(at.light, at.bytes, pixels);
    return bytes.subarray(at.bytes, at.bytes + row.length);
  };
}
