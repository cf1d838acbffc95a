// Style transfer: milliseconds an iteration on every device, beside the plain transcription, and one whole job.
import { availableParallelism } from 'node:os';
import { atMost, median, type Outcome } from '../measure/report.ts';
import { iterationsTable, measureDevice, notesOf, VARIANTS } from '../style/iterations.ts';
import { jobsTable, measureJobs } from '../style/jobs.ts';

const SIDES = [128, 256, 512, 1024];
const LIMITS = { 128: 60, 256: 230, 512: 950 };
const JOB_STEPS = 200;

export const style = async (rounds: (n: number) => number): Promise<Outcome> => {
  const threads = availableParallelism();
  const quick = rounds(9) < 9;
  const sides = quick ? SIDES.slice(0, 2) : SIDES;
  const results = [];
  for (const device of ['cpu', 'webgpu', 'cuda'] as const) {
    const variants = VARIANTS;
    const count = (side: number) => rounds(side > 512 ? 1 : side > 256 ? 5 : 15);
    results.push(await measureDevice({ device, sides, variants, threads, rounds: count }));
  }
  const steps = quick ? 10 : JOB_STEPS;
  const jobs = await measureJobs(threads, [
    { device: 'cpu', side: 256, weights: 'full', recipe: 'basic', steps },
    { device: 'cpu', side: 256, weights: 'full', recipe: 'pyramid', steps },
    { device: 'cpu', side: 256, weights: 'small', recipe: 'basic', steps },
    { device: 'cpu', side: 256, weights: 'small', recipe: 'pyramid', steps },
  ]);
  const grams = results[0]?.measured.filter(({ label }) => label === VARIANTS[0]?.label) ?? [];
  return {
    tables: [iterationsTable(results), jobsTable(`Whole jobs of ${steps} steps at 256²`, jobs)],
    targets: [
      ...Object.entries(LIMITS).flatMap(([side, limit]) => {
        const found = grams.find((one) => one.side === Number(side));
        return found
          ? [atMost(`an iteration at ${side}², cpu`, limit, median(found.samples), 'ms')]
          : [];
      }),
      ...jobs
        .filter(({ weights }) => weights === 'full')
        .map(({ recipe, seconds }) =>
          atMost(`a 256 px job of ${steps} steps, \`${recipe}\`, cpu`, 60, seconds, 's'),
        ),
    ],
    notes: [
      `${threads} threads; peak RSS includes the weights, the graph and what compiling it takes`,
      ...notesOf(results),
    ],
    samples: Object.fromEntries(
      results.flatMap(({ device, measured }) =>
        measured.map(({ side, label, samples }) => [`${device} ${side} ${label}`, samples]),
      ),
    ),
  };
};
