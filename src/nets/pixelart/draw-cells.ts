// Draws the cells of a picture by the pixel-art network on tf.js: the difference of each cell's colour to its mean.
import type { Tensor3D } from '@tensorflow/tfjs-core';
import type { Weights } from '../../graph/engine.ts';
import { pooled } from '../../tensor/filter/coarse-grid.ts';
import { withOwn } from '../../tensor/own.ts';
import { type Pace, portion } from '../../timing.ts';
import type { Rgb } from '../rgb.ts';
import { blurred } from './blurred.ts';
import { BLUE, GREEN, lumaOf, RED } from './luma.ts';
import { networkInput } from './network-input.ts';
import { runNetwork } from './run-network.ts';
import { CELL_PIXELS, CHROMA_GAIN, LOW_BAND } from './sizes.ts';

/** Rough shares of the work: smoothing, all convolutions, and the cells' colours. */
const SHARES = { smooth: 0.3, convolve: 0.65, colour: 0.05 };

/**
 * `codes` `[4 · rows, 4 · columns, 3]` are borrowed; `detail` (0…1) is the share of their fine detail that the network sees beside the calmed
 * picture. The result has one pixel a cell: the drawn colour less the mean of the cell's codes, in about −1…1. Its low band (a Gaussian
 * of 4 cells) is near 0. Throws `model_missing` if the file lacks a layer.
 */
export async function drawCells(
  codes: Tensor3D,
  detail: number,
  { weights, pace }: { weights: Weights; pace: Pace },
): Promise<Rgb> {
  const chroma = chromaOf(codes);
  const { drawn, calmed } = await withOwn(async (own) => {
    const { cells, calmed } = networkInput(codes, detail);
    own(cells);
    await pace(SHARES.smooth);
    const convolve = { weights, pace: portion(pace, SHARES.convolve) };
    return { drawn: await runNetwork(own.released(cells), convolve), calmed };
  });
  const { difference, gain, ...size } = drawn;
  const low = blurred(difference, size, { sigma: LOW_BAND, channels: 1 });
  const base = blurred(chroma, size, { sigma: 1, channels: 2 });
  const data = new Float32Array(3 * low.length);
  for (let i = 0, j = 0; i < low.length; i++, j += 3) {
    const luma = difference[i]! + calmed[i]! - low[i]!;
    const raised = CHROMA_GAIN.middle + CHROMA_GAIN.reach * Math.tanh(gain[i]!);
    const r = raised * (chroma[2 * i]! - base[2 * i]!);
    const b = raised * (chroma[2 * i + 1]! - base[2 * i + 1]!);
    data[j] = luma + r;
    data[j + 1] = luma - (RED * r + BLUE * b) / GREEN;
    data[j + 2] = luma + b;
  }
  await pace(SHARES.colour);
  return { ...size, data };
}

/** Means of R − Y and B − Y over each cell, two values a cell. */
function chromaOf(codes: Tensor3D): Float32Array {
  const pooledCodes = pooled(codes, { coarse: CELL_PIXELS });
  const means = pooledCodes.dataSync<'float32'>();
  pooledCodes.dispose();
  const luma = lumaOf(means);
  const chroma = new Float32Array(2 * luma.length);
  for (let i = 0; i < luma.length; i++) {
    chroma[2 * i] = means[3 * i]! - luma[i]!;
    chroma[2 * i + 1] = means[3 * i + 2]! - luma[i]!;
  }
  return chroma;
}
