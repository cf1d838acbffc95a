// Copies the installed models that the Worker uses to its assets, and removes all others from there.
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../src/errors.ts';
import type { Manifest, ModelEntry } from '../../src/models/manifest.ts';
import {
  type ReadModelFile,
  readVerified,
  recordFile,
  weightsFile,
} from '../../src/models/store.ts';
import { createModelFiles, MODELS_FOLDER, readManifest } from '../../src/node/model-files.ts';
import { installModel } from './install-model.ts';
import { writeWhole } from './write-whole.ts';

/** The Worker's assets under `/models`. The Worker reads them, but does not serve them. */
export const PUBLISHED_FOLDER = fileURLToPath(new URL('../../public/models', import.meta.url));

/** Cloudflare's limit for an asset, in bytes. */
const MAX_BYTES = 25 * 2 ** 20;

/**
 * Makes `assets` contain exactly the edge models of `folder` that are complete, and writes only what differs. Returns the names
 * of the models in `assets`. Throws `Error` if a model is too large, and the errors of the file system.
 */
export async function publishModels({
  manifest,
  folder,
  assets = PUBLISHED_FOLDER,
}: {
  manifest: Manifest;
  folder: string;
  assets?: string;
}): Promise<string[]> {
  const { read } = createModelFiles(folder);
  const published: string[] = [];
  for (const model of manifest) {
    if (model.edge && (await publish(model, read, assets))) published.push(model.name);
  }
  const wanted = new Set(published.flatMap((name) => [weightsFile(name), recordFile(name)]));
  for (const name of await namesIn(assets)) {
    if (!wanted.has(name)) await rm(join(assets, name), { recursive: true, force: true });
  }
  return published;
}

/** Whether the model is published now. */
async function publish(model: ModelEntry, read: ReadModelFile, assets: string): Promise<boolean> {
  const weights = await wholeWeights(model, read);
  const record = await read(recordFile(model.name));
  if (!weights || !record) return false;
  if (weights.length > MAX_BYTES) {
    throw new Error(`${model.name}: expected at most ${MAX_BYTES} bytes, got ${weights.length}`);
  }
  const { read: readAsset } = createModelFiles(assets);
  const copy = await wholeWeights(model, readAsset);
  const same = copy && sameBytes(copy, weights);
  if (same && sameBytes(await readAsset(recordFile(model.name)), record)) return true;
  await mkdir(assets, { recursive: true });
  await writeWhole(join(assets, weightsFile(model.name)), weights);
  await writeWhole(join(assets, recordFile(model.name)), record);
  return true;
}

async function wholeWeights(
  model: ModelEntry,
  read: ReadModelFile,
): Promise<Uint8Array | undefined> {
  try {
    return await readVerified(model, read);
  } catch (error) {
    if (error instanceof AppError && error.code === 'model_missing') return undefined;
    throw error;
  }
}

const sameBytes = (a: Uint8Array | undefined, b: Uint8Array): boolean =>
  a !== undefined && Buffer.compare(a, b) === 0;

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

if (import.meta.main) {
  const manifest = await readManifest();
  const folder = process.env.GPU_MODELS || MODELS_FOLDER;
  for (const model of manifest) {
    if (model.files.every(({ committed }) => committed)) {
      await installModel(model, { folder, mirror: undefined });
    }
  }
  const published = await publishModels({ manifest, folder });
  for (const { name, edge } of manifest) {
    if (!edge) continue;
    const state = published.includes(name)
      ? 'published with the Worker'
      : `not published with the Worker, run: npm run models ${name}`;
    console.log(`${name}: ${state}`);
  }
}
