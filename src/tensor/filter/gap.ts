// How far apart the bands of a hybrid are if nobody says it.
import { sub, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import type { LowPass } from './low-pass.ts';

/** Octaves between the cutoff and where a band ends: the near one above it, the far one below it. */
export type Gaps = { near: number; far: number };

/** The largest gaps, and how many octaves more for twice the ratio (near) and for half of it (far). */
const NEAR = { most: 1.35, slope: 0.55 };
const FAR = { most: 0.25, slope: 0.5 };
/** Ratio of spreads up to which the near band has no gap, and from which on the far one has none. */
const FREE = { near: 0.14, far: 0.3 };
/** Variance of a picture that counts as flat: about a level of 255, squared. */
const FLAT = 1e-5;

/**
 * Gaps for a pair, both grids `[h, w, c]`. The stronger the near picture's detail is against the far picture's contrast, the more of it would
 * still be seen from afar, so it begins farther above the cutoff. If it is weak, the far picture's edges would cover it, so those end
 * below the cutoff.
 */
export function gapsFor(
  { nearGrid, farLow }: { nearGrid: Tensor3D; farLow: Tensor3D },
  { blurNormalised }: LowPass,
): Gaps {
  const band = tidy(() => sub<Tensor3D>(nearGrid, blurNormalised(nearGrid)));
  const ratio = Math.sqrt((varianceOf(band) + FLAT) / (varianceOf(farLow) + FLAT));
  band.dispose();
  const within = (octaves: number, most: number): number => Math.min(most, Math.max(0, octaves));
  return {
    near: within(NEAR.slope * Math.log2(ratio / FREE.near), NEAR.most),
    far: within(FAR.slope * Math.log2(FREE.far / ratio), FAR.most),
  };
}

/** Mean over the channels of the variance of their values. */
function varianceOf(grid: Tensor3D): number {
  const values = grid.dataSync<'float32'>();
  const channels = grid.shape[2];
  const count = values.length / channels;
  let total = 0;
  for (let c = 0; c < channels; c++) {
    let [sum, squares] = [0, 0];
    for (let i = c; i < values.length; i += channels) {
      const v = values[i]!;
      sum += v;
      squares += v * v;
    }
    total += Math.max(0, squares / count - (sum / count) ** 2);
  }
  return total / channels;
}
