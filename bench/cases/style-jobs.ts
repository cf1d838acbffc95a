// Style transfer: whole jobs of every recipe with its own number of steps.
import { availableParallelism } from 'node:os';
import type { Outcome } from '../measure/report.ts';
import { type Job, jobsTable, measureJobs } from '../style/jobs.ts';

const SIDES = [128, 256, 512];
const RECIPES = ['basic', 'classic', 'pyramid'] as const;

export const styleJobs = async (rounds: (n: number) => number): Promise<Outcome> => {
  const quick = rounds(9) < 9;
  const jobs = (['small', 'full'] as const).flatMap((weights) =>
    (quick ? SIDES.slice(0, 1) : SIDES).flatMap((side) =>
      RECIPES.map(
        (recipe): Job => ({ device: 'cpu', side, weights, recipe, ...(quick && { steps: 3 }) }),
      ),
    ),
  );
  const threads = availableParallelism();
  const measured = await measureJobs(threads, jobs);
  return {
    tables: [jobsTable('Seconds for whole jobs, with the steps of the recipe', measured)],
    targets: [],
    notes: [`cpu, ${threads} threads; each job once, from two JPEG files to a PNG`],
    samples: Object.fromEntries(
      measured.map((job) => [`${job.weights} ${job.side} ${job.recipe} s`, [job.seconds]]),
    ),
  };
};
