// `npm run train <name>`: trains a model in pieces; every run goes on where the last one stopped. See docs/training.md.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from '../src/models/safetensors.ts';
import { createModelStore } from '../src/models/store.ts';
import { createModelFiles, readManifest } from '../src/node/model-files.ts';
import { pixelartTask } from '../src/train/pixelart/task.ts';
import { createProgress } from '../src/train/progress.ts';
import { runTraining } from '../src/train/run-training.ts';
import { slimTask } from '../src/train/slim/task.ts';
import { OWN_STEPS, oneStyleTask } from '../src/train/style/one-style.ts';
import { addOwnStyle } from '../src/train/style/own-style-files.ts';
import { styleTask } from '../src/train/style/task.ts';
import type { Task, TaskOptions } from '../src/train/task.ts';
import { cycleganTask } from '../src/train/translation/cyclegan-task.ts';
import { pix2pixTask } from '../src/train/translation/pix2pix-task.ts';
import { fail, readArguments } from './command-line.ts';
import { installFromMirror } from './models/models.ts';

const tasks: Record<string, (options: TaskOptions) => Promise<Task>> = {
  pixelart: pixelartTask,
  style: styleTask,
  pix2pix: pix2pixTask,
  cyclegan: cycleganTask,
  slim: slimTask,
};

const USAGE = `usage: npm run train [${Object.keys(tasks).join(' | ')}] -- [options]
  --data <folder>         of the pictures (../shared/images)
  --out <folder>          of checkpoints, sheets and weights (.cache/train/<name>)
  --steps <number>        ends after this step (no limit)
  --minutes <number>      ends after this time (no limit)
  --seed <number>         of weights and batches (1)
  --threads <number>      on the processor (2)
  --provider <name>       cpu, cuda or webgpu (cpu)
  --log-every <steps>     (20)
  --sheet-every <steps>   (400)
  --show-bottleneck       on the sheets
  --picture <file>        with style: adds one style, after this picture, to the trained network
  --name <name>           of that style in URLs`;

const { values, positionals } = readArguments(USAGE, {
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
    picture: { type: 'string' },
    name: { type: 'string' },
  },
});

/** A positive number; ends the process if the option is none. */
function numberOf(option: 'steps' | 'minutes' | 'seed' | 'threads' | 'log-every' | 'sheet-every') {
  const value = Number(values[option]);
  if (value > 0) return value;
  fail(`--${option}: expected a positive number, got "${values[option]}"`, USAGE);
}

function providerOf(text: string): 'cpu' | 'cuda' | 'webgpu' {
  if (text === 'cpu' || text === 'cuda' || text === 'webgpu') return text;
  fail(`--provider: expected cpu, cuda or webgpu, got "${text}"`, USAGE);
}

const [name = 'pixelart'] = positionals;
const make =
  tasks[name] ?? fail(`expected one of ${Object.keys(tasks).join(', ')}, got "${name}"`, USAGE);
const engine = { provider: providerOf(values.provider), threads: numberOf('threads') };
const seed = numberOf('seed');
/** A style to add instead of a training from the start; ends the process if one of its options is missing. */
function ownStyle() {
  const { picture, name: called } = values;
  if (picture === undefined && called === undefined) return undefined;
  if (picture !== undefined && called !== undefined && name === 'style')
    return { picture, name: called };
  fail('expected --picture and --name, both, with style', USAGE);
}

const own = ownStyle();
const out = values.out ?? join('.cache/train', own ? `${name}-${own.name}` : name);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

const showBottleneck = values['show-bottleneck'];
try {
  // The project's own models: a style is added to one of them.
  for (const line of await installFromMirror('')) console.log(line);
  const { model } = createModelStore({ manifest: await readManifest(), ...createModelFiles() });
  const options = { data: values.data, seed, engine, model, showBottleneck };
  const task = own ? await oneStyleTask(options, own) : await make(options);
  const state = await runTraining(task, {
    out,
    seed,
    engine,
    steps: own ? Math.min(OWN_STEPS, numberOf('steps')) : numberOf('steps'),
    minutes: numberOf('minutes'),
    logEvery: numberOf('log-every'),
    sheetEvery: numberOf('sheet-every'),
    stop: stop.signal,
    progress: createProgress(process.stdout),
  });
  await writeFile(
    join(out, `sheet-${state.step}.png`),
    await task.sheet(state.average, state.step),
  );
  const metadata = { model: name, steps: `${state.step}`, seed: `${seed}` };
  const tensors = task.exported?.(state.average) ?? state.average;
  await writeFile(
    join(out, `${name}.safetensors`),
    writeSafetensors(tensors, { metadata, dtype: 'F16' }),
  );
  if (own && state.step >= OWN_STEPS) console.log(`added ${await addOwnStyle(tensors, own.name)}`);
} catch (error) {
  // Missing models, empty folders and names that are taken: the message says what to do.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
