// Pictures that are hard to filter, and how far two images of them differ.
import { expect } from 'vitest';
import type { Image, Size } from '../../../src/image.ts';
import { paint } from './pictures.ts';

/** Pseudo-random bytes from a seed, always the same. */
function noiseOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
}

type Kind = 'smooth' | 'noise' | 'black and white' | 'dark with white dots' | 'transparent';

/** A picture of one of the kinds. */
export function hardPicture(kind: Kind, size: Size): Image {
  const noise = noiseOf(7);
  return paint(size, (x, y) => {
    if (kind === 'smooth') {
      const grain = noise() / 32;
      return [
        110 + 50 * Math.sin(x / 31 + y / 83) + grain,
        130 + 60 * Math.cos(x / 47 - y / 29) + grain,
        ((90 + x / 5 + y / 7) % 230) + grain,
      ];
    }
    if (kind === 'black and white') return Array<number>(3).fill(noise() < 128 ? 0 : 255);
    if (kind === 'dark with white dots') {
      return noise() < 3 ? [255, 255, 255] : [noise() / 21, noise() / 21, noise() / 21];
    }
    const colour = [noise(), noise(), noise()];
    return kind === 'noise' ? colour : [...colour, (x + y) % 97 < 20 ? 0 : (3 * x + y) & 255];
  });
}

export const hardKinds: Kind[] = [
  'smooth',
  'noise',
  'black and white',
  'dark with white dots',
  'transparent',
];

/** Largest difference of two images in levels, and the share of bytes that differ. */
export function differenceOf(a: Image, b: Image): { most: number; share: number } {
  expect({ width: a.width, height: a.height }).toEqual({ width: b.width, height: b.height });
  let most = 0;
  let count = 0;
  for (let i = 0; i < a.data.length; i++) {
    const difference = Math.abs(a.data[i]! - b.data[i]!);
    most = Math.max(most, difference);
    if (difference > 0) count++;
  }
  return { most, share: count / a.data.length };
}
