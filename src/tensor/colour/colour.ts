// sRGB coding and linear light, as lookup tables between 8-bit values and floats.
import { linearToSrgb, srgbToLinear } from '../../srgb.ts';

/** Linear light of each 8-bit sRGB value. */
export const linearOfByte = Float32Array.from({ length: 256 }, (_, i) => srgbToLinear(i / 255));

// 65,536 steps keep the steepest part of the curve (12.92 · 255 levels per unit) within a twentieth of a level.
const LAST_STEP = 65535;

/** 8-bit sRGB value of linear light in steps of 1/65535. */
export const byteOfStep = new Uint8Array(LAST_STEP + 1);
// Filled from one level's threshold to the next: computing each step would take 10 ms at every cold start.
for (let level = 1; level < 256; level++) {
  byteOfStep.fill(level, Math.ceil(LAST_STEP * srgbToLinear((level - 0.5) / 255)));
}

// Evenly spaced in the square root of the light, because the curve is steep near black.
const CODE_STEPS = 4096;
/** sRGB-coded value of linear light, by its square root in steps of 1/4096, and one value behind the last. */
export const codeOfRoot = Float32Array.from({ length: CODE_STEPS + 2 }, (_, i) =>
  linearToSrgb((i / CODE_STEPS) ** 2),
);

/** sRGB-coded value 0…1 of linear light, interpolated in a table; values outside 0…1 are clamped, NaN gives 0. */
export function codeOfLinear(v: number): number {
  if (!(v > 0)) return 0;
  if (v >= 1) return 1;
  const at = Math.sqrt(v) * CODE_STEPS;
  const below = at | 0;
  const low = codeOfRoot[below]!;
  return low + (at - below) * (codeOfRoot[below + 1]! - low);
}

/** `codeOfLinear` of each value. */
export function codesOfLinear(linear: Float32Array): Float32Array {
  const codes = new Float32Array(linear.length);
  for (let i = 0; i < codes.length; i++) codes[i] = codeOfLinear(linear[i]!);
  return codes;
}

/** Linear light of sRGB-coded values in steps of 1/4096, and one value behind the last. */
export const lightOfCode = Float32Array.from({ length: CODE_STEPS + 2 }, (_, i) =>
  srgbToLinear(i / CODE_STEPS),
);

/** Linear light 0…1 of an sRGB-coded value 0…1, interpolated in a table; off by less than 1e-7. */
export function linearOfCode(v: number): number {
  const at = v * CODE_STEPS;
  const below = at | 0;
  const low = lightOfCode[below]!;
  return low + (at - below) * (lightOfCode[below + 1]! - low);
}

/** 8-bit sRGB value of linear light; values outside 0…1 are clamped, NaN gives 0. */
export function byteOfLinear(v: number): number {
  if (!(v > 0)) return 0;
  return byteOfStep[v >= 1 ? LAST_STEP : (v * LAST_STEP + 0.5) | 0]!;
}
