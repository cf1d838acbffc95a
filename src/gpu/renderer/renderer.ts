// Entry of a renderer: a process that renders jobs for the server process, one at a time, and ends with it.
import { flushCompileCache } from 'node:module';
import { constants, setPriority } from 'node:os';
import { createModelStore } from '../../models/store.ts';
import { chooseEngine } from '../../node/engine/engine.ts';
import { createModelFiles, readManifest } from '../../node/model-files.ts';
import { loadPixelKernels } from '../../node/pixel-kernels.ts';
import { prepareTensors } from '../../node/tensors.ts';
import { createVectorMemory } from '../../render/vector-tiers.ts';
import { type FromRenderer, isLast, type ToRenderer } from '../messages.ts';
import { readSettings, threadsOf } from '../settings.ts';
import { loadCodecs } from './codecs.ts';
import { renderJob } from './render-job.ts';

/** Time between two signs of life, in milliseconds. */
const ALIVE_MS = 1000;

// If the server process is gone, sending fails, and `disconnect` ends this process.
const send = (message: FromRenderer): void => {
  process.send?.(message, undefined, undefined, () => {});
};

// Leaves processor time to the server process, and in development to the Worker, while all cores compute.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

process.on('disconnect', () => process.exit(0));
// The server process decides when a renderer ends, but a terminal sends its signals to both, so they are ignored here.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
setInterval(() => {
  send({ type: 'alive', memoryBytes: process.memoryUsage.rss() });
}, ALIVE_MS).unref();

const settings = readSettings(process.env);
const { engine, device } = await chooseEngine({
  choice: settings.GPU_DEVICE,
  threads: threadsOf(settings),
  avoid: (process.env.GPU_AVOID ?? '').split(','),
  onTry: (kind) => send({ type: 'trying', kind }),
});
const codecs = await loadCodecs();
const kernels = await loadPixelKernels();
const models = createModelStore({
  manifest: await readManifest(),
  read: createModelFiles(settings.GPU_MODELS).read,
});
const vectors = createVectorMemory();
const control = { canceled: false, saveSoon: false };

process.on('message', async (request: ToRenderer) => {
  if (request.type === 'cancel') control.canceled = true;
  if (request.type === 'save') control.saveSoon = true;
  if (request.type !== 'job') return;
  Object.assign(control, { canceled: false, saveSoon: false });
  let last: FromRenderer | undefined;
  const canContinue = await renderJob(
    request.job,
    { engine, codecs, models, vectors, settings, kernels, prepareTensors },
    {
      control,
      write(line, file) {
        const message = { type: 'line' as const, line, ...(file !== undefined && { file }) };
        // The last line is sent later, together with whether the process can render another job.
        if (isLast(line)) last = message;
        else send(message);
      },
    },
  );
  if (last) send({ ...last, ...(!canContinue && { restart: true }) });
});
send({ type: 'ready', device });
// Node writes compiled modules when a process exits, but renderers are killed.
flushCompileCache();
