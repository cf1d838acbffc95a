// What the pixel-art network sees of a picture on tf.js: channels last, each cell's mean taken away.
import { CELL_PIXELS, INPUT_CHANNELS } from './sizes.ts';

export type Lumas = { width: number; height: number; raw: Float32Array; smooth: Float32Array };

export type NetworkInput = {
  /** [rows, columns, 32]: a cell's 16 pixels of luma and the same smoothed, less the mean of the first. */
  data: Float32Array;
  /** For each cell how far the mean of what the network sees is above that of the picture: 0 if `detail` is 1. */
  calmed: Float32Array;
};

/** `detail` 0…1 is the share of what smoothing took away that the first 16 channels keep. */
export function networkInput({ width, height, raw, smooth }: Lumas, detail: number): NetworkInput {
  const columns = width / CELL_PIXELS;
  const count = columns * (height / CELL_PIXELS);
  const half = INPUT_CHANNELS / 2;
  const data = new Float32Array(INPUT_CHANNELS * count);
  const means = new Float32Array(count);
  const calmed = new Float32Array(count);
  for (let y = 0, p = 0; y < height; y++) {
    const row = Math.floor(y / CELL_PIXELS) * columns;
    for (let cell = row; cell < row + columns; cell++) {
      const to = cell * INPUT_CHANNELS + (y % CELL_PIXELS) * CELL_PIXELS;
      let sum = 0;
      let above = 0;
      for (let i = to; i < to + CELL_PIXELS; i++, p++) {
        const seen = smooth[p]! + detail * (raw[p]! - smooth[p]!);
        data[i] = seen;
        data[i + half] = smooth[p]!;
        sum += seen;
        above += seen - raw[p]!;
      }
      means[cell]! += sum / half;
      calmed[cell]! += above / half;
    }
  }
  for (let cell = 0, i = 0; cell < count; cell++) {
    for (let c = 0; c < INPUT_CHANNELS; c++, i++) data[i]! -= means[cell]!;
  }
  return { data, calmed };
}
