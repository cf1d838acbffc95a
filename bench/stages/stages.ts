// Samples of a rendering by its stages.
import type { RenderOptions, RenderSample } from '../inside/render.ts';
import { interleave } from '../measure/interleave.ts';
import { median, rounded, type Table } from '../measure/report.ts';
import type { Runtime } from '../measure/runtime.ts';

/** Medians, and the samples of each stage. */
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
): Promise<{
  stages: Record<string, Stages>;
  predicted: Record<string, RenderSample['predicted']>;
}> {
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
  const predicted: Record<string, RenderSample['predicted']> = {};
  for (const [name, samples] of Object.entries(all)) {
    const kept = samples.slice(-rounds);
    const steps = kept.map((s) => s.steps.reduce((sum, step) => sum + step.ms, 0));
    stages[name] = {
      decode: kept.map((s) => s.decode),
      steps,
      encode: kept.map((s) => s.encode),
      rest: kept.map((s, i) => Math.max(0, s.total - s.decode - (steps[i] as number) - s.encode)),
      total: kept.map((s) => s.total),
    };
    predicted[name] = (kept[0] as RenderSample).predicted;
  }
  return { stages, predicted };
}

const columns = ['decode', 'steps', 'encode', 'rest', 'total'] as const;

/** Median milliseconds by stage; behind the steps and the total their least and greatest. */
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

/** The raw numbers by `<plan>: <stage>`. */
export function stageSamples(stages: Record<string, Stages>): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(stages).flatMap(([name, s]) =>
      columns.map((stage) => [`${name}: ${stage}`, s[stage]]),
    ),
  );
}
