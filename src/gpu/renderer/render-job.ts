// Renders one job in a renderer: the same pipeline as on the Worker, with GPU-only steps allowed.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Codecs } from '../../codecs/codec.ts';
import { readConfig } from '../../config.ts';
import { effects } from '../../effects/index.ts';
import { AppError } from '../../errors.ts';
import type { GraphEngine } from '../../graph/engine.ts';
import type { ModelStore } from '../../models/store.ts';
import { explainDeviceError } from '../../node/device-error.ts';
import { admitByMemory } from '../../node/own-memory.ts';
import { parsePlan } from '../../plan/grammar.ts';
import { furtherImages, modelsOf, type Plan } from '../../plan/plan.ts';
import type { Blobs } from '../../render/place.ts';
import { createRenderer } from '../../render/renderer.ts';
import type { VectorStore } from '../../render/vectors.ts';
import type { PixelKernels } from '../../tensor/pixel-kernels.ts';
import type { RenderJob } from '../messages.ts';
import type { Settings } from '../settings.ts';
import { type Resume, readCheckpoint } from './checkpoint-file.ts';
import { CANCELED, type Control, createJobPort, type WriteLine } from './job-port.ts';
import { storeBlob } from './store-blob.ts';

export type RenderTools = {
  engine: GraphEngine;
  codecs: Codecs;
  models: ModelStore;
  vectors: VectorStore;
  settings: Settings;
  kernels: PixelKernels;
  /** Prepares tf.js. */
  prepareTensors: () => Promise<void>;
};

export type JobPorts = {
  control: Control;
  write: WriteLine;
};

/** Renders a job and writes its lines, including the last. Resolves to false if this process must not render another job. */
export async function renderJob(
  job: RenderJob,
  tools: RenderTools,
  { control, write }: JobPorts,
): Promise<boolean> {
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  let canContinue = true;
  try {
    const line = await render(job, tools, { control, write }, () => {
      canContinue = false;
    });
    write({ ...line, seconds: seconds() }, join(job.folder, 'result'));
    return canContinue;
  } catch (thrown) {
    if (thrown === CANCELED) {
      write({ type: 'canceled', seconds: seconds() });
      return canContinue;
    }
    const { code, message, retryable } = asAppError(thrown);
    write({ type: 'error', code, message, retryable, seconds: seconds() });
    return canContinue && thrown instanceof AppError && code !== 'backend_unavailable';
  }
}

async function render(
  job: RenderJob,
  { engine, codecs, models, vectors, settings, kernels, prepareTensors }: RenderTools,
  { control, write }: JobPorts,
  onTensorsFailed: () => void,
) {
  const config = readConfig(process.env);
  const plan = parsePlan(job.plan.split('/'), effects);
  for (const name of modelsOf(plan)) await models.model(name);
  const blobs = await readBlobs(job, plan);
  const resume = job.checkpoint === undefined ? undefined : await readResume(job.checkpoint);
  const { jobPort, flush } = createJobPort({
    engine,
    settings,
    control,
    write,
    resume,
    folder: job.folder,
  });
  const renderer = createRenderer({
    codecs,
    limits: {
      maxSourcePixels: config.MAX_SOURCE_PIXELS,
      maxResultPixels: config.MAX_RESULT_PIXELS,
      edgeBudgetMs: config.EDGE_BUDGET_MS,
    },
    places: ['gpu'],
    gate: admitByMemory({
      freeBytes: () => process.availableMemory(),
      advice: 'a smaller picture fits',
    }),
    job: jobPort,
    models,
    vectors,
    log: (entry) => console.error(JSON.stringify(entry)),
    now: () => performance.now(),
    pause: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      jobPort.throwIfCanceled();
    },
    kernels,
    tensors: { prepare: prepareTensors, failed: onTensorsFailed },
  });
  const { choose } = renderer.choose(plan, job.accept);
  const rendered = await renderer.render(await renderer.place({ plan, blobs, choose }));
  flush();
  const { bytes, sha256 } = await storeBlob(join(job.folder, 'result'), rendered.blob);
  return {
    type: 'result' as const,
    bytes,
    sha256,
    mime: rendered.mime,
    extension: rendered.extension,
    ...rendered.size,
    report: rendered.timings.steps.map(({ name, report }) => ({ name, ...report })),
  };
}

async function readBlobs({ inputs }: RenderJob, plan: Plan): Promise<Blobs> {
  const [main, ...others] = inputs;
  if (!main) throw new AppError('bad_body', 'inputs: expected the main image, got none');
  const further = new Map<string, Uint8Array>();
  for (const { name, file } of others) further.set(name, await readFile(file));
  for (const text of furtherImages(plan).keys()) {
    if (!further.has(text)) {
      throw new AppError('bad_body', `inputs: expected one named ${text.slice(0, 64)}`);
    }
  }
  return { main: await readFile(main.file), further };
}

// If the checkpoint cannot be read, the job starts from the beginning.
async function readResume(file: string): Promise<Resume | undefined> {
  try {
    return await readCheckpoint(file);
  } catch (error) {
    console.error(String(error));
    return undefined;
  }
}

function asAppError(thrown: unknown): AppError {
  const error = explainDeviceError(thrown);
  if (error instanceof AppError) return error;
  console.error(error);
  return new AppError('internal', 'something went wrong while the job was rendered', {
    retryable: true,
  });
}
