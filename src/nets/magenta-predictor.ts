// Style vectors of pictures (Ghiasi et al. 2017): MobileNetV2, quantised to 8 bits, as it was made for phones.
import type { Weights } from '../graph/engine.ts';
import type { Pace } from '../pace.ts';
import type { Rgb } from './rgb.ts';

/** Sides of the picture that it sees, in px. */
export const STYLE_SIDE = 256;

/** The style vector of a picture of `STYLE_SIDE`². `weights` are the model `fast-style-predictor`'s. */
export async function predictStyle(
  style: Rgb,
  use: { weights: Weights; pace: Pace },
): Promise<Float32Array> {
  throw new Error(`not there yet: ${style.width} ${use.weights.size}`);
}
