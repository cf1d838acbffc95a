// Weights of the pixel-art network that are made up: the same numbers everywhere.
import type { TensorData, Weights } from '../../../src/graph/engine.ts';
import { BLOCKS, INPUT_CHANNELS, WIDTH } from '../../../src/nets/pixelart/sizes.ts';

/** `head` scales the last layer, and with it what is drawn. */
export function seededPixelart({ head = 0.1 }: { head?: number } = {}): Weights {
  let state = 1;
  const numbers = (count: number, scale: number): Float32Array =>
    Float32Array.from({ length: count }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return scale * (state / 2 ** 31 - 1);
    });
  const weights = new Map<string, TensorData>();
  const layer = (name: string, [outputs, inputs]: [number, number], scale: number): void => {
    const count = outputs * inputs * 9;
    weights.set(`${name}.weight`, { shape: [outputs, inputs, 3, 3], data: numbers(count, scale) });
    weights.set(`${name}.bias`, { shape: [outputs], data: numbers(outputs, scale) });
  };
  layer('stem', [WIDTH, INPUT_CHANNELS], 0.15);
  for (let block = 0; block < BLOCKS; block += 1) {
    layer(`block${block}.conv1`, [WIDTH, WIDTH], 0.1);
    layer(`block${block}.conv2`, [WIDTH, WIDTH], 0.03);
  }
  layer('head', [2, WIDTH], head);
  return weights;
}
