// What the pixel-art network sees of a picture on tf.js: channels last, each cell's mean taken away.
import { type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import { cellPixels } from '../../tensor/cells/cell-pixels.ts';
import { channelSum } from '../../tensor/colour/channel-sum.ts';
import { pooled } from '../../tensor/filter/coarse-grid.ts';
import { BLUE, GREEN, RED } from './luma.ts';
import { CELL_PIXELS } from './sizes.ts';
import { smoothLuma } from './smooth-luma.ts';

export type NetworkInput = {
  /** `[rows, columns, 32]`: a cell's 16 pixels of luma and the same smoothed, less the mean of the first. The caller frees it. */
  cells: Tensor3D;
  /** For each cell how far the mean of what the network sees is above that of the picture: 0 if `detail` is 1. */
  calmed: Float32Array;
};

/** `codes` `[4 · rows, 4 · columns, 3]` are borrowed; `detail` 0…1 is the share of what smoothing takes away that the first 16 channels keep. */
export function networkInput(codes: Tensor3D, detail: number): NetworkInput {
  const { cells, means } = tidy(() => {
    const raw = channelSum(codes, { weights: [RED, GREEN, BLUE] });
    const smooth = smoothLuma(raw);
    const attrs = { coarse: CELL_PIXELS };
    return {
      cells: cellPixels({ raw, smooth }, { detail }),
      means: [pooled(raw, attrs), pooled(smooth, attrs)] as const,
    };
  });
  const [raw, smooth] = means.map((mean) => mean.dataSync<'float32'>());
  for (const mean of means) mean.dispose();
  return { cells, calmed: raw!.map((mean, cell) => (1 - detail) * (smooth![cell]! - mean)) };
}
