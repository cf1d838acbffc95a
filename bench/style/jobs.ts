// Times whole jobs on a device, from encoded pictures to the encoded result.
import type { RecipeName } from '../../src/effects/style/optimise/recipe.ts';
import { rounded, type Table } from '../measure/report.ts';
import { type MeasuredDevice, withStyleProcess } from './process.ts';

export type Job = {
  device: MeasuredDevice;
  side: number;
  weights: 'full' | 'small';
  recipe: RecipeName;
  /** Without it the recipe's own number. */
  steps?: number;
};

export type MeasuredJob = Job & { seconds: number; steps: number; peakBytes: number };

/** Runs one job after the other, each in a new process. */
export async function measureJobs(threads: number, jobs: readonly Job[]): Promise<MeasuredJob[]> {
  const measured: MeasuredJob[] = [];
  for (const job of jobs) {
    const { device, side, weights, recipe, steps } = job;
    const chosen = `weights=${weights},recipe=${recipe},size=${side},seconds=0`;
    const options = steps === undefined ? chosen : `${chosen},steps=${steps}`;
    measured.push(
      await withStyleProcess(async ({ ask }) => {
        await ask({ kind: 'open', device, threads });
        const sample = await ask({ kind: 'job', side, options });
        return { ...job, ...sample, ...(await ask({ kind: 'memory' })) };
      }),
    );
  }
  return measured;
}

export const jobsTable = (title: string, jobs: readonly MeasuredJob[]): Table => ({
  title,
  columns: ['device', 'picture', 'network', 'recipe', 'steps', 'seconds', 'peak RSS'],
  rows: jobs.map(({ device, side, weights, recipe, steps, seconds, peakBytes }) => [
    device,
    `${side}²`,
    weights,
    `\`${recipe}\``,
    steps,
    rounded(seconds),
    `${Math.round(peakBytes / 1e6)} MB`,
  ]),
});
