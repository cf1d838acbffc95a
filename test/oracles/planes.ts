// Planes of an image, and what filters make of them, by plain loops.
import { createImage, type Image } from '../../src/image.ts';
import { noPace } from '../../src/timing.ts';
import { binomialBlur } from './binomial.ts';
import { type GradientKernel, gradient } from './gradient.ts';

/** Luma 0…1, weighted by ITU-R BT.709. */
export const lumaOf = ({ data }: Image): Float32Array =>
  Float32Array.from({ length: data.length / 4 }, (_, p) => {
    const [r, g, b] = data.subarray(4 * p) as unknown as [number, number, number];
    return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
  });

const alphaOf = ({ data }: Image): Float32Array =>
  Float32Array.from({ length: data.length / 4 }, (_, p) => data[4 * p + 3]! / 255);

/** An unsharp mask on luma, weighted by opacity. */
export async function sharpenedByLoops(image: Image, amount: number): Promise<Image> {
  const luma = lumaOf(image);
  const alpha = alphaOf(image);
  const soft = await binomialBlur(
    luma.map((v, p) => v * alpha[p]!),
    image,
    noPace,
  );
  const weight = await binomialBlur(alpha, image, noPace);
  const result = createImage(image, image.data.slice());
  for (let p = 0; p < luma.length; p++) {
    const more = 255 * amount * (luma[p]! - soft[p]! / Math.max(1e-6, weight[p]!));
    for (let c = 0; c < 3; c++) result.data[4 * p + c] = image.data[4 * p + c]! + more;
  }
  return result;
}

/** Gradient of the luma over black, 0…1. */
export function slopesByLoops(image: Image, kernel: GradientKernel): Promise<Float32Array> {
  const alpha = alphaOf(image);
  const visible = lumaOf(image).map((v, p) => v * alpha[p]!);
  return gradient(visible, { width: image.width, height: image.height, kernel }, noPace);
}
