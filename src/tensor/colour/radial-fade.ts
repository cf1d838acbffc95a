// Fades pictures into a colour from their centre to their corners, in linear light and without bands, by SIMD kernels.
import { createImage, type Image } from '../../image.ts';
import { eachBand } from '../../timing.ts';
import { thresholdMap } from '../palette/threshold-map.ts';
import { type PixelWork, placed } from '../pixel-kernels.ts';

/**
 * Distances are 0 in the centre and 1 in the corners of an ellipse of the picture's shape. The share of the colour is 0 up to `radius`, grows smoothly over a
 * distance of `ramp` (above 0), and is `strength` beyond.
 */
export type RadialFade = {
  radius: number;
  ramp: number;
  strength: number;
  /** Linear light, opaque. */
  colour: { r: number; g: number; b: number };
};

/** Most pixels of a row that are changed in one call; a multiple of the size of the threshold map. */
const RUN = 8192;

/** The faded image, a new one. Levels are rounded up or down by a fixed pattern, because slow gradients rounded to the nearest level show bands. Alpha stays. */
export async function radiallyFaded(
  image: Image,
  { radius, ramp, strength, colour: { r, g, b } }: RadialFade,
  { kernels, pace }: PixelWork,
): Promise<Image> {
  const { width, height, data } = image;
  const result = createImage({ width, height });
  const { size, thresholds } = thresholdMap('blue-noise');
  const module = kernels();
  const { calls, bytes, floats } = module;
  const most = Math.min(RUN, width);
  const row = 4 * most;
  const sizes = { colour: 16, thresholds: thresholds.byteLength, squares: 4 * width };
  const places = placed({ ...sizes, shares: row, from: row, to: row }, module);
  if (!places) throw new RangeError(`pixels: expected more memory for a row of ${width} pixels`);
  const squares = Float32Array.from({ length: width }, (_, x) => squareAt(x, width));
  const fadeRun = (y: number, first: number, end: number): void => {
    const pixels = end - first;
    const begin = 4 * (y * width + first);
    const square = places.squares + 4 * first;
    const down = squareAt(y, height);
    calls.radialRow(square, places.shares, pixels, down, radius, ramp, strength);
    bytes.set(data.subarray(begin, begin + 4 * pixels), places.from);
    const { from, to, shares } = places;
    const line = places.thresholds + 4 * size * (y % size);
    calls.fadeToColourRow(from, to, pixels, shares, line, size, places.colour);
    result.data.set(bytes.subarray(to, to + 4 * pixels), begin);
  };
  await eachBand(height, pace, (top, bottom) => {
    // Other work may have used the memory between two bands.
    floats.set([r, g, b, 0], places.colour / 4);
    floats.set(thresholds, places.thresholds / 4);
    floats.set(squares, places.squares / 4);
    for (let y = top; y < bottom; y++) {
      for (let first = 0; first < width; first += RUN) {
        fadeRun(y, first, Math.min(width, first + RUN));
      }
    }
  });
  return result;
}

/** Squared distance of a row or column from the centre; 1 at the sides. */
const squareAt = (place: number, length: number): number => ((2 * place + 1) / length - 1) ** 2;
