// Style vectors of pictures, and mixtures of them.
import type { Image, Size } from '../../image.ts';
import { predictStyle, STYLE_SIDE } from '../../nets/magenta/predictor.ts';
import type { PixelWork } from '../../tensor/pixel-kernels.ts';
import { imageSource, type LightSource } from '../../tensor/resample/light-rows.ts';
import { type Crop, scaledLight } from '../../tensor/resample/scale.ts';
import { portion } from '../../timing.ts';
import type { Cost } from '../../work.ts';
import type { ReadModel } from '../effect.ts';
import { meanSeen, rgbOf } from './planes.ts';

/** Name of the predict network's model. */
export const PREDICTOR = 'fast-style-predictor';

/** Rough shares of the passes of `vectorOf`. */
const SHARES = { scale: 0.2, mean: 0.02, code: 0.08, predict: 0.7 };

const STYLE_SIZE = { width: STYLE_SIDE, height: STYLE_SIDE };

/** Bytes of the predict network's weights as numbers, of its input picture, and of its tensors. */
const WEIGHTS_BYTES = 13e6;
const INPUT_BYTES = 28 * STYLE_SIDE ** 2;
const TENSOR_BYTES = 20e6;

/** Largest factor by which a picture may be shrunk before its vector is made. */
export const vectorShrink = ({ width, height }: Size): number =>
  Math.max(1, Math.min(width, height) / STYLE_SIDE);

/** Cost of the vector of a picture of this size. */
export function vectorCost({ width, height }: Size): Cost {
  const side = Math.min(width, height);
  return {
    work: { predictions: 1, scaled: side ** 2 },
    bytes: WEIGHTS_BYTES + INPUT_BYTES,
    heap: TENSOR_BYTES,
  };
}

type VectorWork = PixelWork & { model: ReadModel };

/** The style vector of the square in the middle of a picture. Throws `model_missing`. */
export const vectorOf = (picture: Image, work: VectorWork): Promise<Float32Array> =>
  vectorOfSource(imageSource(picture), work);

/** `vectorOf` of what the source reads. */
export async function vectorOfSource(
  source: LightSource,
  { kernels, model, pace }: VectorWork,
): Promise<Float32Array> {
  const seen = { ...STYLE_SIZE, crop: middleOf(source) };
  const linear = await scaledLight(source, seen, { kernels, pace: portion(pace, SHARES.scale) });
  const behind = await meanSeen(linear, portion(pace, SHARES.mean));
  const rgb = await rgbOf(linear, behind, portion(pace, SHARES.code));
  return predictStyle(rgb, {
    weights: await model(PREDICTOR),
    pace: portion(pace, SHARES.predict),
  });
}

function middleOf({ width, height }: Size): Crop {
  const length = Math.min(width, height);
  return {
    x: { begin: (width - length) / 2, length },
    y: { begin: (height - length) / 2, length },
  };
}

/** The sum of vectors of one length, each times its share. */
export function mixed(vectors: readonly Float32Array[], shares: readonly number[]): Float32Array {
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  for (const [k, vector] of vectors.entries()) {
    const share = shares[k]!;
    for (const [i, v] of vector.entries()) sum[i]! += share * v;
  }
  return sum;
}
