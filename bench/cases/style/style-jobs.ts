// Style transfer: whole jobs of every recipe with its own number of steps.
import { availableParallelism } from 'node:os';
import type { Effort } from '../../measure/effort.ts';
import type { Outcome } from '../../measure/report.ts';
import { type Job, jobsTable, measureJobs } from '../../style/jobs.ts';

// The full network takes ten times as long; its jobs of 200 steps are under `style`.
const jobs: readonly Job[] = [
  { device: 'cpu', side: 128, weights: 'small', recipe: 'basic' },
  { device: 'cpu', side: 128, weights: 'small', recipe: 'classic' },
  { device: 'cpu', side: 128, weights: 'small', recipe: 'pyramid' },
  { device: 'cpu', side: 256, weights: 'small', recipe: 'pyramid' },
];
const QUICK = { side: 64, steps: 3 };

export const styleJobs = async ({ quick, first }: Effort): Promise<Outcome> => {
  const threads = quick ? 1 : availableParallelism();
  const chosen = first(1, jobs).map((job) => (quick ? { ...job, ...QUICK } : job));
  const measured = await measureJobs(threads, chosen);
  return {
    tables: [jobsTable('Seconds for whole jobs, with the steps of the recipe', measured)],
    targets: [],
    notes: [`cpu, ${threads} threads; each job once, from two JPEG files to a PNG`],
  };
};
