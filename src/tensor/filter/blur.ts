// Gaussian blur of images in linear light, whose time does not grow with the radius.
import type { Image } from '../../image.ts';
import { portion } from '../../timing.ts';
import type { PixelWork } from '../pixel-kernels.ts';
import { cubicAxis, gaussianAxis, gaussianPoints } from '../resample/axis.ts';
import {
  blockSource,
  imageFor,
  imageSource,
  imageTarget,
  lightSource,
} from '../resample/light-rows.ts';
import { resampledLight, resampleRows } from '../resample/resample.ts';
import { blurRows } from './blur-rows.ts';
import { blurNearby } from './near-blur.ts';

/** Largest sigma in pixels up to which the blur is computed at each pixel: it is exact, and as fast as points and cubics up to here. */
export const DIRECT_SIGMA = 2;

/** Side in pixels of the blocks that a wide blur begins with: their own blur is small beside it. */
export const blurBlock = (sigma: number): number => Math.max(1, Math.floor(sigma / 8));

/** The blurred image; pixels outside have no weight. `sigma` in pixels. */
export async function blurred(
  image: Image,
  sigma: number,
  { kernels, pace }: PixelWork,
): Promise<Image> {
  const { width, height } = image;
  const source = imageSource(image);
  const result = imageFor({ width, height }, source.channels);
  const target = imageTarget(result, source.channels);
  if (sigma <= DIRECT_SIGMA) {
    if (source.channels === 3) await blurNearby(image, result, { sigma, kernels, pace });
    else await blurRows(source, target, { sigma, kernels, pace });
    return result;
  }
  // A blurred picture has no detail finer than sigma, so it is computed at a few points and interpolated between them.
  const pass = { kernels, pace: portion(pace, 0.5) };
  const block = blurBlock(sigma);
  const points = { width: gaussianPoints(width, sigma), height: gaussianPoints(height, sigma) };
  const coarse = await resampledLight(blockSource(source, { x: block, y: block }), {
    columns: gaussianAxis(width, { to: points.width, sigma, block }),
    rows: gaussianAxis(height, { to: points.height, sigma, block }),
    ...pass,
  });
  await resampleRows(lightSource(coarse), target, {
    columns: cubicAxis(points.width, width),
    rows: cubicAxis(points.height, height),
    ...pass,
  });
  return result;
}
