// The engine fast: a network paints the picture in one pass (Ghiasi et al. 2017); a style vector sets the style.
import type { Image, Size } from '../../image.ts';
import { STYLE_SIDE } from '../../nets/magenta/predictor.ts';
import { transferStyle } from '../../nets/magenta/transform.ts';
import {
  imageSource,
  type Light,
  type LightSource,
  lightSource,
} from '../../tensor/resample/light-rows.ts';
import { portion } from '../../timing.ts';
import type { Cost, Work } from '../../work.ts';
import type { EffectResult, EffectRun } from '../effect.ts';
import { finished } from './finish.ts';
import { addGrain } from './grain.ts';
import { findGround, keepGround } from './ground.ts';
import { removeLattice } from './lattice.ts';
import { takeLightness } from './lightness.ts';
import { paintOver } from './paint-over.ts';
import { type StyleParams, sharesOf, type styleParams } from './params.ts';
import { fitWithin, meanSeen, rgbOf, sized } from './planes.ts';
import { middleVectorCost, mixed, PREDICTOR, vectorOfMiddle } from './vector.ts';

/** Name of the transform network's model. */
const TRANSFER = 'fast-style';

/** Range of the longer side with `size=auto`, in px. Strokes have a fixed size in pixels: below `least` they hide the content. */
export const AUTO_SIDES = { least: 128, most: 512 };

/** Strength below which the result fades into the content, because the network changes a picture even with its own style vector. */
const FADE_BELOW = 0.2;

/** Bytes of the network's weights. */
const WEIGHTS_BYTES = 2e6;
/** Bytes per pixel of the working size in JavaScript: linear light, coded, the same padded, painted, and the differences or lightness of pixels. */
const BYTES_PER_WORKED_PIXEL = 64;
/** Bytes of tensors: fixed, and per pixel of the working size. */
const TENSOR_BYTES = { fixed: 2e6, perWorked: 130 };
const BYTES_PER_RESULT_PIXEL = 4;

/** Rough shares of the passes; the content's own vector and the guide are not always made. */
const SHARES = {
  scale: 0.05,
  mean: 0.01,
  vector: 0.15,
  code: 0.04,
  grain: 0.02,
  paint: 0.41,
  lattice: 0.01,
  lightness: 0.01,
  guide: 0.05,
  finish: 0.25,
};

/** The models that `run` asks for. */
export const fastModels = ({ strength }: StyleParams): string[] =>
  strength < 1 ? [TRANSFER, PREDICTOR] : [TRANSFER];

const sideOf = ({ size }: StyleParams): number => (size === 'auto' ? AUTO_SIDES.most : size);

/** Cost of painting a picture of this size, with the content's own style vector if that is needed. */
export function paintingCost(size: Size, params: StyleParams): Cost {
  if (params.strength === 0) return { work: {}, bytes: 0 };
  const worked = fitWithin(size, sideOf(params));
  const pixels = size.width * size.height;
  const fastPixels = worked.width * worked.height;
  const own = params.strength < 1 ? middleVectorCost(ownSeen(size, worked)) : undefined;
  const smaller = fastPixels < pixels;
  const { predictions = 0, scaled = 0 } = own?.work ?? {};
  const work: Work = {
    fastRuns: 1,
    fastPixels,
    predictions,
    scaled: scaled + (smaller ? pixels : 0),
    guided: smaller ? fastPixels : 0,
    upscaled: smaller ? pixels : 0,
    finished: pixels,
    recoloured: params.color === 'content' ? pixels : 0,
    faded: params.strength < FADE_BELOW ? pixels : 0,
  };
  return {
    work,
    bytes:
      WEIGHTS_BYTES +
      BYTES_PER_WORKED_PIXEL * fastPixels +
      BYTES_PER_RESULT_PIXEL * pixels +
      (own?.bytes ?? 0),
    heap: Math.max(TENSOR_BYTES.fixed + TENSOR_BYTES.perWorked * fastPixels, own?.heap ?? 0),
  };
}

/** Paints with the network. Throws `model_missing`. */
export async function paintFast({
  picture,
  vectors,
  params,
  model,
  kernels,
  pace,
}: EffectRun<typeof styleParams, 'style'>): Promise<EffectResult> {
  const { strength, color } = params;
  const styles = vectors.style ?? [];
  if (strength === 0) return { picture };
  const worked = fitWithin(picture, sideOf(params));
  const scaling = { kernels, pace: portion(pace, SHARES.scale) };
  const small = await sized(imageSource(picture), worked, scaling);
  const behind = await meanSeen(small, portion(pace, SHARES.mean));
  const style = mixed(styles, sharesOf(params, styles.length));
  const vector =
    strength < 1
      ? await towards(style, strength, () =>
          vectorOfMiddle(seenFrom(picture, small), {
            model,
            kernels,
            pace: portion(pace, SHARES.vector),
          }),
        )
      : style;
  const content = await rgbOf(small, behind, portion(pace, SHARES.code));
  const ground = findGround(content);
  await addGrain(content, portion(pace, SHARES.grain));
  const painted = await transferStyle(content, vector, {
    weights: await model(TRANSFER),
    pace: portion(pace, SHARES.paint),
  });
  await removeLattice(painted, portion(pace, SHARES.lattice));
  if (ground) keepGround(painted, ground);
  if (color === 'content') await takeLightness(painted, content, portion(pace, SHARES.lightness));
  const guide = { small, behind, to: picture };
  const paint = await paintOver(painted, guide, portion(pace, SHARES.guide));
  const cover = Math.min(1, strength / FADE_BELOW);
  const finish = { content: picture, colours: color, cover };
  return {
    picture: await finished(paint, finish, { kernels, pace: portion(pace, SHARES.finish) }),
  };
}

const shortSide = ({ width, height }: Size): number => Math.min(width, height);

/** Size of the picture from which the content's own vector is made: the small one if it is large enough for the predictor. */
const ownSeen = (size: Size, worked: Size): Size =>
  shortSide(worked) >= STYLE_SIDE ? worked : size;

const seenFrom = (picture: Image, small: Light): LightSource =>
  shortSide(small) >= STYLE_SIDE ? lightSource(small) : imageSource(picture);

/** The style vector at `strength` between the content's own (0) and the style's (1). */
async function towards(
  style: Float32Array,
  strength: number,
  own: () => Promise<Float32Array>,
): Promise<Float32Array> {
  return mixed([await own(), style], [1 - strength, strength]);
}
