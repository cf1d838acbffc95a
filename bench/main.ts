// `npm run bench`: runs benchmarks and prints their tables.
//
//   npm run bench                    every case
//   npm run bench -- hybrid resize   these cases
//   npm run bench -- --quick         a short form of every case, to see that all of them work; several at a time (--in-turn: one at a time)
//   npm run bench -- --write         every case, or the named ones, and writes their tables into bench/README.md
import { loadavg } from 'node:os';
import { fail, readArguments } from '../scripts/command-line.ts';
import bundleOnce from '../test/helpers/servers/bundle-setup.ts';
import { bundle } from './cases/bundle.ts';
import { cost } from './cases/cost.ts';
import { dithers } from './cases/dithers.ts';
import { hybrid } from './cases/hybrid.ts';
import { hybridPhotos } from './cases/hybrid-photos.ts';
import { jpeg } from './cases/jpeg.ts';
import { load } from './cases/load.ts';
import { memory } from './cases/memory.ts';
import { palettes } from './cases/palettes.ts';
import { photos } from './cases/photos.ts';
import { pixelart } from './cases/pixelart.ts';
import { pixelate } from './cases/pixelate.ts';
import { resize } from './cases/resize.ts';
import { steps } from './cases/steps.ts';
import { fastStyle } from './cases/style/fast-style.ts';
import { namedStyles } from './cases/style/named-styles.ts';
import { quality } from './cases/style/quality.ts';
import { slim } from './cases/style/slim.ts';
import { strokes } from './cases/style/strokes.ts';
import { style } from './cases/style/style.ts';
import { styleJobs } from './cases/style/style-jobs.ts';
import { targets } from './cases/targets.ts';
import { thumbnail } from './cases/thumbnail.ts';
import { endAll } from './measure/cleanup.ts';
import { type Effort, fullEffort, quickEffort } from './measure/effort.ts';
import { runInProcesses } from './measure/in-processes.ts';
import {
  dateAndCommit,
  machineAndVersions,
  markdown,
  type Outcome,
  writeSection,
} from './measure/report.ts';
import { shareRuntime } from './measure/runtime.ts';
import { within } from './measure/time-limit.ts';
import { withUncaught } from './measure/uncaught.ts';

type Case = (effort: Effort) => Promise<Outcome>;

const cases: Readonly<Record<string, Case>> = {
  targets,
  hybrid,
  'hybrid-photos': hybridPhotos,
  pixelate,
  pixelart,
  palettes,
  dithers,
  steps,
  resize,
  jpeg,
  thumbnail,
  photos,
  bundle,
  memory,
  cost,
  load,
  'fast-style': fastStyle,
  'named-styles': namedStyles,
  strokes,
  style,
  'style-jobs': styleJobs,
  quality,
  slim,
};
const LONGEST_CASE_S = 3600;
// Some seconds on an idle machine; a busy one takes much longer.
const LONGEST_QUICK_CASE_S = 300;
// The load of a machine with nothing else to do stays below this.
const BUSY_LOAD = 1.5;

const USAGE = `usage: npm run bench -- [cases] [options]
  --quick    a short form, to see that the cases work; several at a time
  --in-turn  with --quick: one at a time
  --write    writes the tables into bench/README.md
cases: ${Object.keys(cases).join(', ')}`;

const { values: flags, positionals } = readArguments(USAGE, {
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    'in-turn': { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const unknown = positionals.find((name) => !Object.hasOwn(cases, name));
if (unknown !== undefined) fail(`unknown case: ${JSON.stringify(unknown)}`, USAGE);
if (flags.quick) shareRuntime();
if (flags.quick && flags.write)
  fail('expected --quick or --write, got both: a quick run has no figures to write', USAGE);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => void endAll().then(() => process.exit(130)));
}

/** Runs one case; in a quick run prints a line, else its tables. Returns whether it came to its end. */
async function runCase(name: string, measured: string): Promise<boolean> {
  const load = loadavg()[0]!;
  const busy = load > BUSY_LOAD ? ': the machine is busy, trust the minima' : '';
  if (!flags.quick) console.log(`## ${name} (load ${load.toFixed(1)}${busy})\n`);
  const began = performance.now();
  try {
    const run = withUncaught(cases[name]!(flags.quick ? quickEffort : fullEffort));
    const limit = flags.quick ? LONGEST_QUICK_CASE_S : LONGEST_CASE_S;
    const outcome = await within(limit, name, run);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(flags.quick ? `${name}: works (${seconds} s)` : markdown(outcome));
    if (flags.write) {
      const origin = `${measured}, load ${load.toFixed(1)} before, in ${seconds} s.`;
      await writeSection(name, `${origin}\n\n${markdown(outcome)}`);
    }
    return true;
  } catch (error) {
    console.error(`${name}: failed`, error);
    // A case that ran out of time has not closed anything yet.
    await endAll();
    if (flags.quick) shareRuntime();
    return false;
  }
}

const began = performance.now();
// Writing the tables changes the checkout, so this is asked once.
const measured = dateAndCommit();
if (flags.write) await writeSection('machine', `${await machineAndVersions()}\n`);
const names = positionals.length > 0 ? positionals : Object.keys(cases);
if (flags.quick && !flags['in-turn']) {
  // The processes share one bundle.
  const removeBundle = await bundleOnce();
  const good = await runInProcesses(names, ['targets', 'hybrid', 'photos', 'cost']);
  await removeBundle();
  process.exit(good ? 0 : 1);
}
const failed: string[] = [];
for (const name of names) {
  if (!(await runCase(name, measured))) failed.push(name);
}
await endAll();
const minutes = ((performance.now() - began) / 60_000).toFixed(1);
console.log(
  `${minutes} minutes, ${failed.length === 0 ? 'all cases ran' : `failed: ${failed.join(', ')}`}`,
);
// The pipes of a runtime may keep the process alive after everything is closed.
process.exit(failed.length > 0 ? 1 : 0);
