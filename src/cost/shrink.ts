// Factor by which a decoder may shrink a picture, because the plan shrinks it anyway.
import type { Decoder, Header } from '../codecs/codec.ts';
import type { Size } from '../image.ts';
import { type Plan, sourcesOf, vectorsOf } from '../plan/plan.ts';

/** How many pixels per edge decoders leave for each pixel that the plan shows, at least: `pixels` if they shrink by at most `factor`. */
export type Margins = readonly { factor: number; pixels: number }[];

/**
 * Margins that keep detail. Decoders take means of coded values, not of light, and the squares blur what is left for the resize, so that
 * larger factors need more pixels. Against a full decode these lose at worst as much as 1/8 with twice the pixels: 35 dB on average
 * (37 dB at 1/2, 36 dB at 1/4).
 */
export const detailMargins: Margins = [
  { factor: 2, pixels: 1.25 },
  { factor: 4, pixels: 1.5 },
  { factor: Infinity, pixels: 2 },
];

/** Margins that save memory: as many pixels as the plan shows. */
export const leastMargins: Margins = [{ factor: Infinity, pixels: 1 }];

/** The largest factor by which a decoder may shrink a picture of which the plan could use 1/`wanted` of the pixels per edge. */
export const decoderShrink = (
  { shrink }: Pick<Decoder, 'shrink'>,
  header: Header,
  { wanted, margins }: { wanted: number; margins: Margins },
): number =>
  Math.max(
    ...margins.map(({ factor, pixels }) =>
      shrink(header, Math.max(1, Math.min(factor, wanted / pixels))),
    ),
  );

/**
 * Pixels of the source for each pixel that the plan shows, at least 1: the decoder may shrink by this factor before detail is
 * lost. `size` is the upright source's. Leading steps that turn or mirror are skipped; if the next step has no `decode.shrink`,
 * the factor is 1.
 */
export function sourceShrink({ steps }: Plan, size: Size): number {
  let input = size;
  for (const { effect, params } of steps) {
    const { shrink, move } = effect.decode;
    if (shrink) return Math.max(1, shrink(input, params));
    if (!move) return 1;
    input = effect.size(input, params);
  }
  return 1;
}

/** The same for a further image, by its text in the plan; `sizes` are the upright sizes of the input of each step. */
export function furtherShrink(
  { steps }: Plan,
  text: string,
  further: Size,
  sizes: readonly Size[],
): number {
  const factors = steps.flatMap((step, i) => {
    const { effect, params } = step;
    if (vectorsOf(step)) return [];
    return effect.further.params
      .filter((name) => sourcesOf(step, name).includes(text))
      .map(() => effect.further.shrink?.(sizes[i]!, further, params) ?? 1);
  });
  return Math.max(1, Math.min(...factors));
}
