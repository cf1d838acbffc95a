// Factor by which a decoder may shrink a picture, because the plan shrinks it anyway.
import type { Size } from '../image.ts';
import { type Plan, sourcesOf, vectorsOf } from '../plan/plan.ts';

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
      .filter((name) => sourcesOf(params[name]).includes(text))
      .map(() => effect.further.shrink?.(sizes[i]!, further, params) ?? 1);
  });
  return Math.max(1, Math.min(...factors));
}
