// Draws the cells of a picture by the pixel-art network on tf.js: the difference of each cell's colour to its mean.
import type { Weights } from '../../graph/engine.ts';
import type { Size } from '../../image.ts';
import { type Pace, portion } from '../../timing.ts';
import type { Rgb } from '../rgb.ts';
import { blurred } from './blurred.ts';
import { BLUE, GREEN, lumaOf, RED } from './luma.ts';
import { networkInput } from './network-input.ts';
import { OUTPUTS, runNetwork } from './run-network.ts';
import { CELL_PIXELS, CHROMA_GAIN, LOW_BAND } from './sizes.ts';
import { smoothLuma } from './smooth-luma.ts';

/** Rough shares of the work: smoothing, all convolutions, and the cells' colours. */
const SHARES = { smooth: 0.3, convolve: 0.6, colour: 0.1 };

/**
 * `picture` has 4×4 pixels a cell; `detail` (0…1) is the share of its fine detail that the network sees beside the calmed picture. The result has one pixel a cell: the drawn colour less the mean of the cell's codes, in about
 * −1…1. Its low band (a Gaussian of 4 cells) is near 0. Throws `model_missing` if the file lacks a layer.
 */
export async function drawCells(
  picture: Rgb,
  detail: number,
  { weights, pace }: { weights: Weights; pace: Pace },
): Promise<Rgb> {
  const { width, height } = picture;
  const size = { width: width / CELL_PIXELS, height: height / CELL_PIXELS };
  const count = size.width * size.height;
  const raw = lumaOf(picture.data);
  const smooth = smoothLuma(raw, { width, height });
  await pace(SHARES.smooth);
  const input = networkInput({ width, height, raw, smooth }, detail);
  const out = await runNetwork(input.data, size, {
    weights,
    pace: portion(pace, SHARES.convolve),
  });
  const difference = new Float32Array(count);
  const gain = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    difference[i] = out[OUTPUTS * i]!;
    gain[i] = CHROMA_GAIN.middle + CHROMA_GAIN.reach * Math.tanh(out[OUTPUTS * i + 1]!);
  }
  const low = blurred(difference, size, LOW_BAND);
  for (let i = 0; i < count; i++) {
    difference[i]! += input.calmed[i]! - low[i]!;
  }
  const drawn = coloured(chromaOf(picture, raw), { difference, gain, size });
  await pace(SHARES.colour);
  return { ...size, data: drawn };
}

/** Means of R − Y and B − Y over each cell, as two planes. */
function chromaOf({ width, height, data }: Rgb, luma: Float32Array) {
  const columns = width / CELL_PIXELS;
  const count = columns * (height / CELL_PIXELS);
  const [red, blue] = [new Float32Array(count), new Float32Array(count)];
  for (let y = 0, p = 0; y < height; y++) {
    const row = Math.floor(y / CELL_PIXELS) * columns;
    for (let cell = row; cell < row + columns; cell++) {
      let r = 0;
      let b = 0;
      for (const end = p + CELL_PIXELS; p < end; p++) {
        r += data[3 * p]! - luma[p]!;
        b += data[3 * p + 2]! - luma[p]!;
      }
      red[cell]! += r / CELL_PIXELS ** 2;
      blue[cell]! += b / CELL_PIXELS ** 2;
    }
  }
  return [red, blue] as const;
}

/** The difference of luma in all channels, and of chroma its own high band times the gain. */
function coloured(
  [red, blue]: readonly [Float32Array, Float32Array],
  { difference, gain, size }: { difference: Float32Array; gain: Float32Array; size: Size },
): Float32Array {
  const [lowRed, lowBlue] = [blurred(red, size, 1), blurred(blue, size, 1)];
  const out = new Float32Array(3 * difference.length);
  for (let i = 0, j = 0; i < difference.length; i++, j += 3) {
    const r = gain[i]! * (red[i]! - lowRed[i]!);
    const b = gain[i]! * (blue[i]! - lowBlue[i]!);
    out[j] = difference[i]! + r;
    out[j + 1] = difference[i]! - (RED * r + BLUE * b) / GREEN;
    out[j + 2] = difference[i]! + b;
  }
  return out;
}
