// Luma planes, on which edges and sharpness are measured.

import type { Image } from '../../image.ts';
import { eachBand, type Pace } from '../../timing.ts';
import { linearOfByte } from './colour.ts';

/** Weights of red, green and blue in luminance (ITU-R BT.709), adding up to one. */
export const LUMINANCE = { r: 0.2126, g: 0.7152, b: 0.0722 } as const;

/** Linear luminance 0…1 of the sRGB-coded pixel whose red lies at index `i`. */
export const luminanceOf = (data: Uint8ClampedArray, i: number): number =>
  LUMINANCE.r * linearOfByte[data[i]!]! +
  LUMINANCE.g * linearOfByte[data[i + 1]!]! +
  LUMINANCE.b * linearOfByte[data[i + 2]!]!;

/** One value 0…1 per pixel. */
export type PlaneOf = (image: Image, pace: Pace) => Promise<Float32Array>;

type Values = (data: Uint8ClampedArray, plane: Float32Array, first: number, end: number) => void;

const planeOf =
  (...passes: Values[]): PlaneOf =>
  async ({ width, height, data }, pace) => {
    const plane = new Float32Array(width * height);
    await eachBand(plane.length, pace, (first, end) => {
      for (const pass of passes) pass(data, plane, first, end);
    });
    return plane;
  };

const weigh: Values = (data, plane, first, end) => {
  const { r, g, b } = LUMINANCE;
  for (let i = 4 * first, p = first; p < end; i += 4, p++) {
    plane[p] = (r * data[i]! + g * data[i + 1]! + b * data[i + 2]!) / 255;
  }
};

const fade: Values = (data, plane, first, end) => {
  for (let i = 4 * first + 3, p = first; p < end; i += 4, p++) {
    plane[p]! *= data[i]! / 255;
  }
};

const copyAlpha: Values = (data, plane, first, end) => {
  for (let i = 4 * first + 3, p = first; p < end; i += 4, p++) {
    plane[p] = data[i]! / 255;
  }
};

/** Luma, the weighted sum of the sRGB-coded channels: close to perceived lightness, at a tenth of the work of coding the luminance. Alpha is ignored. */
export const lumaOf = planeOf(weigh);

/** Luma over black: `lumaOf` times the opacity, so that invisible pixels are 0. */
export const visibleLumaOf = planeOf(weigh, fade);

/** Opacity, 0…1. */
export const alphaOf = planeOf(copyAlpha);
