// The manifest of models: its schema, and how to find its entries.
import * as z from 'zod';
import { AppError } from '../errors.ts';

const GIBIBYTE = 2 ** 30;

const file = z.strictObject({
  /** Path in a mirror; its last part is the name of the file. */
  mirrorPath: z
    .string()
    .regex(/^(?!.*\.\.)[\w-][\w.-]*(\/[\w-][\w.-]*)*$/, 'expected a relative path of plain names'),
  /** Public address. A file without one can be fetched from a mirror only. */
  url: z.url({ protocol: /^https$/ }).optional(),
  bytes: z.int().min(1).max(GIBIBYTE),
  /** `sha256:…`, or `md5:…` if its origin publishes no other digest. */
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
  /** Name of the converter in `scripts/models/convert/converters.ts` that makes the weights from the files. */
  conversion: z.string().min(1),
  /** Models that it needs, which are installed with it. */
  with: z.array(z.string()).optional(),
  /** Whether the Worker uses it, so that it is published among the Worker's assets. */
  edge: z.boolean().optional(),
});

const manifest = z.array(entry);

export type ModelFile = z.infer<typeof file>;
export type ModelEntry = z.infer<typeof entry>;
export type Manifest = readonly ModelEntry[];

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

/** The entry `name`. Throws `model_missing` listing the known names. */
export function entryNamed(manifest: Manifest, name: string): ModelEntry {
  const found = manifest.find((model) => model.name === name);
  if (found) return found;
  const names = manifest.map((model) => model.name).join(', ');
  throw new AppError('model_missing', `model: expected one of ${names}, got "${name}"`);
}

/** The named models and those that are installed with them, each once. Throws `model_missing` for an unknown name. */
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

/** Identifies what the weights of an entry are made of: the converter and the files. Weights with another source are outdated. */
export function sourceOf({ conversion, files }: ModelEntry): string {
  return [conversion, ...files.map(({ digest }) => digest)].join(' ');
}
