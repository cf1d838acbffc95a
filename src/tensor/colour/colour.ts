// sRGB coding and linear light, as lookup tables between 8-bit values and floats.
import { linearToSrgb, srgbToLinear } from '../../srgb.ts';

/** Linear light of each 8-bit sRGB value. */
export const linearOfByte = Float32Array.from({ length: 256 }, (_, i) => srgbToLinear(i / 255));

// 65,536 steps keep the steepest part of the curve (12.92 · 255 levels per unit) within a twentieth of a level.
const CODE_STEPS = 65535;
const byteOfCode = Uint8Array.from({ length: CODE_STEPS + 1 }, (_, i) =>
  Math.round(255 * linearToSrgb(i / CODE_STEPS)),
);

const codeOfStep = Float32Array.from({ length: CODE_STEPS + 1 }, (_, i) =>
  linearToSrgb(i / CODE_STEPS),
);

/** sRGB-coded value 0…1 of linear light, interpolated in a table; values outside 0…1 are clamped, NaN gives 0. */
export function codeOfLinear(v: number): number {
  if (!(v > 0)) return 0;
  if (v >= 1) return 1;
  const at = v * CODE_STEPS;
  const below = at | 0;
  const low = codeOfStep[below]!;
  return low + (at - below) * (codeOfStep[below + 1]! - low);
}

/** 8-bit sRGB value of linear light; values outside 0…1 are clamped, NaN gives 0. */
export function byteOfLinear(v: number): number {
  if (!(v > 0)) return 0;
  return byteOfCode[v >= 1 ? CODE_STEPS : (v * CODE_STEPS + 0.5) | 0]!;
}
