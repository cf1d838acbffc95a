// How the pixels of a file become sRGB.
import type { Format } from '../codec.ts';
import { iccOfFile } from './of-file.ts';
import { type ToSrgb, toSrgb } from './to-srgb.ts';

/** Converts decoded pixels of this file to sRGB, in place; undefined if they are sRGB, or near enough. Never throws. */
export function conversionOf(bytes: Uint8Array, format: Format): ToSrgb | undefined {
  const profile = iccOfFile(bytes, format);
  return profile && toSrgb(profile);
}
