// Pictures as the data pipeline has them: planes of floats, sRGB-coded, 0…1.

/** Three planes, row-major, one after the other. */
export type Planes = { width: number; height: number; data: Float32Array };

export const createPlanes = (width: number, height: number): Planes => ({
  width,
  height,
  data: new Float32Array(3 * width * height),
});

/** Luma of sRGB codes, by Rec. 601. */
export const lumaOf = (r: number, g: number, b: number): number =>
  0.299 * r + 0.587 * g + 0.114 * b;

/** Luma of every pixel. */
export function lumaPlane({ width, height, data }: Planes): Float32Array {
  const count = width * height;
  const luma = new Float32Array(count);
  for (let i = 0; i < count; i += 1) {
    luma[i] = lumaOf(data[i]!, data[count + i]!, data[2 * count + i]!);
  }
  return luma;
}

/** Multiplies the distance from mid-grey and adds, within 0…1. */
export function jitter(values: Float32Array, contrast: number, brightness: number): void {
  for (let i = 0; i < values.length; i += 1) {
    const value = 0.5 + contrast * (values[i]! - 0.5) + brightness;
    values[i] = Math.min(1, Math.max(0, value));
  }
}

/** Left and right exchanged, in place. */
export function mirror({ width, height, data }: Planes): void {
  for (let row = 0; row < 3 * height; row += 1) {
    data.subarray(row * width, (row + 1) * width).reverse();
  }
}
