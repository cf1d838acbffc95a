// The transfer curve of sRGB.

/** Linear light of an sRGB-coded value, both 0…1 (IEC 61966-2-1). */
export const srgbToLinear = (v: number): number =>
  v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;

/** sRGB-coded value of linear light, both 0…1 (IEC 61966-2-1). */
export const linearToSrgb = (v: number): number =>
  v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055;
