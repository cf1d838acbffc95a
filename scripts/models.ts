// `npm run models [names] [-- --folder path]`: lists the models, or fetches, verifies and converts the named ones.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { AppError } from '../src/errors.ts';
import { createModelFiles, MODELS_FOLDER, readManifest } from '../src/gpu/model-files.ts';
import { type Manifest, type ModelEntry, withCompanions } from '../src/models/manifest.ts';
import { type ReadModelFile, readVerified } from '../src/models/store.ts';
import { type InstallOptions, installModel } from './models/install-model.ts';
import { checkMirror } from './models/obtain-file.ts';
import { showProgress } from './models/progress.ts';
import { publishModels } from './models/publish-models.ts';

/** The reason why a model cannot be loaded; undefined if it can. */
async function stateOf(model: ModelEntry, read: ReadModelFile): Promise<string | undefined> {
  try {
    await readVerified(model, read);
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}

/** A text for each model: summary, size of the download, licence and state. */
export async function listModels(manifest: Manifest, folder: string): Promise<string[]> {
  const { read } = createModelFiles(folder);
  const lines: string[] = [];
  for (const model of manifest) {
    const state = (await stateOf(model, read)) ?? 'installed';
    const bytes = model.files.reduce((sum, file) => sum + file.bytes, 0);
    const size = `${(bytes / 1e6).toFixed(1)} MB`;
    lines.push(`${model.name}: ${model.summary} ${size}, ${model.licence}.\n  ${state}`);
  }
  return lines;
}

/** Installs those of the models that are missing or damaged, and reports each. Throws `AppError`. */
export async function installModels(
  models: readonly ModelEntry[],
  options: InstallOptions & { report: (line: string) => void },
): Promise<void> {
  const { report, ...installing } = options;
  const { read } = createModelFiles(options.folder);
  for (const model of models) {
    if (await stateOf(model, read)) await installModel(model, installing);
    report(`${model.name}: installed`);
  }
}

/**
 * Installs every model of the manifest that `mirror` has and that is not installed yet; without a mirror none. Never
 * throws: returns a line for each model that was installed or failed.
 */
export async function installFromMirror(
  mirror: string | undefined,
  options: Partial<Omit<InstallOptions, 'mirror'>> & { manifest?: Manifest } = {},
): Promise<string[]> {
  if (!mirror) return [];
  const { manifest: given, folder = MODELS_FOLDER, ...fetching } = options;
  // A mirror that does not answer must not delay `npm start` for long.
  const installing = { stallMs: 5000, attempts: 2, ...fetching, folder, mirror, mirrorOnly: true };
  const lines: string[] = [];
  try {
    checkMirror(mirror);
    const { read } = createModelFiles(folder);
    for (const model of given ?? (await readManifest())) {
      if (!(await stateOf(model, read))) continue;
      const line = await installQuietly(model, installing);
      if (line) lines.push(line);
    }
  } catch (error) {
    lines.push((error as Error).message);
  }
  return lines;
}

async function installQuietly(
  model: ModelEntry,
  options: InstallOptions,
): Promise<string | undefined> {
  try {
    await installModel(model, options);
    return `${model.name}: installed from MODELS_MIRROR`;
  } catch (error) {
    if (error instanceof AppError && error.code === 'source_missing') return undefined;
    return `${model.name}: not installed from MODELS_MIRROR: ${(error as Error).message}`;
  }
}

function fail(message: string, code: number): never {
  console.error(message);
  process.exit(code);
}

async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { folder: { type: 'string', default: MODELS_FOLDER } },
  });
  const manifest = await readManifest();
  const { folder } = values;
  if (positionals.length === 0) {
    const lines = await listModels(manifest, folder);
    console.log(lines.join('\n'));
    return;
  }
  const models = withCompanions(manifest, positionals);
  const mirror = process.env.MODELS_MIRROR || undefined;
  if (mirror) checkMirror(mirror);
  const startProgress = showProgress(process.stdout);
  try {
    await installModels(models, { folder, mirror, startProgress, report: console.log });
    // Only models of the default folder are published with the Worker; another folder belongs to a GPU backend.
    if (resolve(folder) === resolve(MODELS_FOLDER)) await publishModels({ manifest, folder });
  } catch (error) {
    fail((error as Error).message, 1);
  }
}

if (import.meta.main) await main(process.argv.slice(2)).catch((error) => fail(error.message, 2));
