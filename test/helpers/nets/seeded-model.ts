// Installs models with seeded weights in a folder of models, for tests of whole requests and jobs without downloads.
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Converted } from '../../../scripts/models/convert/converters.ts';
import { convertVgg19Small } from '../../../scripts/models/convert/vgg19-small.ts';
import { installModel } from '../../../scripts/models/install-model.ts';
import { digestOf } from '../../../src/crypto.ts';
import { entryNamed, sourceOf } from '../../../src/models/manifest.ts';
import { writeSafetensors } from '../../../src/models/safetensors.ts';
import { recordFile, weightsFile } from '../../../src/models/store.ts';
import { readManifest } from '../../../src/node/model-files.ts';
import { seededFastStyle, seededPredictor } from './seeded-fast-style.ts';
import { seededWeights } from './seeded-vgg19.ts';

/** The folder of models, which most machines do not have. */
const MODELS =
  process.env.MODELS_MIRROR || fileURLToPath(new URL('../../../../shared/models', import.meta.url));

const samplePages = fileURLToPath(new URL('../../../public', import.meta.url));

/** Models that can be seeded, and how to make each. */
const seeded = {
  'vgg19-small': convertSeededVgg19,
  'fast-style': async (): Promise<Converted> => ({ tensors: seededFastStyle(), dtype: 'F16' }),
  'fast-style-predictor': async (): Promise<Converted> => ({
    tensors: seededPredictor(),
    dtype: (name) => (name.endsWith('.weight') ? 'I8' : 'F32'),
  }),
};

export type SeededName = keyof typeof seeded;

/** Fills `folder`, for the setting `GPU_MODELS` of a backend. */
export async function installSeededModel(
  folder: string,
  name: SeededName = 'vgg19-small',
): Promise<void> {
  const { tensors, dtype } = await seeded[name]();
  const bytes = writeSafetensors(tensors, { dtype });
  const record = {
    source: sourceOf(entryNamed(await readManifest(), name)),
    bytes: bytes.length,
    sha256: await digestOf(bytes),
  };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, weightsFile(name)), bytes);
  await writeFile(join(folder, recordFile(name)), JSON.stringify(record));
}

/** Copies `public` to `folder`, with the seeded models and those of the repository instead of installed ones. */
export const seededAssets = (folder: string, names: readonly SeededName[]): Promise<void> =>
  assetsWith(folder, async (target) => {
    for (const name of names) await installSeededModel(target, name);
  });

/** Copies `public` to `folder`, with real models of a folder of models and those of the repository. */
export const mirroredAssets = (folder: string, names: readonly string[]): Promise<void> =>
  assetsWith(folder, async (target) => {
    const manifest = await readManifest();
    for (const name of names) {
      await installModel(entryNamed(manifest, name), { folder: target, mirror: MODELS });
    }
  });

async function assetsWith(
  folder: string,
  install: (target: string) => Promise<void>,
): Promise<void> {
  const models = join(samplePages, 'models');
  await cp(samplePages, folder, {
    recursive: true,
    filter: (path) => path !== models && !path.startsWith(`${models}/`),
  });
  const target = join(folder, 'models');
  await install(target);
  for (const model of await readManifest()) {
    const committed = model.files.every((file) => file.committed);
    if (committed) await installModel(model, { folder: target, mirror: undefined });
  }
}

// Converts files as a mirror has them: all values in one file, and a list of their offsets.
async function convertSeededVgg19(): Promise<Converted> {
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
