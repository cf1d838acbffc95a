// The log of losses: a CSV file with means over some steps in each line.
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import type { StepReport } from './trainer.ts';

export type LossLog = {
  /** Takes a step's report; returns the means when a line is written. */
  add: (step: number, report: StepReport) => Promise<StepReport | undefined>;
};

/** A log with a line for every `every` steps. Lines after step `from` belong to work that was lost, and are dropped. */
export async function openLossLog(path: string, { from, every }: { from: number; every: number }) {
  const lines = await readFile(path, 'utf8').then(
    (text) => text.split('\n').filter((line) => line !== ''),
    () => [],
  );
  const [head, ...rest] = lines;
  const kept = rest.filter((line) => Number(line.split(',')[0]) <= from);
  if (head) await writeFile(path, `${[head, ...kept].join('\n')}\n`);
  let known = head !== undefined;
  let sums: StepReport = {};
  let count = 0;
  const log: LossLog = {
    async add(step, report) {
      for (const [name, value] of Object.entries(report)) sums[name] = (sums[name] ?? 0) + value;
      count += 1;
      if (step % every !== 0) return undefined;
      const means = Object.fromEntries(
        Object.entries(sums).map(([name, sum]) => [name, sum / count]),
      );
      if (!known) await writeFile(path, `step,${Object.keys(means).join(',')}\n`);
      known = true;
      const values = Object.values(means).map((value) => value.toPrecision(5));
      await appendFile(path, `${step},${values.join(',')}\n`);
      sums = {};
      count = 0;
      return means;
    },
  };
  return log;
}
