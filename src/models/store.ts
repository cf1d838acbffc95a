// Reads installed models: checks their weights and loads them once.
import * as z from 'zod';
import { digestOf } from '../crypto.ts';
import { AppError } from '../errors.ts';
import type { Weights } from '../graph/engine.ts';
import { entryNamed, type Manifest, type ModelEntry, sourceOf } from './manifest.ts';
import { readSafetensors } from './safetensors.ts';

/** Largest file of converted weights, in bytes. */
const MAX_WEIGHTS_BYTES = 4 * 2 ** 30;

const record = z.object({
  source: z.string(),
  bytes: z.int().min(1).max(MAX_WEIGHTS_BYTES),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** What is stored next to installed weights: their source (`sourceOf`), size and digest. */
export type ModelRecord = z.infer<typeof record>;

/** Reads a file of the folder of installed models; undefined if there is none. */
export type ReadModelFile = (name: string) => Promise<Uint8Array | undefined>;

export type ModelStore = {
  /** The weights of a model, loaded once. Throws `model_missing`; the next call tries again then. */
  model: (name: string) => Promise<Weights>;
  /** Throws `model_missing` as `model` does, but reads only the record of the model, so it does not notice damaged weights. */
  check: (name: string) => Promise<void>;
  /** Names of the installed models, according to their records. */
  installed: () => Promise<string[]>;
};

/** File name of a model's installed weights. */
export const weightsFile = (name: string): string => `${name}.safetensors`;

/** File name of the record of a model. */
export const recordFile = (name: string): string => `${name}.json`;

/**
 * A store of the models of a manifest, whose files `read` reads. With `lazy`, which saves memory, weights stay encoded, and each
 * access to the `data` of a tensor decodes it again.
 */
export function createModelStore(args: {
  manifest: Manifest;
  read: ReadModelFile;
  lazy?: boolean;
}): ModelStore {
  const { manifest, read, lazy = false } = args;
  const loading = new Map<string, Promise<Weights>>();
  const load = async (name: string): Promise<Weights> => {
    const bytes = await readVerified(entryNamed(manifest, name), read);
    return readSafetensors(bytes, { lazy }).tensors;
  };
  return {
    model: (name) => {
      const known = loading.get(name);
      if (known) return known;
      const weights = load(name);
      loading.set(name, weights);
      weights.catch(() => loading.delete(name));
      return weights;
    },
    check: async (name) => {
      if (!loading.has(name)) await readRecord(entryNamed(manifest, name), read);
    },
    installed: async () => {
      const states = await Promise.all(
        manifest.map((model) => readRecord(model, read).catch(() => undefined)),
      );
      return manifest.filter((_, i) => states[i]).map(({ name }) => name);
    },
  };
}

/** The bytes of a model's weights. Throws `model_missing` if they are not installed, outdated or damaged. */
export async function readVerified(model: ModelEntry, read: ReadModelFile): Promise<Uint8Array> {
  const { bytes: length, sha256 } = await readRecord(model, read);
  const bytes = await read(weightsFile(model.name));
  if (!bytes) throw missing(model, 'is not installed');
  if (bytes.length !== length || (await digestOf(bytes)) !== sha256) {
    throw missing(model, 'is damaged');
  }
  return bytes;
}

async function readRecord(model: ModelEntry, read: ReadModelFile): Promise<ModelRecord> {
  const bytes = await read(recordFile(model.name));
  if (!bytes) throw missing(model, 'is not installed');
  const parsed = record.safeParse(parseJson(bytes));
  if (!parsed.success) throw missing(model, 'is damaged');
  if (parsed.data.source !== sourceOf(model)) throw missing(model, 'is outdated');
  return parsed.data;
}

function missing({ name, files }: ModelEntry, state: string): AppError {
  const command = `npm run models ${name}`;
  const how = files.every(({ url, committed }) => url || committed)
    ? ''
    : ' (with MODELS_MIRROR set: it has no public address)';
  return new AppError('model_missing', `the model ${name} ${state}, run: ${command}${how}`);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
