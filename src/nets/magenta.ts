// Fast arbitrary style transfer (Ghiasi et al. 2017): the small transfer network, as it was made for phones.
import type { Weights } from '../graph/engine.ts';
import type { Pace } from '../pace.ts';
import type { Rgb } from './rgb.ts';

/** Numbers of a style vector. */
export const STYLE_NUMBERS = 100;

/**
 * Paints `content` in the style of `vector` (`STYLE_NUMBERS` of them). `weights` are the model `fast-style`'s. Any size from 1×1;
 * the result has the content's.
 */
export async function transferStyle(
  content: Rgb,
  vector: Float32Array,
  use: { weights: Weights; pace: Pace },
): Promise<Rgb> {
  throw new Error(`not there yet: ${content.width} ${vector.length} ${use.weights.size}`);
}
