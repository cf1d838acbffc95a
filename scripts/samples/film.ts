// From linear light to 8-bit sRGB: exposure, a soft shoulder, a little contrast, dither.
import { clamp, ramp } from './curve.ts';
import { chance } from './noise.ts';
import type { Vec } from './vector.ts';

/** sRGB transfer curve, 0…1 to 0…1. */
export const encodeSrgb = (x: number): number =>
  x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055;

/** Inverse of `encodeSrgb`. */
export const decodeSrgb = (x: number): number =>
  x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;

/** Linear colour from an sRGB hex number such as `0xd2a45c`. */
export const linear = (hex: number): Vec => [
  decodeSrgb((hex >> 16) / 255),
  decodeSrgb(((hex >> 8) & 255) / 255),
  decodeSrgb((hex & 255) / 255),
];

export type Film = {
  exposure: number;
  /** 0 keeps the curve as it is, 1 is a strong S. */
  contrast: number;
};

/** Display value in 0…1 of one linear channel: highlights roll off instead of clipping. */
export function develop(x: number, { exposure, contrast }: Film): number {
  const rolled = 1 - Math.exp(-Math.max(0, x) * exposure);
  const shown = encodeSrgb(rolled);
  return shown + (ramp(0, 1, shown) - shown) * contrast;
}

/** Byte of a display value, dithered by a hash of the place so that gradients do not band. */
export const toByte = (value: number, x: number, y: number): number =>
  Math.floor(clamp(value) * 255 + 0.25 + 0.5 * chance(x, y, 3));
