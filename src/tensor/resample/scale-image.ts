// Scaling with Lanczos-3, cheap for strong shrinking: a box first, the proper kernel after.
import { createImage, hasTransparency, type Image, type Size } from '../../image.ts';
import { lanczosAxis, type Span } from './axis.ts';
import { blockSource, imageSource, imageTarget } from './light-rows.ts';
import { type PixelWork, resampleRows } from './resample-image.ts';
import { type Crop, firstStage, scaled, wholeOf } from './scale.ts';

/** The `crop` of an image (all of it unless given) at another size; a new image. */
export async function scaleImage(
  image: Image,
  { width, height, crop = wholeOf(image) }: Size & { crop?: Crop },
  work: PixelWork,
): Promise<Image> {
  const factor = { x: firstStage(crop.x.length / width), y: firstStage(crop.y.length / height) };
  const channels = hasTransparency(image) ? 4 : 3;
  const pixels = imageSource(image, channels);
  const source = factor.x > 1 || factor.y > 1 ? blockSource(pixels, factor) : pixels;
  const result = createImage({ width, height });
  const columns = lanczosAxis(source.width, width, scaled(crop.x, factor.x));
  const rows = lanczosAxis(source.height, height, scaled(crop.y, factor.y));
  await resampleRows(source, imageTarget(result, channels), { columns, rows, ...work });
  return result;
}
