// Renders one picture of a task, as the service does: the same codecs, kernels and decisions, but no budget of time.
import { readFile, stat, writeFile } from 'node:fs/promises';
import { formats } from '../../codecs/formats.ts';
import { readConfig } from '../../config.ts';
import { effects } from '../../effects/index.ts';
import { AppError } from '../../errors.ts';
import { budgetsOf } from '../../gate/budgets.ts';
import type { GraphEngine } from '../../graph/engine.ts';
import { createModelStore, type ModelStore } from '../../models/store.ts';
import { loadOwnCodecs } from '../../node/codecs.ts';
import {
  createModelFiles,
  createOwnModelFiles,
  MODELS_FOLDER,
  readManifest,
} from '../../node/model-files.ts';
import { admitByMemory } from '../../node/own-memory.ts';
import { loadPixelKernels } from '../../node/pixel-kernels.ts';
import { prepareTensors } from '../../node/tensors.ts';
import { parsePlan } from '../../plan/grammar.ts';
import { isGpuOnly, modelsOf } from '../../plan/plan.ts';
import { createRenderer } from '../../render/renderer.ts';
import { createVectorMemory } from '../../render/vector-tiers.ts';
import { systemMessage } from '../failure.ts';
import type { Made, RendererSettings, Task } from '../messages.ts';
import { createJobPort } from './job-port.ts';

/** Largest file of a picture, in bytes. */
const MOST_BYTES = 2 ** 30;
/** Most pixels of a source or a result; memory limits them before. */
const MOST_PIXELS = 2 ** 31;

export type RenderTask = (task: Task, onProgress: (share: number) => void) => Promise<Made>;

type Engine = (onTry: (device: string) => void) => Promise<GraphEngine>;

/** Loads what all pictures need. `engine` makes the engine of the steps that need one, once. */
export async function createRendering(
  settings: RendererSettings,
  { engine, onTry }: { engine: Engine; onTry: (device: string) => void },
): Promise<RenderTask> {
  const [codecs, kernels, models] = await Promise.all([
    loadOwnCodecs(),
    loadPixelKernels(),
    installedModels(settings.models),
  ]);
  const vectors = createVectorMemory();
  const config = readConfig({});
  const budgets = budgetsOf(config.EDGE_MEMORY_MIB);
  const gate = admitByMemory({
    freeBytes: () => settings.memoryBytes,
    advice: 'a smaller picture fits, or fewer at the same time (--jobs 1, --memory)',
  });
  let made: Promise<GraphEngine> | undefined;
  return async (task, onProgress) => {
    const plan = parsePlan(task.plan.split('/'), effects);
    const blobs = await readBlobs(task);
    const renderer = (job?: ReturnType<typeof createJobPort>) =>
      createRenderer({
        codecs,
        kernels,
        models,
        vectors,
        gate,
        // What fits the budget of the service is decided as there, so that it becomes the same bytes; the rest has no budget.
        places: ['edge', 'gpu'],
        limits: {
          maxSourcePixels: MOST_PIXELS,
          maxResultPixels: MOST_PIXELS,
          edgeBudgetMs: config.EDGE_BUDGET_MS,
          edgeMemoryBytes: budgets.pixels,
          edgeHeapBytes: budgets.large,
        },
        ...(job && { job }),
        log: (entry) => console.error(JSON.stringify(entry)),
        now: () => performance.now(),
        pause: () => new Promise((resolve) => setImmediate(resolve)),
        tensors: { prepare: prepareTensors, failed: () => {} },
      });
    const { choose } = renderer().choose(plan, null);
    for (const name of modelsOf(plan)) await models.check(name);
    const placed = await renderer().place({ plan, blobs, choose });
    const needsEngine = plan.steps.some(isGpuOnly);
    if (needsEngine) made ??= engine(onTry);
    const job =
      placed.place === 'gpu'
        ? createJobPort(needsEngine ? await made! : noEngine, onProgress)
        : undefined;
    const { blob, size, extension } = await renderer(job).render(placed);
    await writeFile(task.into, blob);
    return { bytes: blob.length, ...size, format: formatNamed(extension), extension };
  };
}

const formatNamed = (extension: string): string =>
  formats.find((format) => format.extension === extension)?.name ?? extension;

/** For steps that report progress and compute without an engine. */
const noEngine: GraphEngine = {
  device: { kind: 'cpu', name: 'none' },
  compile: async () => {
    throw new Error('expected a step that needs no engine');
  },
};

/** The models of the project, those that `npm run models` installed, and those of `folder`, which come first. */
async function installedModels(folder: string | undefined): Promise<ModelStore> {
  const manifest = await readManifest();
  const folders = [...(folder === undefined ? [] : [folder]), MODELS_FOLDER];
  const stores = [...folders.map(createModelFiles), createOwnModelFiles(manifest)].map(({ read }) =>
    createModelStore({ manifest, read }),
  );
  const firstOf = async <T>(ask: (store: ModelStore) => Promise<T>): Promise<T> => {
    let failure: unknown;
    for (const store of stores) {
      try {
        return await ask(store);
      } catch (error) {
        failure ??= error;
      }
    }
    throw failure;
  };
  return {
    model: (name) => firstOf((store) => store.model(name)),
    check: (name) => firstOf((store) => store.check(name)),
    installed: async () => (await Promise.all(stores.map((store) => store.installed()))).flat(),
  };
}

async function readBlobs({ main, further }: Task) {
  const images = new Map<string, Uint8Array>();
  for (const { text, file } of further) images.set(text, await readPicture(file));
  return { main: await readPicture(main), further: images };
}

/** Reads a file. Throws `source_missing` if it cannot be read or is no plain file, `too_many_bytes`. */
async function readPicture(path: string): Promise<Uint8Array> {
  try {
    const kind = await stat(path);
    if (!kind.isFile()) throw new AppError('source_missing', `${path}: expected a file`);
    if (kind.size > MOST_BYTES) {
      const message = `${path}: expected at most ${MOST_BYTES} bytes, got ${kind.size}`;
      throw new AppError('too_many_bytes', message);
    }
    return await readFile(path);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('source_missing', `${path}: ${systemMessage(error)}`);
  }
}
