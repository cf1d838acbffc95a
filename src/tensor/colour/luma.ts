// Luminance, and changes of colour that keep it.
import type { Mixture } from './pointwise.ts';

/** Weights of red, green and blue in luminance (ITU-R BT.709), adding up to one. */
export const LUMINANCE = { r: 0.2126, g: 0.7152, b: 0.0722 } as const;

/** What scales the distance of colours from the grey of the same luminance by `factor`, in linear light. */
export const saturationMixture = (factor: number): Mixture => {
  const grey = Object.values(LUMINANCE).map((share) => (1 - factor) * share);
  return [0, 1, 2].map((to) =>
    grey.map((share, from) => share + (from === to ? factor : 0)),
  ) as unknown as Mixture;
};
