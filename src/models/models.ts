// Models by name: what the manifest says of them, and their installed weights, verified and loaded once.
import * as z from 'zod';
import { digestOf } from '../digest.ts';
import { AppError } from '../errors.ts';
import type { Weights } from '../graph/engine.ts';
import { readSafetensors } from './safetensors.ts';

const GIBIBYTE = 2 ** 30;

const file = z.strictObject({
  /** Where it lies in a mirror; its last part names it. */
  mirrorPath: z
    .string()
    .regex(/^(?!.*\.\.)[\w-][\w.-]*(\/[\w-][\w.-]*)*$/, 'expected a relative path of plain names'),
  /** Its public address; without one it comes from a mirror only. */
  url: z.url({ protocol: /^https$/ }).optional(),
  bytes: z.int().min(1).max(GIBIBYTE),
  /** `sha256:…`, or `md5:…` where its origin publishes no other. */
  digest: z.string().regex(/^(sha256:[0-9a-f]{64}|md5:[0-9a-f]{32})$/, 'expected sha256: or md5:'),
});

const entry = z.strictObject({
  name: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected lower-case words joined by -'),
  summary: z.string().min(1),
  licence: z.string().min(1),
  origin: z.url(),
  /** What the network expects: channels, their order and their range. */
  input: z.string().min(1),
  files: z.array(file).min(1),
  /** The converter in `scripts/models/convert/converters.ts` that makes weights of the files. */
  conversion: z.string().min(1),
  /** Models that it is of no use without, which are installed with it. */
  with: z.array(z.string()).optional(),
  /** Whether the Worker uses it: it is then among the Worker's assets. */
  edge: z.boolean().optional(),
});

const manifest = z.array(entry);

const record = z.object({
  source: z.string(),
  bytes: z
    .int()
    .min(1)
    .max(4 * GIBIBYTE),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

export type ModelFile = z.infer<typeof file>;
export type ModelEntry = z.infer<typeof entry>;
export type Manifest = readonly ModelEntry[];

/** What is kept beside installed weights: what they were made of, their size and digest. */
export type ModelRecord = z.infer<typeof record>;

/** A file of the folder of installed models; undefined where there is none. */
export type ReadModelFile = (name: string) => Promise<Uint8Array | undefined>;

export type ModelStore = {
  /** The weights of a model by name, loaded once. Throws `model_missing`, which the next call tries again. */
  model: (name: string) => Promise<Weights>;
  /** Throws `model_missing` as `model` does, by the model's record alone; loading it may still find damage. */
  check: (name: string) => Promise<void>;
  /** Names of the installed models, by their records alone. */
  installed: () => Promise<string[]>;
};

/** The manifest of a parsed `models/manifest.json`. Throws `Error` naming the field at fault. */
export function parseManifest(value: unknown): Manifest {
  const parsed = manifest.safeParse(value);
  if (!parsed.success) throw new Error(`models/manifest.json: ${z.prettifyError(parsed.error)}`);
  const names = parsed.data.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice) throw new Error(`models/manifest.json: expected one entry "${twice}", got two`);
  const absent = parsed.data.flatMap((model) => model.with ?? []).find((w) => !names.includes(w));
  if (absent) throw new Error(`models/manifest.json: expected an entry "${absent}", got none`);
  return parsed.data;
}

/** File name of a model's installed weights. */
export const weightsFile = (name: string): string => `${name}.safetensors`;

/** File name of the record beside them. */
export const recordFile = (name: string): string => `${name}.json`;

/** What weights of this entry are made of; another source or converter makes installed weights outdated. */
export function sourceOf({ conversion, files }: ModelEntry): string {
  return [conversion, ...files.map(({ digest }) => digest)].join(' ');
}

/**
 * Loads installed models of the manifest by `read`. With `lazy`, for places with little memory, weights stay as they are stored,
 * and each access to a tensor's `data` makes it anew.
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

/** The named models with those that come with them, each once. Throws `model_missing` for a name that is none. */
export function withCompanions(manifest: Manifest, names: readonly string[]): ModelEntry[] {
  const found = new Set<ModelEntry>();
  const add = (name: string): void => {
    const model = entryNamed(manifest, name);
    if (found.has(model)) return;
    found.add(model);
    model.with?.forEach(add);
  };
  names.forEach(add);
  return [...found];
}

/** The file of a model's weights as it was installed. Throws `model_missing` for none, an outdated or a damaged one. */
export async function readVerified(model: ModelEntry, read: ReadModelFile): Promise<Uint8Array> {
  const { bytes: length, sha256 } = await readRecord(model, read);
  const bytes = await read(weightsFile(model.name));
  if (!bytes) throw missing(model, 'is not installed');
  if (bytes.length !== length || (await digestOf(bytes)) !== sha256) {
    throw missing(model, 'is damaged');
  }
  return bytes;
}

/** The entry `name`. Throws `model_missing` naming those there are. */
export function entryNamed(manifest: Manifest, name: string): ModelEntry {
  const found = manifest.find((model) => model.name === name);
  if (found) return found;
  const names = manifest.map((model) => model.name).join(', ');
  throw new AppError('model_missing', `model: expected one of ${names}, got "${name}"`);
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
  const how = files.every(({ url }) => url)
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
