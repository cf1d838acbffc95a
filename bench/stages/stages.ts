// Samples renderings inside workerd by their stages.
import type { RenderOptions, RenderSample } from '../inside/render.ts';
import { interleave } from '../measure/interleave.ts';
import { median, rounded, type Table } from '../measure/report.ts';
import type { Runtime } from '../measure/runtime.ts';

/** The samples of each stage, in milliseconds. */
export type Stages = {
  decode: number[];
  steps: number[];
  encode: number[];
  rest: number[];
  total: number[];
};

/** Renders each of `plans` in turn, `rounds` times. */
export async function sampleStages(
  runtime: Runtime,
  rounds: number,
  plans: Record<string, RenderOptions>,
): Promise<Record<string, Stages>> {
  const all: Record<string, RenderSample[]> = {};
  const run = ([name, options]: [string, RenderOptions]) => [
    name,
    async () => {
      const sample = await runtime.measure<RenderSample>('render', options);
      all[name] = [...(all[name] ?? []), sample];
      return sample.total;
    },
  ];
  await interleave(rounds, Object.fromEntries(Object.entries(plans).map(run)));
  const stages: Record<string, Stages> = {};
  for (const [name, samples] of Object.entries(all)) {
    const kept = samples.slice(-rounds);
    const steps = kept.map((s) => s.steps.reduce((sum, step) => sum + step.ms, 0));
    stages[name] = {
      decode: kept.map((s) => s.decode),
      steps,
      encode: kept.map((s) => s.encode),
      rest: kept.map((s, i) => Math.max(0, s.total - s.decode - steps[i]! - s.encode)),
      total: kept.map((s) => s.total),
    };
  }
  return stages;
}

const columns = ['decode', 'steps', 'encode', 'rest', 'total'] as const;

/** Milliseconds by stage: the median, and the range in brackets. */
export function stagesTable(title: string, stages: Record<string, Stages>): Table {
  const range = (samples: number[]): string =>
    `${rounded(median(samples))} (${rounded(Math.min(...samples))}–${rounded(Math.max(...samples))})`;
  return {
    title,
    columns: ['median ms (min–max)', ...columns],
    rows: Object.entries(stages).map(([name, s]) => [
      name,
      ...columns.map((stage) => range(s[stage])),
    ]),
  };
}
