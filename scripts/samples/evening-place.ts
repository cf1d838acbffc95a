// One place of the painted motif, and the colours that its strokes are picked from.
import type { Point } from './outline.ts';
import type { Vec } from './vector.ts';

/** Display colour, each channel 0…1, from a hex number. */
export const hex = (n: number): Vec => [(n >> 16) / 255, ((n >> 8) & 255) / 255, (n & 255) / 255];

export type Part = 'sky' | 'sun' | 'far' | 'hill' | 'house' | 'field' | 'tree' | 'bush';

/** One place of the motif: what is there, which way a brush goes, and its colour for a stroke's own chances. */
export type Place = {
  part: Part;
  /** Unit direction of the brush. */
  way: Point;
  colour(a: number, b: number): Vec;
};

/** One of the colours, by a chance in 0…1. */
export const pick = (colours: readonly Vec[], a: number): Vec =>
  colours[Math.min(colours.length - 1, Math.floor(a * colours.length))] as Vec;

export const night = [0x14286b, 0x1b3a8c, 0x10204f, 0x2450a5].map(hex);
export const azure = [0x2f6fc0, 0x3f8fcf, 0x2558ab, 0x57a9c8].map(hex);
export const pale = [0x8fd0d6, 0xb9e0d0, 0xe9edc0, 0x6fb9cf].map(hex);
export const glow = [0xffc857, 0xf7a63a, 0xffdf8a, 0xf08a3c].map(hex);
export const rose = [0xf2a07b, 0xf7c08a, 0xe67f6a, 0xf6d29a].map(hex);
export const farHues = [0x37559c, 0x4c6fb4, 0x5c7fb0, 0x6d63a0].map(hex);
export const hillHues = [0x2f7a4f, 0x4f9a4a, 0x1f5d55, 0x8bb04a].map(hex);
export const wheat = [0xf2c230, 0xe2a01f, 0xffdc5e, 0xc97f1c, 0xf7e08a].map(hex);
export const furrow = [0xa8611d, 0x7f7a2a, 0xb9842a, 0x5f7f3a].map(hex);
export const cypress = [0x123a34, 0x0d2a33, 0x1f5740, 0x2f4a2a].map(hex);
export const leafLight = [0x4f8a3f, 0x7a8f3a, 0x2f7d6a, 0xa08a35].map(hex);
export const wall = [0xf6e3c0, 0xe8c9a0, 0xcfd6dc].map(hex);
export const wallShade = [0x7d83b8, 0x6a6fa8, 0x9a8fb5].map(hex);
export const roof = [0xd9552b, 0xc23f2a, 0xe77b3d].map(hex);
export const poppy = [0xe0301e, 0xf0522a, 0xc81f2a].map(hex);
