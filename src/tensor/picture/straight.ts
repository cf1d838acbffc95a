// A picture's colours as plain arrays in linear light, not multiplied by the opacity; palettes are matched against these.
import { createImage, type Image, type Size } from '../../image.ts';
import { eachBand, type Pace } from '../../timing.ts';
import { byteOfLinear } from '../colour/colour.ts';

export type Straight = Size & {
  /** Three values a pixel, linear light 0…1; zero if the pixel is fully transparent. */
  linear: Float32Array;
  /** Opacity 0…1 of each pixel; absent if the picture is opaque. */
  alpha: Float32Array | undefined;
};

/** Converts straight colours to RGBA8, rounded to the nearest level. */
export async function imageOfStraight(straight: Straight, pace: Pace): Promise<Image> {
  const image = createImage(straight);
  const count = straight.width * straight.height;
  await eachBand(count, pace, (first, end) => code(straight, image.data, first, end));
  return image;
}

function code(
  { linear, alpha }: Straight,
  out: Uint8ClampedArray,
  first: number,
  end: number,
): void {
  for (let p = first, i = 3 * first, k = 4 * first; p < end; p++, i += 3, k += 4) {
    out[k] = byteOfLinear(linear[i]!);
    out[k + 1] = byteOfLinear(linear[i + 1]!);
    out[k + 2] = byteOfLinear(linear[i + 2]!);
    out[k + 3] = alpha ? 255 * alpha[p]! : 255;
  }
}
