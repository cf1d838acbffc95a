// `npm run models [names] [-- --folder path]`: lists the models, or fetches, verifies and converts the named ones.
import { resolve } from 'node:path';
import { AppError } from '../../src/errors.ts';
import { type Manifest, type ModelEntry, withCompanions } from '../../src/models/manifest.ts';
import { type ReadModelFile, readVerified } from '../../src/models/store.ts';
import { createModelFiles, MODELS_FOLDER, readManifest } from '../../src/node/model-files.ts';
import { showProgress } from '../../src/node/progress.ts';
import { readArguments } from '../command-line.ts';
import { type InstallOptions, installModel } from './install-model.ts';
import { checkMirror } from './obtain-file.ts';
import { publishModels } from './publish-models.ts';

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
 * Installs every model of the manifest that is not installed yet and that `mirror` has or the project brings along; the latter
 * alone for an empty `mirror`. Never throws: answers one line for each model that it installed or that failed.
 */
export async function installFromMirror(
  mirror: string | undefined,
  options: Partial<Omit<InstallOptions, 'mirror'>> & { manifest?: Manifest } = {},
): Promise<string[]> {
  const { manifest: given, folder = MODELS_FOLDER, ...fetching } = options;
  // A mirror that does not answer must not delay `npm start` for long.
  const installing = {
    stallMs: 5000,
    attempts: 2,
    ...fetching,
    folder,
    mirror: mirror || undefined,
    mirrorOnly: true,
  };
  const lines: string[] = [];
  try {
    if (mirror) checkMirror(mirror);
    const { read } = createModelFiles(folder);
    for (const model of given ?? (await readManifest())) {
      if (!mirror && !isCommitted(model)) continue;
      if (!(await stateOf(model, read))) continue;
      const line = await installQuietly(model, installing);
      if (line) lines.push(line);
    }
  } catch (error) {
    lines.push((error as Error).message);
  }
  return lines;
}

/** Whether the project brings the model along. */
const isCommitted = ({ files }: ModelEntry): boolean => files.every(({ committed }) => committed);

async function installQuietly(
  model: ModelEntry,
  options: InstallOptions,
): Promise<string | undefined> {
  try {
    await installModel(model, options);
    return isCommitted(model) ? undefined : `${model.name}: installed from MODELS_MIRROR`;
  } catch (error) {
    if (error instanceof AppError && error.code === 'source_missing') return undefined;
    return `${model.name}: not installed from MODELS_MIRROR: ${(error as Error).message}`;
  }
}

function fail(message: string, code: number): never {
  console.error(message);
  process.exit(code);
}

const USAGE = `usage: npm run models                lists the models
       npm run models -- <names>    fetches, verifies and converts these models
  --folder <path>  where they are installed (${MODELS_FOLDER})`;

async function main(): Promise<void> {
  const { values, positionals } = readArguments(USAGE, {
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

if (import.meta.main) await main().catch((error) => fail(error.message, 2));
