// Measures whole renderings inside workerd.
import type { Format } from '../../src/codecs/codec.ts';
import { effects } from '../../src/effects/index.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import { createRenderer } from '../../src/render/renderer.ts';
import { codecs, fileOf, type Heaps, heapBytes, pause, tensors } from './engine.ts';

/** `plan` is the segments of a URL; `further` maps the texts of further images to files; `repeat` is how many renderings make a sample. */
export type RenderOptions = {
  plan: string;
  file: string;
  further?: Record<string, string>;
  format: Format;
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
  const gate = { enter: async () => () => {}, check: () => {} };
  const now = () => performance.now();
  const renderer = createRenderer({
    ...{ codecs, limits, gate, now, pause, tensors },
    places: ['edge'],
  });
  const began = performance.now();
  const placed = await renderer.place({ plan: parsed, blobs, choose: () => format });
  const { timings, estimate } = await renderer.render(placed);
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
