// Whole pictures between bytes and linear light, by SIMD kernels.
import type { Image } from '../../image.ts';
import { eachBand } from '../../timing.ts';
import { type PixelWork, placed } from '../pixel-kernels.ts';
import {
  imageFor,
  imageTarget,
  type Light,
  type LightSource,
  type LightTarget,
  lightSource,
  lightTarget,
} from './light-rows.ts';

/** What the source reads, as linear light. */
export async function lightOf(source: LightSource, work: PixelWork): Promise<Light> {
  const { width, height, channels } = source;
  const light = { width, height, channels, data: new Float32Array(channels * width * height) };
  await copyRows(source, lightTarget(light), work);
  return light;
}

/** Linear light as RGBA8, rounded to the nearest level. */
export async function imageOf(light: Light, work: PixelWork): Promise<Image> {
  const image = imageFor(light, light.channels);
  await copyRows(lightSource(light), imageTarget(image, light.channels), work);
  return image;
}

/** Writes every row that the source reads. */
async function copyRows(
  source: LightSource,
  target: LightTarget,
  { kernels, pace }: PixelWork,
): Promise<void> {
  const module = kernels();
  const { width, height, channels } = source;
  const placesFor = (columns: number) => {
    const room = Math.max(source.roomFor(columns), target.roomFor(columns));
    return placed({ row: 4 * channels * columns, room }, module);
  };
  let most = width;
  let places = placesFor(most);
  while (!places) {
    if (most === 1) throw new RangeError('pixels: a column does not fit into the memory');
    most = Math.ceil(most / 2);
    places = placesFor(most);
  }
  const at = places;
  await eachBand(height, pace, (top, bottom) => {
    for (let y = top; y < bottom; y++) {
      for (let first = 0; first < width; first += most) {
        const columns = { first, end: Math.min(width, first + most) };
        source.read(module, y, columns, at);
        target.write(module, y, columns, at);
      }
    }
  });
}
