// Magnitude of the gradient of an image's luma over black, by SIMD kernels.
import { createImage, type Image } from '../../image.ts';
import type { PixelCalls, PixelWork } from '../pixel-kernels.ts';
import { type FilterRow, filterRows, type RowFilter } from './filter-rows.ts';

/** `difference`: to the right and the lower neighbour. `sobel`: scaled so that a straight edge measures its height, as with `difference`. */
export type GradientKernel = 'sobel' | 'difference';

/** Writes the magnitudes of a row, in levels, to its first line; returns their address. */
type Gradient = (calls: PixelCalls, row: FilterRow, repeatEnds: (line: number) => void) => number;

const gradients: Record<GradientKernel, Gradient> = {
  sobel(calls, { planes: [luma], lines, inputs, first, pixels }, repeatEnds) {
    const [above, here, below] = luma as [number, number, number];
    const [out, smooth, slope] = lines as [number, number, number];
    calls.sobelDown(above, here, below, smooth, slope, inputs);
    repeatEnds(smooth);
    repeatEnds(slope);
    calls.sobelAcross(smooth + 4 * first, slope + 4 * first, out, pixels, 1 / 4);
    return out;
  },
  difference(calls, { planes: [luma], lines, inputs, first, pixels }, repeatEnds) {
    const [, here, below] = luma as [number, number, number];
    const [out, padded] = lines as [number, number];
    calls.copyRow(here, padded, inputs);
    repeatEnds(padded);
    calls.differenceRow(padded + 4 * first, below + 4 * first, out, pixels, 1);
    return out;
  },
};

const filterOf = (write: RowFilter['write']): RowFilter => ({
  reach: 1,
  planes: ['visibleLumaRow'],
  lines: 3,
  write,
});

/** Greys of the magnitudes times `gain`, with the image's alpha. */
export async function edgesOf(
  image: Image,
  { kernel, gain, kernels, pace }: PixelWork & { kernel: GradientKernel; gain: number },
): Promise<{ image: Image; energy: number }> {
  const result = createImage(image);
  let sum = 0;
  const filter = filterOf((calls, row, repeatEnds) => {
    const slopes = gradients[kernel](calls, row, repeatEnds);
    sum += calls.squares(slopes, row.pixels);
    calls.greyRow(slopes, row.bytes, row.out, row.pixels, gain);
  });
  await filterRows(image, result.data, { filter, kernels, pace });
  // In units of the range from black to white.
  return { image: result, energy: sum / 255 ** 2 / (image.width * image.height) };
}

/** The magnitudes, 0…1 (`sobel`, an edge from black to white), one value a pixel. */
export async function slopesOf(
  image: Image,
  { kernel, kernels, pace }: PixelWork & { kernel: GradientKernel },
): Promise<Float32Array> {
  const slopes = new Float32Array(image.width * image.height);
  const filter = filterOf((calls, row, repeatEnds) => {
    const levels = gradients[kernel](calls, row, repeatEnds);
    calls.scaleValues(levels, row.out, row.pixels, 1 / 255);
  });
  await filterRows(image, new Uint8Array(slopes.buffer), { filter, kernels, pace });
  return slopes;
}
