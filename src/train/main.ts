// `npm run train <name>`: trains a model in pieces; every run goes on where the last one stopped. See docs/training.md.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeSafetensors } from '../models/safetensors.ts';
import { pixelartTask } from './pixelart/task.ts';
import { createProgress } from './progress.ts';
import { runTraining } from './run-training.ts';
import type { Task, TaskOptions } from './task.ts';
import { cycleganTask } from './translation/cyclegan-task.ts';
import { pix2pixTask } from './translation/pix2pix-task.ts';

const tasks: Record<string, (options: TaskOptions) => Promise<Task>> = {
  pixelart: pixelartTask,
  pix2pix: pix2pixTask,
  cyclegan: cycleganTask,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string', default: '../shared/images' },
    out: { type: 'string' },
    steps: { type: 'string', default: 'Infinity' },
    minutes: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string', default: '2' },
    provider: { type: 'string', default: 'cpu' },
    'log-every': { type: 'string', default: '20' },
    'sheet-every': { type: 'string', default: '400' },
    'show-bottleneck': { type: 'boolean', default: false },
  },
});

/** A positive number. Throws a RangeError that names the option. */
function numberOf(option: 'steps' | 'minutes' | 'seed' | 'threads' | 'log-every' | 'sheet-every') {
  const value = Number(values[option]);
  if (value > 0) return value;
  throw new RangeError(`--${option}: expected a positive number, got "${values[option]}"`);
}

function providerOf(text: string): 'cpu' | 'cuda' | 'webgpu' {
  if (text === 'cpu' || text === 'cuda' || text === 'webgpu') return text;
  throw new RangeError(`--provider: expected cpu, cuda or webgpu, got "${text}"`);
}

const [name = 'pixelart'] = positionals;
const make = tasks[name];
if (!make)
  throw new RangeError(`train: expected one of ${Object.keys(tasks).join(', ')}, got "${name}"`);
const engine = { provider: providerOf(values.provider), threads: numberOf('threads') };
const seed = numberOf('seed');
const out = values.out ?? join('.cache/train', name);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

const showBottleneck = values['show-bottleneck'];
const task = await make({ data: values.data, seed, engine, showBottleneck });
const state = await runTraining(task, {
  out,
  seed,
  engine,
  steps: numberOf('steps'),
  minutes: numberOf('minutes'),
  logEvery: numberOf('log-every'),
  sheetEvery: numberOf('sheet-every'),
  stop: stop.signal,
  progress: createProgress(process.stdout),
});
await writeFile(join(out, `sheet-${state.step}.png`), await task.sheet(state.average, state.step));
const metadata = { model: name, steps: `${state.step}`, seed: `${seed}` };
await writeFile(
  join(out, `${name}.safetensors`),
  writeSafetensors(task.exported?.(state.average) ?? state.average, { metadata, dtype: 'F16' }),
);
