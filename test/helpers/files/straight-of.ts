// The colours of an image in linear light, as palettes are matched against.
import type { Image } from '../../../src/image.ts';
import { linearOfByte } from '../../../src/tensor/colour/colour.ts';
import type { Straight } from '../../../src/tensor/picture/straight.ts';

/** Straight light of each pixel; opacity only if some pixel is not opaque. */
export function straightOf({ width, height, data }: Image): Straight {
  const count = width * height;
  const linear = new Float32Array(3 * count);
  const alpha = Float32Array.from({ length: count }, (_, p) => data[4 * p + 3]! / 255);
  for (let p = 0; p < count; p++) {
    if (alpha[p] === 0) continue;
    for (let c = 0; c < 3; c++) linear[3 * p + c] = linearOfByte[data[4 * p + c]!]!;
  }
  return { width, height, linear, alpha: alpha.some((a) => a < 1) ? alpha : undefined };
}
