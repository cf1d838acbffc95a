// The closed-form hybrid of two bands, and what the fit then corrects: how its light looks from afar.
import { add, fill, type Rank, type Tensor2D, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import { spread } from '../../tensor/filter/coarse-grid.ts';
import type { LowPass, Packed } from '../../tensor/filter/low-pass.ts';
import { type DetailAttrs, withDetail } from '../../tensor/filter/near-band.ts';
import { type Own, withOwn } from '../../tensor/own.ts';
import type { Pace } from '../../timing.ts';
import { createBands } from './bands.ts';
import { FLOOR, viewOfPixels } from './objective.ts';
import type { hybridSettings } from './settings.ts';

type Settings = ReturnType<typeof hybridSettings>;

/** Read the pictures as new tensors `[h, w, c]`, or as packed pixels, which are new tensors too. */
export type Read = {
  near: () => Tensor3D;
  far: () => Tensor3D;
  /** The near picture as its detail is taken from it: one channel if it is without colours. */
  band: () => Packed;
  farPixels: () => Packed;
};

export type Preparation = {
  reading: Read;
  own: Own;
  settings: Settings;
  gain: number;
  lowPass: LowPass;
  /** Whether the result is fitted or compared; otherwise the target is the result. */
  isFitted: boolean;
  /** Whether the pixels of the near picture are wanted if the start is in the range of the fit. */
  keepsPixels: boolean;
  /** Takes shares of the preparation. */
  pace: Pace;
};

/** What a fit needs, all owned. Without a goal nothing is fitted. */
export type Prepared = {
  target: Tensor3D;
  start: Tensor3D;
  /** Whether the start is known to be in the range of the fit. */
  isInside: boolean;
  /** Not owned: the objective frees it. */
  goal: Tensor3D | undefined;
  gap: number;
  /** The near picture, if it was kept. */
  pixels?: Tensor2D | undefined;
};

export type Prepare = (preparation: Preparation) => Promise<Prepared>;

/** Prepares `mode=fast` and `mode=frequency`. */
export const prepareBands: Prepare = async ({
  reading,
  own,
  settings,
  gain,
  lowPass,
  isFitted,
  keepsPixels,
  pace,
}) => {
  const { headroom, init } = settings;
  const isInside = init === 'frequency' && headroom;
  const far = reading.farPixels();
  own(far.pixels);
  const near = reading.band();
  own(near.pixels);
  await pace(0.2);
  const bands = own(createBands({ near, far }, settings, gain));
  const view = isFitted ? own(viewOfPixels(far, lowPass)) : undefined;
  own.free(far.pixels);
  await pace(0.4);
  const { low, ground, move, gap } = bands;
  const band = { near: near.pixels, low };
  const target = own(withDetail(band, ground, detailOf(settings, gain, headroom)));
  const pixels = keepsPixels && isInside ? near.pixels : undefined;
  if (!pixels) own.free(near.pixels);
  const goal = view && (move ? tidy(() => add<Tensor3D>(view, move)) : own.released(view));
  own.free(bands);
  if (view && view !== goal) own.free(view);
  await pace(0.4);
  const starts = {
    frequency: () => target,
    near: () => own(reading.near()),
    far: () => own(reading.far()),
    gray: () => own(fill<Rank.R3>(target.shape, 0.5)),
  };
  return { target, start: starts[init](), isInside, goal, gap, pixels };
};

const detailOf = ({ fine, coarse }: Settings, gain: number, soft: boolean): DetailAttrs => ({
  coarse: fine,
  groundCoarse: coarse,
  gain,
  soft,
  least: FLOOR,
});

/** One band alone: the ground, or the detail on grey. A new tensor. */
export function bandOf(
  name: 'low' | 'high',
  reading: Read,
  settings: Settings,
  { gain }: { gain: number },
): Promise<Tensor3D> {
  return withOwn(async (own) => {
    const near = reading.band();
    own(near.pixels);
    const far = reading.farPixels();
    own(far.pixels);
    const { low, ground } = own(createBands({ near, far }, settings, gain));
    if (name === 'low') return spread(ground, undefined, { coarse: settings.coarse, factor: 1 });
    const [height, width] = ground.shape;
    const grey = own(fill<Rank.R3>([height, width, near.channels], 0.5));
    return withDetail({ near: near.pixels, low }, grey, detailOf(settings, gain, false));
  });
}
