// The named styles: a network of this project paints the picture in one pass, in styles that it was trained for.

import type { Size } from '../../image.ts';
import { modelOfStyle, NETWORK } from '../../nets/named-styles/names.ts';
import { mixedNumbers, paintInStyle, styleNumbers } from '../../nets/named-styles/transform.ts';
import type { Cost } from '../../work.ts';
import type { EffectResult, EffectRun } from '../effect.ts';
import { costOfPass, onePass, SHARES, workedSize } from './one-pass.ts';
import { namesIn, type StyleParams, sharesOf, type styleParams } from './params.ts';

/** The models that `run` asks for. */
export const namedModels = (params: StyleParams): string[] => [
  ...new Set([NETWORK, ...(namesIn(params) ?? []).map(modelOfStyle)]),
];

/** Cost of painting a picture of this size. */
export function namedCost(size: Size, params: StyleParams): Cost {
  if (params.strength === 0) return { work: {}, bytes: 0 };
  const { width, height } = workedSize(size, params);
  const fade = params.strength < 1 ? 1 : 0;
  return costOfPass(size, params, { namedRuns: 1, namedPixels: width * height, fade });
}

/** Paints with the network; with `strength` below 1 the paint lets the picture through. Throws `model_missing`. */
export async function paintNamed(
  run: EffectRun<typeof styleParams, 'style'>,
): Promise<EffectResult> {
  const { params, model, picture } = run;
  const names = namesIn(params) ?? [];
  if (params.strength === 0) return { picture };
  return onePass(run, {
    cover: params.strength,
    lattice: false,
    async paint(content, { pace }) {
      const weights = await model(NETWORK);
      const styles = [];
      for (const name of names) styles.push(styleNumbers(await model(modelOfStyle(name)), name));
      const style = mixedNumbers(styles, sharesOf(params, styles.length));
      return paintInStyle(content, style, { weights, pace: pace(SHARES.vector + SHARES.paint) });
    },
  });
}
