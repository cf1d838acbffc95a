// Entry of a renderer: a process that renders one job after the other for the server process, and ends with it.
import { constants, setPriority } from 'node:os';
import { createModelStore } from '../../models/store.ts';
import { createVectorMemory } from '../../render/vector-tiers.ts';
import { chooseEngine } from '../engine/engine.ts';
import { type FromRenderer, isLast, type ToRenderer } from '../messages.ts';
import { createModelFiles, readManifest } from '../model-files.ts';
import { readSettings, threadsOf } from '../settings.ts';
import { loadCodecs } from './codecs.ts';
import { renderJob } from './render-job.ts';
import { prepareTensors } from './tensors.ts';

const ALIVE_MS = 1000;

// Where the server process is gone, `disconnect` says so.
const send = (message: FromRenderer): void => {
  process.send?.(message, undefined, undefined, () => {});
};

// What serves on this machine, the Worker in development too, is to answer while all cores compute.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

process.on('disconnect', () => process.exit(0));
// The server process decides when a renderer ends, also where the terminal sends the signal to both.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
setInterval(() => {
  send({ type: 'alive', memoryBytes: process.memoryUsage.rss() });
}, ALIVE_MS).unref();

const settings = readSettings(process.env);
const { engine, device } = await chooseEngine({
  wish: settings.GPU_DEVICE,
  threads: threadsOf(settings),
  avoid: (process.env.GPU_AVOID ?? '').split(','),
  onTry: (kind) => send({ type: 'trying', kind }),
});
const codecs = await loadCodecs();
const models = createModelStore({
  manifest: await readManifest(),
  read: createModelFiles(settings.GPU_MODELS).read,
});
const vectors = createVectorMemory();
const control = { canceled: false, saveSoon: false };

process.on('message', async (message: ToRenderer) => {
  if (message.type === 'cancel') control.canceled = true;
  if (message.type === 'save') control.saveSoon = true;
  if (message.type !== 'job') return;
  Object.assign(control, { canceled: false, saveSoon: false });
  let last: FromRenderer | undefined;
  const goesOn = await renderJob(
    message.job,
    { engine, codecs, models, vectors, settings, prepareTensors },
    {
      control,
      tell(line, file) {
        const told = { type: 'line' as const, line, ...(file !== undefined && { file }) };
        // Whether the process is sound is known a moment after the last line.
        if (isLast(line)) last = told;
        else send(told);
      },
    },
  );
  if (last) send({ ...last, ...(!goesOn && { restart: true }) } as FromRenderer);
});
send({ type: 'ready', device });
