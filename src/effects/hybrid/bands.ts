// The two bands of a hybrid: the ground, which is the far picture's low frequencies with room for detail, and the near picture's detail.
import { add, mul, sub, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import { spread } from '../../tensor/filter/coarse-grid.ts';
import { gapsFor } from '../../tensor/filter/gap.ts';
import type { LowPass, Packed } from '../../tensor/filter/low-pass.ts';
import { extents, roomFor } from '../../tensor/filter/near-band.ts';
import { inTurn } from '../../tensor/ops/in-turn.ts';
import type { hybridSettings } from './settings.ts';

type Settings = ReturnType<typeof hybridSettings>;

/** The bands of a pair. `ground` and `move` are on the coarse grid; whoever made them calls `dispose`. */
export type Bands = {
  /** What is taken from the near picture, which leaves its detail, on the fine grid. */
  low: Tensor3D;
  ground: Tensor3D;
  /** How far the ground was moved to make room for detail, and with it the view from afar. */
  move: Tensor3D | undefined;
  /** Octaves between the cutoff and the near band. */
  gap: number;
  dispose: () => void;
};

// The near band's extent is the fourth root of the mean fourth power nearby, times this: rare higher peaks are bent instead. Larger
// factors cost contrast, smaller ones flatten detail on black and white.
const EXTENT = 0.85;

/** Makes the bands; borrows the pair. `near` may have one channel for three of `far`. `gain` is that of the detail. */
export function createBands(
  { near, far }: Record<'near' | 'far', Packed>,
  settings: Settings,
  gain: number,
): Bands {
  const { headroom, share, lowPassOf, nearLowPassOf, sigma, fine } = settings;
  const whole = lowPassOf(sigma);
  const wholeNear = nearLowPassOf(sigma);
  const nearGrid = wholeNear.poolPixels(near);
  const farGrid = whole.poolPixels(far);
  let farLow = steep(farGrid, lowPassOf(STEEPENED * sigma));
  const gaps =
    settings.gap === 'auto'
      ? gapsFor({ nearGrid, farLow }, wholeNear)
      : { near: settings.gap, far: 0 };
  const gap = gaps.near;
  if (gaps.far > 0) {
    farLow.dispose();
    farLow = steep(farGrid, lowPassOf(STEEPENED * sigma * 2 ** gaps.far));
  }
  farGrid.dispose();
  const low = steep(nearGrid, nearLowPassOf(STEEPENED * sigma * 2 ** -gap));
  nearGrid.dispose();
  const mixed = share === 1 ? farLow : mixedLow(near, farLow, settings);
  if (mixed !== farLow) farLow.dispose();
  if (!headroom) {
    return { low, ground: mixed, move: undefined, gap, dispose: disposer(low, mixed) };
  }
  const move = tidy(() => {
    const fourths = whole.gridOf(extents({ near: near.pixels, low }, { coarse: fine }));
    const extent = whole.average(fourths);
    const needed = roomFor(mixed, extent, { factor: EXTENT * gain });
    // Softened, so that the move has no edges of its own.
    return lowPassOf(0.7 * sigma).blurAgain(needed);
  });
  const ground = tidy(() => add<Tensor3D>(mixed, move));
  mixed.dispose();
  return { low, ground, move, gap, dispose: disposer(low, ground, move) };
}

const disposer =
  (...tensors: Tensor3D[]) =>
  (): void => {
    for (const tensor of tensors) tensor.dispose();
  };

/** Factor of the sigma with which 2 G − G² is 1/2 at the same frequency as G. */
const STEEPENED = Math.sqrt(Math.log(1 - Math.SQRT1_2) / Math.log(0.5));

/**
 * The grid without high frequencies, by 2 G − G² with the Gaussian G of `lowPass`. It falls more steeply than a Gaussian, so that less of the
 * near picture is left from afar, and less of the far picture up close.
 */
const steep = (grid: Tensor3D, { blurNormalised, withoutBlurAgain }: LowPass): Tensor3D =>
  inTurn(grid, blurNormalised, withoutBlurAgain);

/** The near band of a picture, without `gain`; a new tensor. In reference mode it is what the low-pass of the fit removes. */
export function nearBandOf(
  picture: Tensor3D,
  { mode, sigma, fine, nearLowPassOf }: Settings,
  gap: number,
): Tensor3D {
  const whole = nearLowPassOf(sigma);
  if (mode === 'reference') return tidy(() => sub(picture, whole.smooth(picture)));
  const filter = nearLowPassOf(STEEPENED * sigma * 2 ** -gap);
  return tidy(() => {
    const low = steep(whole.pool(picture), filter);
    return sub(picture, spread(low, undefined, { coarse: fine, factor: 1 }));
  });
}

/** Low frequencies of both pictures, the far one's with weight `share`. */
const mixedLow = (
  near: Packed,
  farLow: Tensor3D,
  { share, sigma, lowPassOf }: Settings,
): Tensor3D =>
  tidy(() => {
    const filter = lowPassOf(STEEPENED * sigma);
    const nearLow = steep(filter.poolPixels(near), filter);
    return add<Tensor3D>(farLow, mul(sub(nearLow, farLow), 1 - share));
  });
