// Luminance, and changes of colour that keep it.
import type { Mixture } from './pointwise.ts';

/** Weights of red, green and blue in luminance (ITU-R BT.709), adding up to one. */
export const LUMINANCE = { r: 0.2126, g: 0.7152, b: 0.0722 } as const;

/** What scales the distance of colours from the grey of the same luminance by `factor`, in linear light. */
export const saturationMixture = (factor: number): Mixture => {
  const share = 1 - factor;
  const [r, g, b] = [share * LUMINANCE.r, share * LUMINANCE.g, share * LUMINANCE.b];
  return [
    [r + factor, g, b],
    [r, g + factor, b],
    [r, g, b + factor],
  ];
};
