// What the original recipe fits: the near picture itself against the far one seen from afar.
import { add, fill, mul, type Rank, sub, type Tensor3D } from '@tensorflow/tfjs-core';
import type { LowPass } from '../../tensor/filter/low-pass.ts';
import { inTurn } from '../../tensor/ops/in-turn.ts';
import { frequencyMix, viewOf } from './objective.ts';
import type { Prepare } from './prepare-bands.ts';

/** Prepares `mode=reference`. */
export const prepareReference: Prepare = async ({
  reading,
  own,
  settings: { init, share },
  gain,
  lowPass,
  pace,
}) => {
  const near = own(reading.near());
  const target = gain === 1 ? near : own(boosted(near, lowPass, gain));
  if (target !== near) own.free(near);
  const far = own(reading.far());
  await pace(0.2);
  const starts = {
    frequency: () => own(frequencyMix({ near: target, far }, lowPass, share)),
    near: () => target,
    far: () => far,
    gray: () => own(fill<Rank.R3>(target.shape, 0.5)),
  };
  const start = starts[init]();
  await pace(0.4);
  const goal = viewOf(far, lowPass);
  if (start !== far) own.free(far);
  await pace(0.4);
  return { target, start, isInside: false, goal, gap: 0 };
};

/** Detail times `gain`: x + (gain − 1) (x − G x). */
const boosted = (x: Tensor3D, lowPass: LowPass, gain: number): Tensor3D =>
  inTurn(
    x,
    lowPass.smooth,
    (low) => sub(x, low),
    (detail) => mul(detail, gain - 1),
    (detail) => add(x, detail),
  );
