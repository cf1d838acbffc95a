// Converts the compressed VGG19: a file of float32 values, and a list of their names and offsets.
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import type { TensorData } from '../../../src/graph/engine.ts';
import type { Converted } from './converters.ts';

const list = z.array(
  z.object({
    name: z.string(),
    shape: z.array(z.int().min(1)).min(1).max(4),
    dtype: z.literal('float32'),
    offset: z.int().min(0).multipleOf(4),
  }),
);

/**
 * `conv0.*`, which normalises the input, and `conv1_1.*` to `conv5_1.*`, [out, in, height, width], to be stored as float32. The
 * `_aux` heads, which only the training used, are left out. Throws `Error` if the list is malformed or does not fit the values.
 */
export async function convertVgg19Small(paths: readonly string[]): Promise<Converted> {
  const [names = '', values = ''] = paths;
  const entries = list.parse(JSON.parse(await readFile(names, 'utf8')));
  const bytes = Uint8Array.from(await readFile(values));
  const tensors = new Map<string, TensorData>();
  for (const { name, shape, offset } of entries) {
    if (name.includes('_aux.')) continue;
    const count = shape.reduce((product, size) => product * size, 1);
    if (offset + 4 * count > bytes.length) {
      throw new Error(`${name}: expected its end within ${bytes.length} bytes`);
    }
    tensors.set(nameOf(name), { shape, data: new Float32Array(bytes.buffer, offset, count) });
  }
  return { tensors, dtype: 'F32' };
}

function nameOf(name: string): string {
  const parts = /^conv(?:0|([1-5])([1-4]))\.(weight|bias)$/.exec(name);
  if (!parts) throw new Error(`expected a name like conv11.weight, got "${name}"`);
  const [, block, layer, kind] = parts;
  return block ? `conv${block}_${layer}.${kind}` : name;
}
