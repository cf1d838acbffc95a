// The network on tf.js against the graph that training differentiates.
import { memory, type Tensor3D, tensor3d } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { TensorData, Weights } from '../../../src/graph/engine.ts';
import { createGraph } from '../../../src/graph/graph.ts';
import { drawCells } from '../../../src/nets/pixelart/draw-cells.ts';
import { pixelartGenerator } from '../../../src/nets/pixelart/generator.ts';
import { INPUT_CHANNELS } from '../../../src/nets/pixelart/sizes.ts';
import { smoothLuma, smoothLumaInLoops } from '../../../src/nets/pixelart/smooth-luma.ts';
import type { Rgb } from '../../../src/nets/rgb.ts';
import { noPace } from '../../../src/timing.ts';
import { lumasOf, writeInput } from '../../../src/train/data/network-input.ts';
import { evaluate } from '../../helpers/nets/ort-engine.ts';
import { seededPixelart } from '../../helpers/nets/seeded-pixelart.ts';

const [COLUMNS, ROWS] = [14, 10];
const weights = seededPixelart();

/** Grey stripes and a bright square. */
function picture(colour: (x: number, y: number) => [number, number, number]): Rgb {
  const [width, height] = [4 * COLUMNS, 4 * ROWS];
  const data = new Float32Array(3 * width * height);
  for (let p = 0; p < width * height; p += 1) {
    data.set(colour(p % width, Math.floor(p / width)), 3 * p);
  }
  return { width, height, data };
}

const grey = picture((x, y) => {
  const v = 0.5 + 0.3 * Math.sin(0.35 * x + 0.2 * y) + (x > 30 && y > 12 && y < 25 ? 0.15 : 0);
  return [v, v, v];
});

/** Luma of the drawn cells less their means, as the training's graph has it. */
async function byGraph(rgb: Rgb, detail: number, given: Weights): Promise<Float32Array> {
  const { width, height } = rgb;
  const planes = new Float32Array(rgb.data.length);
  for (let p = 0; p < width * height; p += 1) {
    for (let c = 0; c < 3; c += 1) planes[c * width * height + p] = rgb.data[3 * p + c]!;
  }
  const input = new Float32Array(INPUT_CHANNELS * COLUMNS * ROWS);
  writeInput(lumasOf({ width, height, data: planes }), detail, input);
  const graph = createGraph();
  const shape = [1, INPUT_CHANNELS, ROWS, COLUMNS];
  const { luma } = pixelartGenerator(graph.input('x', shape), (name, of) => graph.input(name, of));
  const feeds: Record<string, TensorData> = { x: { shape, data: input } };
  for (const [name, tensor] of given) feeds[name] = tensor;
  const out = (await evaluate(graph, { luma }, feeds)).luma!.data;
  return out.map((value, cell) => value - meanOf(rgb, cell));
}

function meanOf({ width, data }: Rgb, cell: number): number {
  const [x, y] = [4 * (cell % COLUMNS), 4 * Math.floor(cell / COLUMNS)];
  let sum = 0;
  for (let j = 0; j < 4; j += 1) {
    for (let i = 0; i < 4; i += 1) sum += data[3 * ((y + j) * width + x + i)]!;
  }
  return sum / 16;
}

const use = { weights, pace: noPace };

const tensorOf = ({ width, height, data }: Rgb): Tensor3D => tensor3d(data, [height, width, 3]);

/** What is drawn of a picture; no tensor is left. */
async function drawn(rgb: Rgb, detail: number, using = use): Promise<Rgb> {
  const before = memory().numTensors;
  const codes = tensorOf(rgb);
  try {
    return await drawCells(codes, detail, using);
  } finally {
    codes.dispose();
    expect(memory().numTensors).toBe(before);
  }
}

