// The two bands of a hybrid: the ground, which is the far picture's low frequencies with room for detail, and the near picture's detail.
import { add, mul, sub, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import { spread } from '../../tensor/filter/coarse-grid.ts';
import { gapsFor } from '../../tensor/filter/gap.ts';
import type { LowPass } from '../../tensor/filter/low-pass.ts';
import { extents, roomFor } from '../../tensor/filter/near-band.ts';
import type { Pair } from './objective.ts';
import type { hybridSettings } from './settings.ts';

type Settings = ReturnType<typeof hybridSettings>;

/** The bands of a pair. `low` and `ground` are on the coarse grid; whoever made them calls `dispose`. */
export type Bands = {
  /** What is taken from the near picture, which leaves its detail. */
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
export function createBands({ near, far }: Pair, settings: Settings, gain: number): Bands {
  const { headroom, share, lowPassOf, sigma } = settings;
  const whole = lowPassOf(sigma);
  const nearGrid = whole.pool(near);
  const farGrid = whole.pool(far);
  let farLow = steep(farGrid, lowPassOf(STEEPENED * sigma));
  const gaps =
    settings.gap === 'auto' ? gapsFor({ nearGrid, farLow }, whole) : { near: settings.gap, far: 0 };
  const gap = gaps.near;
  if (gaps.far > 0) {
    farLow.dispose();
    farLow = steep(farGrid, lowPassOf(STEEPENED * sigma * 2 ** gaps.far));
  }
  farGrid.dispose();
  const low = steep(nearGrid, lowPassOf(STEEPENED * sigma * 2 ** -gap));
  const mixed = share === 1 ? farLow : mixedLow(nearGrid, farLow, settings);
  nearGrid.dispose();
  if (mixed !== farLow) farLow.dispose();
  if (!headroom) {
    return { low, ground: mixed, move: undefined, gap, dispose: disposer(low, mixed) };
  }
  const move = tidy(() => {
    const extent = whole.average(extents({ near, low }, { coarse: whole.coarse }));
    const needed = roomFor(mixed, extent, { factor: EXTENT * gain });
    // Softened, so that the move has no edges of its own.
    return lowPassOf(0.7 * sigma).blurNormalised(needed);
  });
  const ground = tidy(() => add(mixed, move) as Tensor3D);
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
const steep = (grid: Tensor3D, { blurNormalised }: LowPass): Tensor3D =>
  tidy(() => {
    const once = blurNormalised(grid);
    return sub(mul(once, 2), blurNormalised(once)) as Tensor3D;
  });

/** The near band of a picture, without `gain`; a new tensor. In reference mode it is what the low-pass of the fit removes. */
export function nearBandOf(
  picture: Tensor3D,
  { mode, sigma, coarse, lowPassOf }: Settings,
  gap: number,
): Tensor3D {
  const whole = lowPassOf(sigma);
  if (mode === 'reference') return tidy(() => sub(picture, whole.smooth(picture)));
  const filter = lowPassOf(STEEPENED * sigma * 2 ** -gap);
  return tidy(() => {
    const low = steep(whole.pool(picture), filter);
    return sub(picture, spread(low, undefined, { coarse, factor: 1 }));
  });
}

/** Low frequencies of both pictures, the far one's with weight `share`. */
const mixedLow = (
  nearGrid: Tensor3D,
  farLow: Tensor3D,
  { share, sigma, lowPassOf }: Settings,
): Tensor3D =>
  tidy(() => {
    const nearLow = steep(nearGrid, lowPassOf(STEEPENED * sigma));
    return add(farLow, mul(sub(nearLow, farLow), 1 - share)) as Tensor3D;
  });
