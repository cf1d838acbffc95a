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

/** Most squares of one picture. */
const MOST_SQUARES = 4;
/** A picture whose long side is at most this many times the short one is seen in one square. */
const ONE_SQUARE = 1.15;

/** Largest factor by which a picture may be shrunk before its vector is made. */
export const vectorShrink = ({ width, height }: Size): number =>
  Math.max(1, Math.min(width, height) / STYLE_SIDE);

/** Cost of the vector of a picture of this size. */
export const vectorCost = (size: Size): Cost => costOf(size, squaresOf(size).length);

/** Cost of the vector of the square in the middle. */
export const middleVectorCost = (size: Size): Cost => costOf(size, 1);

function costOf({ width, height }: Size, squares: number): Cost {
  const side = Math.min(width, height);
  return {
    work: { predictions: squares, scaled: squares * side ** 2 },
    bytes: WEIGHTS_BYTES + INPUT_BYTES,
    heap: TENSOR_BYTES,
  };
}

type VectorWork = PixelWork & { model: ReadModel };

/** The style vector of a picture: the mean of those of squares that cover it. Throws `model_missing`. */
export async function vectorOf(
  picture: Image,
  { pace, ...work }: VectorWork,
): Promise<Float32Array> {
  const squares = squaresOf(picture);
  const vectors = [];
  for (const crop of squares) {
    const share = portion(pace, 1 / squares.length);
    vectors.push(await vectorOfSquare(imageSource(picture), crop, { ...work, pace: share }));
  }
  return mixed(vectors, Array(squares.length).fill(1 / squares.length));
}

/** The style vector of the square in the middle of what the source reads. Throws `model_missing`. */
export const vectorOfMiddle = (source: LightSource, work: VectorWork): Promise<Float32Array> =>
  vectorOfSquare(source, squareAt(source, 1 / 2), work);

async function vectorOfSquare(
  source: LightSource,
  crop: Crop,
  { kernels, model, pace }: VectorWork,
): Promise<Float32Array> {
  const seen = { ...STYLE_SIZE, crop };
  const linear = await scaledLight(source, seen, { kernels, pace: portion(pace, SHARES.scale) });
  const behind = await meanSeen(linear, portion(pace, SHARES.mean));
  const rgb = await rgbOf(linear, behind, portion(pace, SHARES.code));
  return predictStyle(rgb, {
    weights: await model(PREDICTOR),
    pace: portion(pace, SHARES.predict),
  });
}

/** Squares as large as the picture allows, evenly spaced from one end to the other; a single one lies in the middle. */
function squaresOf(size: Size): Crop[] {
  const ratio = Math.max(size.width, size.height) / Math.min(size.width, size.height);
  if (ratio <= ONE_SQUARE) return [squareAt(size, 1 / 2)];
  const count = Math.min(MOST_SQUARES, Math.ceil(ratio));
  return Array.from({ length: count }, (_, k) => squareAt(size, k / (count - 1)));
}

/** The square at a share (0…1) of the way from one end of the picture to the other. */
function squareAt({ width, height }: Size, share: number): Crop {
  const length = Math.min(width, height);
  return {
    x: { begin: share * (width - length), length },
    y: { begin: share * (height - length), length },
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
