// An unsharp mask on the luma of an image, by SIMD kernels.
import { createImage, hasTransparency, type Image } from '../../image.ts';
import type { PixelCalls, PixelWork } from '../pixel-kernels.ts';
import { type FilterRow, filterRows, type RowFilter } from './filter-rows.ts';

/** Adds `amount` times what a binomial blur of one pixel's sigma takes from the luma to every channel, which keeps the differences between channels, the colour. */
export async function sharpened(
  image: Image,
  { amount, kernels, pace }: PixelWork & { amount: number },
): Promise<Image> {
  const result = createImage(image);
  const isOpaque = !hasTransparency(image);
  const filter: RowFilter = {
    reach: 2,
    planes: isOpaque ? ['lumaRow'] : ['lumaRow', 'visibleLumaRow', 'alphaRow'],
    lines: 3,
    write(calls, row, repeatEnds) {
      const { planes, lines, first, bytes, out, pixels } = row;
      const [line, soft, weight] = lines as [number, number, number];
      const blur = softener(calls, row, repeatEnds);
      if (isOpaque) blur(planes[0]!, line, soft);
      else {
        // Weighted by opacity, so that invisible pixels do not count.
        blur(planes[1]!, line, soft);
        blur(planes[2]!, line, weight);
        calls.divideRow(soft, weight, pixels);
      }
      const luma = planes[0]![2]! + 4 * first;
      calls.addDetailRow(bytes, luma, soft, out, pixels, amount);
    },
  };
  await filterRows(image, result.data, { filter, kernels, pace });
  return result;
}

/** Makes blurs of five rows of a plane, by way of a line, to another line. */
const softener =
  (calls: PixelCalls, { inputs, first, pixels }: FilterRow, repeatEnds: (line: number) => void) =>
  (rows: readonly number[], line: number, to: number): void => {
    const [a, b, c, d, e] = rows as [number, number, number, number, number];
    calls.binomialDown(a, b, c, d, e, line, inputs);
    repeatEnds(line);
    calls.binomialAcross(line + 4 * first, to, pixels);
  };
