// `npm run bench [-- case … --quick]`: runs the benchmarks, prints their tables and writes them into README.md.
import { loadavg } from 'node:os';
import { bundle } from './cases/bundle.ts';
import { cost } from './cases/cost.ts';
import { fastStyle } from './cases/fast-style.ts';
import { hybrid } from './cases/hybrid.ts';
import { hybridPhotos } from './cases/hybrid-photos.ts';
import { load } from './cases/load.ts';
import { memory } from './cases/memory.ts';
import { palettes } from './cases/palettes.ts';
import { pixelate } from './cases/pixelate.ts';
import { quality } from './cases/quality.ts';
import { resize } from './cases/resize.ts';
import { steps } from './cases/steps.ts';
import { style } from './cases/style.ts';
import { styleJobs } from './cases/style-jobs.ts';
import { thumbnail } from './cases/thumbnail.ts';
import { endAll } from './measure/cleanup.ts';
import { markdown, type Outcome, writeResult } from './measure/report.ts';
import { within } from './measure/time-limit.ts';

/** A benchmark; `rounds(n)` is how often to repeat what should be repeated `n` times. */
export type Case = (rounds: (n: number) => number) => Promise<Outcome>;

const cases: Record<string, Case> = {
  hybrid,
  'hybrid-photos': hybridPhotos,
  pixelate,
  palettes,
  resize,
  steps,
  bundle,
  thumbnail,
  memory,
  cost,
  load,
  'fast-style': fastStyle,
  style,
};
// Take the better part of an hour each: run only when they are named.
const longCases: Record<string, Case> = { 'style-jobs': styleJobs, quality };
const known = { ...cases, ...longCases };
const LONGEST_CASE_S = 1200;
const LONGEST_LONG_CASE_S = 4 * 3600;

const asked = process.argv.slice(2).filter((word) => word !== '--quick');
const quick = process.argv.includes('--quick');
const unknown = asked.find((name) => !Object.hasOwn(known, name));
if (unknown !== undefined) {
  console.error(
    `expected cases out of ${Object.keys(known).join(', ')}, got ${JSON.stringify(unknown)}`,
  );
  process.exit(1);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => void endAll().then(() => process.exit(130)));
}

let failed = false;
for (const name of asked.length > 0 ? asked : Object.keys(cases)) {
  const load = loadavg()[0] as number;
  console.log(
    `## ${name}${load > 1.5 ? ` (the machine is busy, load ${load.toFixed(1)}: trust the minima)` : ''}\n`,
  );
  try {
    const run = (known[name] as Case)((n) => (quick ? Math.min(n, 2) : n));
    const limit = Object.hasOwn(longCases, name) ? LONGEST_LONG_CASE_S : LONGEST_CASE_S;
    const outcome = await within(limit, name, run);
    console.log(markdown(outcome));
    // A quick run checks the harness; its numbers are not kept.
    if (!quick) await writeResult(name, outcome, load);
  } catch (error) {
    failed = true;
    console.error(error);
    // A case that ran out of time has not closed anything yet.
    await endAll();
  }
}
// The runtime's pipes may keep the process alive after everything is closed.
process.exit(failed ? 1 : 0);
