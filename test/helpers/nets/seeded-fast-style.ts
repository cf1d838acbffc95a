// Networks with the layout of fast style transfer and weights from an integer formula, the same everywhere.
import type { TensorData, Weights } from '../../../src/graph/engine.ts';
import { hash32 } from '../files/golden-images.ts';

type Shape = readonly number[];

/** Output channels of the predictor's residual blocks, and the number of blocks with each. */
const BLOCKS: readonly [channels: number, count: number][] = [
  [16, 1],
  [24, 2],
  [32, 3],
  [64, 4],
  [96, 3],
  [160, 3],
  [320, 1],
];

/** Fills a map of tensors; each tensor has its own seed. */
function createSeeded() {
  const weights = new Map<string, TensorData>();
  const add = (name: string, shape: Shape, toValue: (unit: number) => number): void => {
    const seed = (weights.size + 1) * 1000003;
    const length = shape.reduce((product, size) => product * size, 1);
    const data = Float32Array.from({ length }, (_, i) =>
      toValue((hash32(i + seed) >>> 8) / 2 ** 23 - 1),
    );
    weights.set(name, { shape, data });
  };
  return { weights, add };
}

/** The small transfer network, He-scaled; gammas are around 1 and betas around 0 for vectors of a spread of about 1. */
export function seededFastStyle(): Weights {
  const { weights, add } = createSeeded();
  const conv = (name: string, [side, from, to]: readonly [number, number, number]): void => {
    const bound = Math.sqrt(6 / (side * side * from));
    add(`${name}.weight`, [side, side, from, to], (unit) => bound * unit);
  };
  const norm = (name: string, channels: number): void => {
    for (const part of ['gamma', 'beta']) {
      add(`${name}.${part}.weight`, [100, channels], (unit) => 0.05 * unit);
      add(`${name}.${part}.bias`, [channels], (unit) => (part === 'gamma' ? 1 : 0) + 0.3 * unit);
    }
  };
  for (const [i, size] of (
    [
      [9, 3, 8],
      [3, 8, 16],
      [3, 16, 32],
    ] as const
  ).entries()) {
    conv(`contract${i + 1}`, size);
    add(`contract${i + 1}.bias`, [size[2]], (unit) => 0.1 * unit);
  }
  for (let block = 1; block <= 5; block++) {
    for (const name of [`residual${block}.conv1`, `residual${block}.conv2`]) {
      conv(name, [3, 32, 32]);
      norm(name, 32);
    }
  }
  for (const [i, size] of (
    [
      [3, 32, 16],
      [3, 16, 8],
      [9, 8, 3],
    ] as const
  ).entries()) {
    conv(`expand${i + 1}`, size);
    norm(`expand${i + 1}`, size[2]);
  }
  return weights;
}

/** The predictor in integers from −127 to 127, one scale for each output channel. */
export function seededPredictor(): Weights {
  const { weights, add } = createSeeded();
  const layer = (name: string, shape: Shape, depthwise = false): void => {
    const [height = 1, width = 1, from = 1, out = 1] = shape;
    const to = depthwise ? from : out;
    const bound = Math.sqrt(6 / (height * width * (depthwise ? 1 : from)));
    add(`${name}.weight`, shape, (unit) => Math.round(127 * unit) + 0);
    add(`${name}.scale`, [to], (unit) => (bound / 127) * (1 + 0.2 * unit));
    add(`${name}.bias`, [to], (unit) => 0.1 * unit);
  };
  layer('stem', [3, 3, 3, 32]);
  let from = 32;
  const outputs = BLOCKS.flatMap(([channels, count]) => Array<number>(count).fill(channels));
  for (const [i, to] of outputs.entries()) {
    const inner = i === 0 ? from : 6 * from;
    if (i > 0) layer(`block${i + 1}.expand`, [1, 1, from, inner]);
    layer(`block${i + 1}.depthwise`, [3, 3, inner, 1], true);
    layer(`block${i + 1}.project`, [1, 1, inner, to]);
    from = to;
  }
  layer('head', [1, 1, 320, 1280]);
  layer('vector', [1, 1, 1280, 100]);
  return weights;
}
