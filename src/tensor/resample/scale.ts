// Scaling with Lanczos-3, cheap for strong shrinking: a box first, the proper kernel after.
import type { Image, Size } from '../../image.ts';
import { eachBand } from '../../timing.ts';
import type { PixelWork } from '../pixel-kernels.ts';
import { lanczosAxis, type Span } from './axis.ts';
import { type ResampleCounts, resampleCounts } from './counts.ts';
import {
  blockSource,
  imageFor,
  imageSource,
  imageTarget,
  type Light,
  type LightSource,
  type LightTarget,
  lightTarget,
} from './light-rows.ts';
import { resampleRows } from './resample.ts';

/** The part of a picture that is kept, in its pixels. */
export type Crop = { x: Span; y: Span };

/** Another size, and the part that is kept; all of it unless given. */
type Scaling = Size & { crop?: Crop };

/** The image at another size, a new one. */
export async function scaled(image: Image, scaling: Scaling, work: PixelWork): Promise<Image> {
  const { width, height } = scaling;
  const source = imageSource(image);
  const result = imageFor({ width, height }, source.channels);
  const corner = source.channels === 3 ? cornerOfCrop(image, scaling) : undefined;
  if (corner) {
    await eachBand(height, work.pace, (first, end) => {
      for (let y = first; y < end; y++) {
        const from = 4 * ((corner.y + y) * image.width + corner.x);
        result.data.set(image.data.subarray(from, from + 4 * width), 4 * y * width);
      }
    });
    return result;
  }
  await scaleRows(source, imageTarget(result, source.channels), scaling, work);
  return result;
}

/** The pixel where the kept part begins, if it is whole pixels that are not scaled. */
export function cornerOfCrop(
  image: Size,
  { width, height, crop = wholeOf(image) }: Scaling,
): { x: number; y: number } | undefined {
  const isWhole = ({ begin, length }: Span, to: number, from: number): boolean =>
    length === to && Number.isInteger(begin) && begin >= 0 && begin + to <= from;
  if (!isWhole(crop.x, width, image.width) || !isWhole(crop.y, height, image.height)) {
    return undefined;
  }
  return { x: crop.x.begin, y: crop.y.begin };
}

/** What the source reads at another size, in linear light. */
export async function scaledLight(
  source: LightSource,
  scaling: Scaling,
  work: PixelWork,
): Promise<Light> {
  const { width, height } = scaling;
  const { channels } = source;
  const result = { width, height, channels, data: new Float32Array(channels * width * height) };
  await scaleRows(source, lightTarget(result), scaling, work);
  return result;
}

/** Scales what the source reads. */
export async function scaleRows(
  source: LightSource,
  target: LightTarget,
  { width, height, crop = wholeOf(source) }: Scaling,
  work: PixelWork,
): Promise<void> {
  const factor = { x: firstStage(crop.x.length / width), y: firstStage(crop.y.length / height) };
  const small = blockSource(source, factor);
  const columns = lanczosAxis(small.width, width, within(crop.x, factor.x));
  const rows = lanczosAxis(small.height, height, within(crop.y, factor.y));
  await resampleRows(small, target, { columns, rows, ...work });
}

/** What scaling does, for a picture whose size need not be whole: `read` is the pixels that it reads. */
export function scaleCounts(
  picture: Size,
  { width, height, crop = wholeOf(picture) }: Scaling,
): ResampleCounts & { read: number } {
  const direction = (whole: number, { length }: Span, to: number) => {
    const factor = firstStage(length / to);
    const from = whole / factor;
    const scale = length / factor / to;
    return { from, to, taps: scale === 1 ? 1 : Math.min(from, 6 * Math.max(1, scale)) };
  };
  return {
    read: picture.width * crop.y.length,
    ...resampleCounts({
      columns: direction(picture.width, crop.x, width),
      rows: direction(picture.height, crop.y, height),
    }),
  };
}

const wholeOf = ({ width, height }: Size): Crop => ({
  x: { begin: 0, length: width },
  y: { begin: 0, length: height },
});

// A box is a poor low-pass: what it lets through of the frequencies that fold into the result is below a tenth as long as
// the proper kernel still has a factor of eight to go.
const firstStage = (scale: number): number => Math.max(1, Math.floor(scale / 8));

const within = ({ begin, length }: Span, factor: number): Span => ({
  begin: begin / factor,
  length: length / factor,
});
