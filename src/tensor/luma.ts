// Lightness as one plane: what edges and sharpness are measured on.
import type { Image } from '../image.ts';

/** Weights of red, green and blue in luminance (ITU-R BT.709), adding up to one. */
export const LUMINANCE = { r: 0.2126, g: 0.7152, b: 0.0722 } as const;

/** Luma, the weighted sum of the sRGB-coded channels, 0…1 per pixel: near enough to how light a pixel looks, and a tenth of the work of coding its luminance. Alpha is not looked at. */
export function lumaOf({ width, height, data }: Image): Float32Array {
  const { r, g, b } = LUMINANCE;
  const plane = new Float32Array(width * height);
  for (let i = 0, p = 0; p < plane.length; i += 4, p++) {
    plane[p] =
      (r * (data[i] as number) + g * (data[i + 1] as number) + b * (data[i + 2] as number)) / 255;
  }
  return plane;
}

/** Luma over black: what `lumaOf` gives, times the opacity, so that invisible pixels have none. */
export function visibleLumaOf(image: Image): Float32Array {
  const plane = lumaOf(image);
  const { data } = image;
  for (let i = 3, p = 0; p < plane.length; i += 4, p++) plane[p]! *= (data[i] as number) / 255;
  return plane;
}

/** Opacity, 0…1 per pixel. */
export function alphaOf({ width, height, data }: Image): Float32Array {
  const plane = new Float32Array(width * height);
  for (let i = 3, p = 0; p < plane.length; i += 4, p++) plane[p] = (data[i] as number) / 255;
  return plane;
}
