// Style transfer: the time of an iteration on every device, ours and a plain transcription's, and of whole jobs.
import { availableParallelism } from 'node:os';
import type { Effort } from '../../measure/effort.ts';
import { atMost, median, type Outcome } from '../../measure/report.ts';
import { iterationsTable, measureDevice, notesOf, VARIANTS } from '../../style/iterations.ts';
import { jobsTable, measureJobs } from '../../style/jobs.ts';

const DEVICES = ['cpu', 'webgpu', 'cuda'] as const;
const SIDES = [128, 256, 512];
const QUICK_SIDE = 64;
/** Targets for an iteration on the CPU, in milliseconds by side. */
const LIMITS = { 128: 60, 256: 230, 512: 950 };
const JOB_STEPS = 200;
const quickJob = { steps: 5, side: QUICK_SIDE, weights: 'small' } as const;
const jobs = [
  { device: 'cpu', side: 256, weights: 'full', recipe: 'basic' },
  { device: 'cpu', side: 256, weights: 'full', recipe: 'pyramid' },
] as const;

/** Large pictures take long, so they are repeated less often. */
const roundsAt = (side: number): number => (side > 256 ? 2 : 5);

export const style = async ({ quick, rounds, first }: Effort): Promise<Outcome> => {
  const threads = quick ? 1 : availableParallelism();
  const results = [];
  for (const device of first(1, DEVICES)) {
    const measured = await measureDevice({
      device,
      threads,
      sides: quick ? [QUICK_SIDE] : SIDES,
      variants: first(2, VARIANTS),
      rounds: (side) => rounds(roundsAt(side)),
      quick,
    });
    results.push(measured);
  }
  const shortened = quick ? quickJob : { steps: JOB_STEPS };
  const measuredJobs = await measureJobs(
    threads,
    first(1, jobs).map((job) => ({ ...job, ...shortened })),
  );
  const grams = results[0]?.measured.filter(({ label }) => label === VARIANTS[0]?.label) ?? [];
  return {
    tables: [
      iterationsTable(results),
      jobsTable(`Whole jobs of ${shortened.steps} steps at 256²`, measuredJobs),
    ],
    targets: [
      ...Object.entries(LIMITS).flatMap(([side, limit]) => {
        const found = grams.find((one) => one.side === Number(side));
        return found
          ? [atMost(`an iteration at ${side}², cpu`, limit, median(found.samples), 'ms')]
          : [];
      }),
      ...measuredJobs
        .filter(({ weights }) => weights === 'full')
        .map(({ recipe, seconds }) =>
          atMost(`a 256 px job of ${shortened.steps} steps, \`${recipe}\`, cpu`, 60, seconds, 's'),
        ),
    ],
    notes: [
      `${threads} threads; the peak RSS includes the weights, the graph and its compilation`,
      ...notesOf(results),
    ],
  };
};
