// A network with the layout of the small VGG19 and weights from an integer formula, the same everywhere.
import type { TensorData, Weights } from '../../../src/graph/engine.ts';
import { hash32 } from '../files/golden-images.ts';

const widths: [string, number][] = [
  ['1_1', 16],
  ['1_2', 16],
  ['2_1', 32],
  ['2_2', 32],
  ...['3_1', '3_2', '3_3', '3_4'].map((name): [string, number] => [name, 64]),
  ...['4_1', '4_2', '4_3', '4_4', '5_1'].map((name): [string, number] => [name, 128]),
];

/** Uniform numbers from −bound to bound. */
const uniform = (seed: number, bound: number, shape: number[]): TensorData => ({
  shape,
  data: Float32Array.from(
    { length: shape.reduce((a, b) => a * b, 1) },
    (_, i) => ((hash32(i + seed * 1000003) >>> 8) / 2 ** 23 - 1) * bound,
  ),
});

/** He-scaled, so that features of every layer have a spread of about 1. */
export const seededWeights = (): Weights => withInput(seededLayers(widths));

/** The same with 8 channels in every layer, for tests of what happens around the network. */
export const seededNarrow = (): Weights => withInput(seededLayers(allOf(8)));

/** The same for the project's own network, with 16 channels in every layer. */
export const seededSlim = (): Weights => seededLayers(allOf(16));

const allOf = (channels: number): [string, number][] => widths.map(([name]) => [name, channels]);

/** With the layer that scales colours. */
const withInput = (layers: Weights): Weights =>
  new Map<string, TensorData>([
    ['conv0.weight', { shape: [3, 3, 1, 1], data: Float32Array.of(4, 0, 0, 0, 4, 0, 0, 0, 4) }],
    ['conv0.bias', { shape: [3], data: Float32Array.of(-2, -2, -2) }],
    ...layers,
  ]);

function seededLayers(widths: readonly [string, number][]): Map<string, TensorData> {
  const weights = new Map<string, TensorData>();
  let from = 3;
  for (const [index, [name, to]] of widths.entries()) {
    const bound = Math.sqrt(6 / (9 * from));
    weights.set(`conv${name}.weight`, uniform(2 * index + 1, bound, [to, from, 3, 3]));
    weights.set(`conv${name}.bias`, uniform(2 * index + 2, 0.25, [to]));
    from = to;
  }
  return weights;
}
