// Measures whole renderings inside workerd.
import type { OutputFormat } from '../../src/codecs/codec.ts';
import { effects } from '../../src/effects/index.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import { renderPlan } from '../../src/render/render.ts';
import { codecs, fileOf, type Heaps, heapBytes, pause, tensors } from './engine.ts';

/** `plan` is the segments of a URL; `further` maps the texts of further images to files; `repeat` is how many renderings make a sample. */
export type RenderOptions = {
  plan: string;
  file: string;
  further?: Record<string, string>;
  format: OutputFormat;
  repeat?: number;
};

/** Mean milliseconds of the renderings; `total` includes what lies between the stages (header checks, conversion to bytes). */
export type RenderSample = {
  decode: number;
  steps: { name: string; ms: number }[];
  encode: number;
  total: number;
  predicted: { ms: number; stepMs: number[]; bytes: number };
  heaps: Heaps;
};

// Measurements decide about limits, so none may apply.
export const limits = {
  maxSourcePixels: 1e9,
  maxResultPixels: 1e9,
  edgeBudgetMs: 1e9,
  edgeMemoryBytes: 1e12,
  edgeHeapBytes: 1e12,
};

// workerd's clock moves in whole milliseconds: only means over several runs have parts of one.
async function render({ repeat = 1, ...options }: RenderOptions): Promise<RenderSample> {
  const samples: RenderSample[] = [];
  for (let i = 0; i < repeat; i++) samples.push(await renderOnce(options));
  const mean = (pick: (sample: RenderSample) => number): number =>
    samples.reduce((sum, sample) => sum + pick(sample), 0) / repeat;
  const last = samples.at(-1) as RenderSample;
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
  const enter = async () => () => {};
  const ports = { codecs, limits, now: () => performance.now(), pause, tensors, enter };
  const began = performance.now();
  const { timings, estimate } = await renderPlan(parsed, blobs, () => format, ports);
  const total = performance.now() - began;
  return {
    decode: timings.decode,
    steps: timings.steps.map(({ name, ms }) => ({ name, ms })),
    encode: timings.encode,
    total,
    predicted: { ms: estimate.ms, stepMs: estimate.stepMs, bytes: estimate.bytes },
    heaps: heapBytes(),
  };
}

export const renderMeasurements = { render, nothing: () => ({ heaps: heapBytes() }) };
