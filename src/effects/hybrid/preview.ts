// Previews of a hybrid: halvings side by side, and the view from afar.
import { createImage, type Image, type Size } from '../../image.ts';
import type { PixelWork } from '../../tensor/pixel-kernels.ts';
import {
  imageFor,
  imageSource,
  imageTarget,
  lightSource,
} from '../../tensor/resample/light-rows.ts';
import { scaled, scaledLight, scaleRows } from '../../tensor/resample/scale.ts';
import { portion } from '../../timing.ts';

const HALVINGS = 5;

/** Left edge and size of the picture and its halvings, side by side. */
function halvings({ width, height }: Size) {
  const places: (Size & { left: number })[] = [];
  let left = 0;
  for (let i = 0; i < HALVINGS; i++) {
    const size = { width: Math.max(1, width >> i), height: Math.max(1, height >> i) };
    places.push({ ...size, left });
    left += size.width;
  }
  return places;
}

/** Size of `pyramid`'s strip. */
export function pyramidSize(size: Size): Size {
  const last = halvings(size).at(-1)!;
  return { width: last.left + last.width, height: size.height };
}

/** The picture and its halvings, bottoms aligned, on white; a new picture. */
export async function pyramid(picture: Image, { kernels, pace }: PixelWork): Promise<Image> {
  const strip = createImage(pyramidSize(picture));
  strip.data.fill(255);
  const places = halvings(picture);
  const area = places.reduce((sum, { width, height }) => sum + width * height, 0);
  for (const { left, width, height } of places) {
    const work = { kernels, pace: portion(pace, (width * height) / area) };
    const small =
      width === picture.width ? picture : await scaled(picture, { width, height }, work);
    for (let y = 0; y < height; y++) {
      const row = small.data.subarray(4 * y * width, 4 * (y + 1) * width);
      strip.data.set(row, 4 * ((strip.height - height + y) * strip.width + left));
    }
  }
  return strip;
}

/** The picture as it looks from `distance` times as far away, at its own size; a new picture. */
export async function fromAfar(
  picture: Image,
  distance: number,
  { kernels, pace }: PixelWork,
): Promise<Image> {
  const { width, height } = picture;
  const seen = {
    width: Math.max(1, Math.round(width / distance)),
    height: Math.max(1, Math.round(height / distance)),
  };
  const half = { kernels, pace: portion(pace, 0.5) };
  const small = await scaledLight(imageSource(picture), seen, half);
  const result = imageFor({ width, height }, small.channels);
  await scaleRows(lightSource(small), imageTarget(result, small.channels), { width, height }, half);
  return result;
}
