// Writes a file with the layout of Keras' VGG19 and seeded weights, of any widths.
import { File, ready } from 'h5wasm/node';
import type { TensorData } from '../../../src/graph/engine.ts';

const BLOCKS = [2, 2, 4, 4, 4];

/** The values of a layer as in the file: filters [3, 3, in, out] and a bias [out]. */
export type KerasLayer = { filters: TensorData; bias: TensorData };

/**
 * Writes `path` with one width per block; the layers by names like `conv1_1`. Values have He's
 * deviation for a ReLU network, so that features keep their magnitude through all sixteen layers.
 */
export async function writeKerasVgg19(
  path: string,
  { widths = [4, 6, 8, 8, 8], seed = 1 }: { widths?: readonly number[]; seed?: number } = {},
): Promise<Map<string, KerasLayer>> {
  await ready;
  const layers = makeLayers(widths, randomOf(seed));
  const file = new File(path, 'w');
  try {
    const names = [...layers.keys()].map((name) =>
      name.replace('conv', 'block').replace('_', '_conv'),
    );
    file.create_attribute('layer_names', ['input_1', ...names, 'block5_pool'], null, 'S12');
    for (const [i, { filters, bias }] of [...layers.values()].entries()) {
      const name = names[i] as string;
      const group = file.create_group(name);
      const [w, b] = [`${name}_W_1:0`, `${name}_b_1:0`];
      group.create_attribute('weight_names', [w, b], null, 'S18');
      group.create_dataset({ name: w, data: filters.data, shape: [...filters.shape] });
      group.create_dataset({ name: b, data: bias.data, shape: [...bias.shape] });
    }
    file.create_group('block5_pool');
  } finally {
    file.close();
  }
  return layers;
}

function makeLayers(widths: readonly number[], random: () => number): Map<string, KerasLayer> {
  const layers = new Map<string, KerasLayer>();
  let inner = 3;
  for (const [block, count] of BLOCKS.entries()) {
    const outer = widths[block] as number;
    for (let layer = 1; layer <= count; layer++) {
      const deviation = Math.sqrt(2 / (9 * inner));
      const uniform = () => (random() * 2 - 1) * Math.sqrt(3);
      layers.set(`conv${block + 1}_${layer}`, {
        filters: fill([3, 3, inner, outer], () => deviation * uniform()),
        bias: fill([outer], () => 0.1 * uniform()),
      });
      inner = outer;
    }
  }
  return layers;
}

function fill(shape: readonly number[], value: () => number): TensorData {
  const length = shape.reduce((product, size) => product * size, 1);
  return { shape, data: Float32Array.from({ length }, value) };
}

// The random number generator Mulberry32.
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
