// Installs a small VGG19 with seeded weights in a folder of models, as if it had been fetched: for whole jobs without downloads.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convertVgg19Small } from '../../scripts/models/convert-vgg19-small.ts';
import { digestOf } from '../../src/digest.ts';
import { readManifest } from '../../src/gpu/model-files.ts';
import { entryNamed, recordFile, sourceOf, weightsFile } from '../../src/models.ts';
import { writeSafetensors } from '../../src/safetensors.ts';
import { seededWeights } from './seeded-vgg19.ts';

const NAME = 'vgg19-small';

/** Fills `folder`, which the setting `GPU_MODELS` of a backend is to name. */
export async function installSeededModel(folder: string): Promise<void> {
  const { tensors, dtype } = await convertSeeded();
  const bytes = writeSafetensors(tensors, { dtype });
  const record = {
    source: sourceOf(entryNamed(await readManifest(), NAME)),
    bytes: bytes.length,
    sha256: await digestOf(bytes),
  };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, weightsFile(NAME)), bytes);
  await writeFile(join(folder, recordFile(NAME)), JSON.stringify(record));
}

// By the files that a mirror has: values one after the other, and a list of their places.
async function convertSeeded() {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-seeded-'));
  try {
    const weights = [...seededWeights()];
    let offset = 0;
    const list = weights.map(([name, { shape, data }]) => {
      const entry = { name: name.replace('_', ''), shape, dtype: 'float32', offset };
      offset += data.byteLength;
      return entry;
    });
    const files = [join(folder, 'names.json'), join(folder, 'values.bin')];
    const values = weights.map(([, { data }]) => Buffer.from(new Uint8Array(data.slice().buffer)));
    await writeFile(files[0] as string, JSON.stringify(list));
    await writeFile(files[1] as string, Buffer.concat(values));
    return await convertVgg19Small(files);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
