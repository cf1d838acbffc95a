// Luma of colours, as the network was trained with it (Rec. 601, of sRGB codes).

export const RED = 0.299;
export const BLUE = 0.114;
export const GREEN = 1 - RED - BLUE;

/** Of three codes a pixel or cell; linear, so that it may be of differences too. */
export function lumaOf(codes: Float32Array): Float32Array {
  const luma = new Float32Array(codes.length / 3);
  for (let p = 0, i = 0; p < luma.length; p++, i += 3) {
    luma[p] = RED * codes[i]! + GREEN * codes[i + 1]! + BLUE * codes[i + 2]!;
  }
  return luma;
}
