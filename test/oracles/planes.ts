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

/** The share of the local contrast by which sharpening may go beyond it. */
const OVERSHOOT = 0.15;
/** More than every luma. */
const FAR = 1000 / 255;

/** An unsharp mask on luma, weighted by opacity, which goes only so far beyond the darkest and the lightest visible luma of nine pixels. */
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
  const isVisible = (q: number): boolean => alpha[q]! > 0;
  for (let p = 0; p < luma.length; p++) {
    const around = ninePixels(p, image);
    const dark = Math.min(...around.map((q) => (isVisible(q) ? luma[q]! : FAR)));
    const light = Math.max(...around.map((q) => (isVisible(q) ? luma[q]! : -FAR)));
    const spare = OVERSHOOT * (light - dark);
    const detail = amount * (luma[p]! - soft[p]! / Math.max(1e-6, weight[p]!));
    const lowest = dark - luma[p]! - spare;
    const more = 255 * Math.min(light - luma[p]! + spare, Math.max(lowest, detail));
    for (let c = 0; c < 3; c++) result.data[4 * p + c] = image.data[4 * p + c]! + more;
  }
  return result;
}

/** Indexes of a pixel and those around it; beyond the border the nearest ones. */
function ninePixels(p: number, { width, height }: Image): number[] {
  const [x, y] = [p % width, Math.floor(p / width)];
  const near = (at: number, length: number) =>
    [-1, 0, 1].map((d) => Math.min(length - 1, Math.max(0, at + d)));
  return near(y, height).flatMap((row) => near(x, width).map((column) => row * width + column));
}

/** Gradient of the luma over black, 0…1. */
export function slopesByLoops(image: Image, kernel: GradientKernel): Promise<Float32Array> {
  const alpha = alphaOf(image);
  const visible = lumaOf(image).map((v, p) => v * alpha[p]!);
  return gradient(visible, { width: image.width, height: image.height, kernel }, noPace);
}
