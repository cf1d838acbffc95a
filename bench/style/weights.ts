// Seeded weights in the layout of both networks. The time of an iteration does not depend on their values.
import { uniformValues } from '../../src/fit/random.ts';
import type { TensorData, Weights } from '../../src/graph/engine.ts';

const BLOCKS = [2, 2, 4, 4, 4];
const WIDTHS = {
  vgg19: [64, 128, 256, 512, 512],
  'vgg19-small': [16, 32, 64, 128, 128],
};
// The large network's input has values 0…255 instead of 0…1.
const LEVEL = { vgg19: 1 / 128, 'vgg19-small': 1 };

export type SeededVariant = keyof typeof WIDTHS;

/**
 * Weights that keep the magnitude of the features from layer to layer (He et al. 2015); the same in every run. `narrow`: with an eighth of
 * the channels.
 */
export function seededWeights(variant: SeededVariant, { narrow = false } = {}): Weights {
  const weights = new Map<string, TensorData>();
  let seed = 1;
  const add = (name: string, shape: number[], deviation: number): void => {
    const count = shape.reduce((a, b) => a * b, 1);
    const data = uniformValues(seed++, count).map((v) => (2 * v - 1) * Math.sqrt(3) * deviation);
    weights.set(`${name}.weight`, { shape, data });
    weights.set(`${name}.bias`, {
      shape: [shape[0]!],
      data: new Float32Array(shape[0]!),
    });
  };
  if (variant === 'vgg19-small') add('conv0', [3, 3, 1, 1], 1);
  let inner = 3;
  for (const [block, count] of BLOCKS.entries()) {
    const outer = WIDTHS[variant][block]! / (narrow ? 8 : 1);
    // The small network ends with the first layer of block 5.
    const layers = variant === 'vgg19-small' && block === 4 ? 1 : count;
    for (let layer = 1; layer <= layers; layer++) {
      const level = inner === 3 ? LEVEL[variant] : 1;
      add(`conv${block + 1}_${layer}`, [outer, inner, 3, 3], level * Math.sqrt(2 / (9 * inner)));
      inner = outer;
    }
  }
  return weights;
}