describe('drawCells', () => {
  it.each([1, 0.4])('agrees with the graph of training at detail %d', async (detail) => {
    const { width, height, data } = await drawn(grey, detail);
    expect([width, height]).toEqual([COLUMNS, ROWS]);
    const expected = await byGraph(grey, detail, weights);
    const error = expected.map((value, i) => Math.abs(value - data[3 * i]!));
    expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0.02);
    expect(Math.max(...error)).toBeLessThan(1e-5);
  });

  it('changes grey pictures in luma only', async () => {
    const { data } = await drawn(grey, 1);
    for (let i = 0; i < data.length; i += 3) {
      expect(Math.abs(data[i]! - data[i + 1]!)).toBeLessThan(1e-5);
      expect(Math.abs(data[i]! - data[i + 2]!)).toBeLessThan(1e-5);
    }
  });

  it('raises colours against their own surroundings only: a flat colour stays', async () => {
    const flat = picture(() => [0.7, 0.4, 0.2]);
    const still = new Map(weights);
    still.set('head.bias', { shape: [2], data: Float32Array.of(0, 2) });
    still.set('head.weight', { shape: [2, 32, 3, 3], data: new Float32Array(2 * 32 * 9) });
    const { data } = await drawn(flat, 1, { ...use, weights: still });
    expect(Math.max(...data.map(Math.abs))).toBeLessThan(1e-5);
    const split = picture((x) => (x < 4 * 7 ? [0.7, 0.4, 0.2] : [0.2, 0.4, 0.7]));
    const raised = await drawn(split, 1, { ...use, weights: still });
    // Left of the border red grows, right of it blue; luma stays.
    const [left, right] = [3 * 6, 3 * 7];
    expect(raised.data[left]!).toBeGreaterThan(0.05);
    expect(raised.data[right + 2]!).toBeGreaterThan(0.05);
    const luma =
      0.299 * raised.data[left]! + 0.587 * raised.data[left + 1]! + 0.114 * raised.data[left + 2]!;
    expect(Math.abs(luma)).toBeLessThan(1e-5);
  });

  it('frees all tensors if its work is cut off', async () => {
    for (const last of [0, 1, 4]) {
      let shares = 0;
      const pace = (): Promise<void> | undefined =>
        shares++ === last ? Promise.reject(new Error('cut off')) : undefined;
      await expect(drawn(grey, 1, { weights, pace })).rejects.toThrow('cut off');
    }
  });

  it('says which layer a file lacks', async () => {
    const short = new Map(weights);
    short.delete('block3.conv2.bias');
    await expect(drawn(grey, 1, { ...use, weights: short })).rejects.toThrow(
      'pixelart: expected a tensor block3.conv2.bias, got none',
    );
  });
});

/** As the kernels do it; the loops that training uses give the same. */
function smoothed(luma: Float32Array, [height, width]: [number, number]): Float32Array {
  const x = tensor3d(luma, [height, width, 1]);
  const smooth = smoothLuma(x);
  const values = smooth.dataSync<'float32'>().slice();
  for (const tensor of [x, smooth]) tensor.dispose();
  expect(values).toEqual(smoothLumaInLoops(luma, { width, height }));
  return values;
}

describe('smoothLuma', () => {
  it('is a median of 7×7 and then of 5×5 pixels', () => {
    const [width, height] = [13, 9];
    const luma = Float32Array.from({ length: width * height }, (_, i) => ((i * 37) % 101) / 102);
    const byHand = (from: Float32Array, reach: number): Float32Array =>
      from.map((_, p) => {
        const seen: number[] = [];
        for (let j = -reach; j <= reach; j += 1) {
          for (let i = -reach; i <= reach; i += 1) {
            const x = Math.min(width - 1, Math.max(0, (p % width) + i));
            const y = Math.min(height - 1, Math.max(0, Math.floor(p / width) + j));
            seen.push(from[y * width + x]!);
          }
        }
        return seen.toSorted((a, b) => a - b)[seen.length >> 1]!;
      });
    const rounded = luma.map((value) => Math.round(255 * value) / 255);
    expect(smoothed(luma, [height, width])).toEqual(byHand(byHand(rounded, 3), 2));
  });

  it('removes a dot and keeps an edge', () => {
    const luma = Float32Array.from({ length: 32 * 32 }, (_, i) => (i % 32 < 16 ? 0.2 : 0.8));
    luma[10 * 32 + 8] = 1;
    const smooth = smoothed(luma, [32, 32]);
    expect(smooth[10 * 32 + 8]).toBeCloseTo(0.2, 5);
    expect(smooth[20 * 32 + 15]).toBeCloseTo(0.2, 5);
    expect(smooth[20 * 32 + 16]).toBeCloseTo(0.8, 5);
  });
});
