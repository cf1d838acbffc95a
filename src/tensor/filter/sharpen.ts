// An unsharp mask on the luma of an image, by SIMD kernels.
import { createImage, hasTransparency, type Image } from '../../image.ts';
import type { PixelCalls, PixelWork } from '../pixel-kernels.ts';
import { type FilterRow, filterRows, type RowFilter } from './filter-rows.ts';

/** How far an edge may go beyond the lightest and darkest luma around it, as a share of their difference: more would be seen as a halo. */
const OVERSHOOT = 0.15;

/**
 * Adds `amount` times what a binomial blur of one pixel's sigma takes from the luma to every channel, which keeps the differences between
 * channels, the colour. The luma goes at most 15 % of the local contrast (that of the nine pixels around) beyond what was there.
 */
export async function sharpened(
  image: Image,
  { amount, kernels, pace }: PixelWork & { amount: number },
): Promise<Image> {
  const result = createImage(image);
  const isOpaque = !hasTransparency(image);
  const filter: RowFilter = {
    reach: 2,
    planes: isOpaque
      ? ['lumaRow']
      : ['lumaRow', 'visibleLumaRow', 'alphaRow', 'lumaOrMostRow', 'lumaOrLeastRow'],
    lines: 5,
    write(calls, row, repeatEnds) {
      const { planes, lines, inputs, first, bytes, out, pixels } = row;
      const [line, soft, weight, least, most] = lines as [number, number, number, number, number];
      const blur = softener(calls, row, repeatEnds);
      if (isOpaque) blur(planes[0]!, line, soft);
      else {
        // Weighted by opacity, so that invisible pixels do not count.
        blur(planes[1]!, line, soft);
        blur(planes[2]!, line, weight);
        calls.divideRow(soft, weight, pixels);
      }
      // Invisible pixels are neither the darkest nor the lightest.
      const [, a, b, c] = planes[isOpaque ? 0 : 3]!;
      const [, d, e, f] = planes[isOpaque ? 0 : 4]!;
      calls.leastDown(a!, b!, c!, least, inputs);
      calls.mostDown(d!, e!, f!, most, inputs);
      repeatEnds(least);
      repeatEnds(most);
      const at = 4 * first;
      const [luma, from, to] = [planes[0]![2]! + at, least + at, most + at];
      calls.addDetailRow(bytes, luma, soft, from, to, out, pixels, amount, OVERSHOOT);
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
