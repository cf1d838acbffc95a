// Measures whole renderings inside workerd, by stage.
import type { OutputFormat } from '../../src/codecs/codec.ts';
import { effects } from '../../src/effects/index.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import { createRenderer } from '../../src/render/renderer.ts';
import { codecs, fileOf, kernels, pause, tensors } from './engine.ts';

/** `plan`: the segments of a URL; `further`: stored files by the texts of further images; `repeat`: how many renderings make one sample. */
export type RenderOptions = {
  plan: string;
  file: string;
  further?: Record<string, string>;
  format: OutputFormat;
  repeat?: number;
};

/** Mean milliseconds. `total` includes the work between the stages (header checks, conversion to bytes). */
export type RenderSample = {
  decode: number;
  steps: { name: string; ms: number }[];
  encode: number;
  total: number;
};

// The limits are chosen from these measurements, so none may apply here.
export const limits = {
  maxSourcePixels: 1e9,
  maxResultPixels: 1e9,
  edgeBudgetMs: 1e9,
};

// workerd's clock moves in whole milliseconds, so a sample is the mean of several runs.
async function render({ repeat = 1, ...options }: RenderOptions): Promise<RenderSample> {
  const samples: RenderSample[] = [];
  for (let i = 0; i < repeat; i++) samples.push(await renderOnce(options));
  const mean = (pick: (sample: RenderSample) => number): number =>
    samples.reduce((sum, sample) => sum + pick(sample), 0) / repeat;
  const last = samples.at(-1)!;
  return {
    ...last,
    decode: mean((s) => s.decode),
    steps: last.steps.map(({ name }, i) => ({ name, ms: mean((s) => s.steps[i]?.ms ?? 0) })),
    encode: mean((s) => s.encode),
    total: mean((s) => s.total),
  };
}

async function renderOnce(options: Omit<RenderOptions, 'repeat'>): Promise<RenderSample> {
  const { plan, file, further = {}, format } = options;
  const parsed = parsePlan(plan.split('/'), effects);
  const blobs = {
    main: fileOf(file),
    further: new Map(Object.entries(further).map(([text, name]) => [text, fileOf(name)])),
  };
  const gate = { enter: async () => () => {}, check: () => {} };
  const now = () => performance.now();
  const renderer = createRenderer({
    codecs,
    limits,
    gate,
    now,
    pause,
    kernels,
    tensors,
    places: ['edge'],
  });
  const began = performance.now();
  const placed = await renderer.place({
    plan: parsed,
    blobs,
    choose: () => [{ format, lossless: parsed.output.lossless === true }],
  });
  const { timings } = await renderer.render(placed);
  const total = performance.now() - began;
  return {
    decode: timings.decode,
    steps: timings.steps.map(({ name, ms }) => ({ name, ms })),
    encode: timings.encode,
    total,
  };
}

export const renderMeasurements = { render, nothing: () => undefined };
