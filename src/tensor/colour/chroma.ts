// Chroma as a linear function of light: that of OKLab around grey.
import { LUMINANCE } from './luma.ts';

/** How much a colour differs from the grey of its luminance: towards red (green if negative) and towards yellow (blue). */
export type Chroma = { a: number; b: number };

// The product of OKLab's two matrices, whose rows add up to nothing.
const A = { r: 0.3405348, g: -0.4653359, b: 0.1248011 };
const B = { r: 0.1051422, g: 0.3189064, b: -0.4240486 };

/** Chroma of linear light r, g, b; zero for greys. */
export const chromaOf = (r: number, g: number, b: number): Chroma => ({
  a: A.r * r + A.g * g + A.b * b,
  b: B.r * r + B.g * g + B.b * b,
});

/** Linear luminance of linear light r, g, b. */
export const lightOf = (r: number, g: number, b: number): number =>
  LUMINANCE.r * r + LUMINANCE.g * g + LUMINANCE.b * b;

/** What one unit of a and of b adds to linear light of the same luminance. */
export const FROM_A = [2.0714442, -0.6204977, 0.0469653] as const;
export const FROM_B = [0.7799073, -0.0123543, -2.1741347] as const;
