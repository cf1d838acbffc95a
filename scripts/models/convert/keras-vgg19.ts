// Converts Keras' VGG19 file: HDF5, one group for each layer, filters as [height, width, in, out].
import { type Dataset, File, type Group, ready } from 'h5wasm/node';
import type { TensorData } from '../../../src/graph/engine.ts';
import type { Converted } from './converters.ts';

/** Convolutions in each of VGG19's five blocks. */
const BLOCKS = [2, 2, 4, 4, 4];

/**
 * `conv1_1.weight` [out, in, height, width] and `conv1_1.bias` to `conv5_4`, with the widths of the file, to be stored as
 * float16. Throws `Error` naming a layer that is not as expected.
 */
export async function convertKerasVgg19([path = '']: readonly string[]): Promise<Converted> {
  await ready;
  const file = new File(path, 'r');
  try {
    const tensors = new Map<string, TensorData>();
    for (const [block, count] of BLOCKS.entries()) {
      for (let layer = 1; layer <= count; layer++) {
        const { filters, bias } = readLayer(file, `block${block + 1}_conv${layer}`);
        const name = `conv${block + 1}_${layer}`;
        tensors.set(`${name}.weight`, toOihw(filters));
        tensors.set(`${name}.bias`, bias);
      }
    }
    return { tensors, dtype: 'F16' };
  } finally {
    file.close();
  }
}

function readLayer(file: Group, layer: string): { filters: TensorData; bias: TensorData } {
  const group = file.get(layer) as Group | null;
  const names = group?.attrs.weight_names?.value;
  if (!group || !Array.isArray(names) || names.length !== 2) {
    throw new Error(`${layer}: expected a group with two weight_names, got ${String(names)}`);
  }
  const [filters, bias] = names.map((name) => readDataset(group, layer, String(name)));
  const out = filters?.shape[3];
  if (!filters || !bias || filters.shape.length !== 4 || bias.shape.join() !== String(out)) {
    const shapes = `[${filters?.shape}] and [${bias?.shape}]`;
    throw new Error(`${layer}: expected filters [h, w, in, out] and a bias [out], got ${shapes}`);
  }
  return { filters, bias };
}

function readDataset(group: Group, layer: string, name: string): TensorData {
  const dataset = group.get(name) as Dataset | null;
  const data = dataset?.value;
  if (!dataset?.shape || !(data instanceof Float32Array)) {
    throw new Error(`${layer}: expected a float32 dataset "${name}"`);
  }
  return { shape: dataset.shape, data };
}

function toOihw({ shape, data }: TensorData): TensorData {
  const [height, width, inner, outer] = shape as [number, number, number, number];
  const area = height * width;
  const turned = new Float32Array(data.length);
  let from = 0;
  for (let at = 0; at < area; at++) {
    for (let i = 0; i < inner; i++) {
      for (let o = 0; o < outer; o++) turned[(o * inner + i) * area + at] = data[from++] as number;
    }
  }
  return { shape: [outer, inner, height, width], data: turned };
}
