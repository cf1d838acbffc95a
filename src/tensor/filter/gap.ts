// How far apart the bands of a hybrid are if nobody says it.
import { sub, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import type { LowPass } from './low-pass.ts';

/** Octaves that are chosen, and how many more for twice the ratio. */
const GAPS = { least: 0.25, most: 1.5, slope: 0.6 };
/** Ratio of spreads for which the bands would touch. */
const TOUCHING = 0.17;
/** Variance of a picture that counts as flat: about a level of 255, squared. */
const FLAT = 1e-5;

/**
 * Octaves between both bands: the stronger the near picture's detail is against the far picture's contrast, the more of it would still be
 * seen from afar, and the larger is the gap. Both grids are `[h, w, c]`.
 */
export function gapFor(
  { nearGrid, farLow }: { nearGrid: Tensor3D; farLow: Tensor3D },
  { blurNormalised }: LowPass,
): number {
  const band = tidy(() => sub(nearGrid, blurNormalised(nearGrid)) as Tensor3D);
  const ratio = Math.sqrt((varianceOf(band) + FLAT) / (varianceOf(farLow) + FLAT));
  band.dispose();
  const { least, most, slope } = GAPS;
  return Math.min(most, Math.max(least, slope * Math.log2(ratio / TOUCHING)));
}

/** Mean over the channels of the variance of their values. */
function varianceOf(grid: Tensor3D): number {
  const values = grid.dataSync<'float32'>();
  const channels = grid.shape[2];
  const count = values.length / channels;
  let variance = 0;
  for (let c = 0; c < channels; c++) {
    let [sum, squares] = [0, 0];
    for (let i = c; i < values.length; i += channels) {
      const v = values[i]!;
      sum += v;
      squares += v * v;
    }
    variance += Math.max(0, squares / count - (sum / count) ** 2) / channels;
  }
  return variance;
}
