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
import type { Cost } from '../../work.ts';
import type { EffectResult, EffectRun } from '../effect.ts';
import { costOfPass, onePass, SHARES, workedSize } from './one-pass.ts';
import { type StyleParams, sharesOf, type styleParams } from './params.ts';
import { middleVectorCost, mixed, PREDICTOR, vectorOfMiddle } from './vector.ts';

/** Name of the transform network's model. */
const TRANSFER = 'fast-style';

/** Strength below which the result fades into the content, because the network changes a picture even with its own style vector. */
const FADE_BELOW = 0.2;

/** The models that `run` asks for. */
export const fastModels = ({ strength }: StyleParams): string[] =>
  strength < 1 ? [TRANSFER, PREDICTOR] : [TRANSFER];

/** Cost of painting a picture of this size, with the content's own style vector if that is needed. */
export function paintingCost(size: Size, params: StyleParams): Cost {
  if (params.strength === 0) return { work: {}, bytes: 0 };
  const worked = workedSize(size, params);
  const own = params.strength < 1 ? middleVectorCost(ownSeen(size, worked)) : undefined;
  const { predictions = 0, scaled = 0 } = own?.work ?? {};
  const { work, bytes, heap } = costOfPass(size, params, {
    fastRuns: 1,
    fastPixels: worked.width * worked.height,
    fade: params.strength < FADE_BELOW ? 1 : 0,
  });
  return {
    work: { ...work, predictions, scaled: scaled + (work.scaled ?? 0) },
    bytes: bytes + (own?.bytes ?? 0),
    heap: Math.max(heap ?? 0, own?.heap ?? 0),
  };
}

/** Paints with the network. Throws `model_missing`. */
export async function paintFast(
  run: EffectRun<typeof styleParams, 'style'>,
): Promise<EffectResult> {
  const { picture, vectors, params, model, kernels } = run;
  const { strength } = params;
  const styles = vectors.style ?? [];
  if (strength === 0) return { picture };
  const style = mixed(styles, sharesOf(params, styles.length));
  return onePass(run, {
    cover: Math.min(1, strength / FADE_BELOW),
    lattice: true,
    async paint(content, { small, pace }) {
      const vector =
        strength < 1
          ? await towards(style, strength, () =>
              vectorOfMiddle(seenFrom(picture, small), {
                model,
                kernels,
                pace: pace(SHARES.vector),
              }),
            )
          : style;
      return transferStyle(content, vector, {
        weights: await model(TRANSFER),
        pace: pace(SHARES.paint),
      });
    },
  });
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
