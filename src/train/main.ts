// `npm run train <name>`: trains a model in pieces; every run goes on where the last one stopped.
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.ts';
import { compile } from './engine.ts';
import { pixelartTask } from './pixelart/task.ts';
import { initialState, type StepReport, trainStep } from './trainer.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string' },
    steps: { type: 'string' },
    data: { type: 'string', default: '../shared/images' },
    out: { type: 'string' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string', default: '2' },
    'log-every': { type: 'string', default: '20' },
    'sheet-every': { type: 'string', default: '500' },
  },
});
const name = positionals[0] ?? 'pixelart';
const out = values.out ?? `.cache/train/${name}`;
const engine = { provider: 'cpu' as const, threads: Number(values.threads) };
const seed = Number(values.seed);
const task = await pixelartTask({ data: values.data, seed, engine });
const program = await compile(task.graph.model, engine);
const checkpoint = join(out, 'checkpoint.safetensors');
const log = join(out, 'log.csv');
await mkdir(out, { recursive: true });
const state = (await loadCheckpoint(checkpoint)) ?? initialState(task.graph, seed);
const begun = state.step;
const until = begun + (values.steps ? Number(values.steps) : Number.POSITIVE_INFINITY);
const end = performance.now() + 60_000 * Number(values.minutes ?? Number.POSITIVE_INFINITY);
const started = performance.now();
let saved = started;
const logEvery = Number(values['log-every']);
const sheetEvery = Number(values['sheet-every']);
let stop = false;
process.once('SIGINT', () => {
  stop = true;
});
process.once('SIGTERM', () => {
  stop = true;
});
const sums: StepReport = {};
let spentOnData = 0;
while (state.step < until && performance.now() < end && !stop) {
  const before = performance.now();
  const batch = task.batches(state.step + 1);
  spentOnData += performance.now() - before;
  const { report } = await trainStep({ program, graph: task.graph }, state, batch, task.options);
  for (const [key, value] of Object.entries(report))
    sums[key] = (sums[key] ?? 0) + value / logEvery;
  if (state.step % logEvery === 0) {
    const keys = Object.keys(sums);
    if (state.step === logEvery) await writeFile(log, `step,${keys.join(',')}\n`);
    await appendFile(
      log,
      `${state.step},${keys.map((key) => sums[key]!.toPrecision(5)).join(',')}\n`,
    );
    const rate = (state.step - begun) / ((performance.now() - started) / 1000);
    const data = spentOnData / (state.step - begun);
    console.log(
      `${state.step} ${rate.toFixed(2)}/s data ${data.toFixed(0)} ms ${keys.map((key) => `${key} ${sums[key]!.toFixed(4)}`).join(' ')}`,
    );
    for (const key of keys) delete sums[key];
  }
  if (state.step % sheetEvery === 0) {
    await writeFile(join(out, `sheet-${state.step}.png`), await task.sheet(state.average));
  }
  if (performance.now() - saved > 120_000) {
    await saveCheckpoint(checkpoint, state);
    saved = performance.now();
  }
}
await saveCheckpoint(checkpoint, state);
await program.dispose();
