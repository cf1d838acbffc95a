// Measures whole renderings and bare codecs inside workerd.
import type { Format } from '../../src/codecs/codec.ts';
import { effects } from '../../src/effects/index.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import { renderPlan } from '../../src/plan/render.ts';
import { codecOf, codecs, fileOf, heapBytes, pause } from './engine.ts';

/** `plan` is the segments of a URL; `further` maps the texts of further images to files. */
export type RenderOptions = {
  plan: string;
  file: string;
  further?: Record<string, string>;
  format: Format;
};

/** Milliseconds; `total` includes what lies between the stages (header checks, conversion to bytes). */
export type RenderSample = {
  decode: number;
  steps: { name: string; ms: number }[];
  encode: number;
  total: number;
  predicted: { ms: number; stepMs: number[]; bytes: number };
  heaps: { tensors: number; codecs: number };
};

// Measurements decide about limits, so none may apply.
const limits = {
  maxSourcePixels: 1e9,
  maxResultPixels: 1e9,
  edgeBudgetMs: 1e9,
  edgeMemoryBytes: 1e12,
};

async function render({ plan, file, further = {}, format }: RenderOptions): Promise<RenderSample> {
  const parsed = parsePlan(plan.split('/'), effects);
  const blobs = {
    main: fileOf(file),
    further: new Map(Object.entries(further).map(([text, name]) => [text, fileOf(name)])),
  };
  const ports = { codecs, limits, now: () => performance.now(), pause };
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

export type CodecSample = {
  decode: number;
  encode: number;
  pixels: number;
  heaps: { tensors: number; codecs: number };
};

/** Decodes a file and encodes its pixels in the same format. */
async function codec({ file, format }: { file: string; format: Format }): Promise<CodecSample> {
  const began = performance.now();
  const image = await codecOf(format).decode(fileOf(file));
  const middle = performance.now();
  await codecOf(format).encode(image, { quality: 85 });
  const encode = performance.now() - middle;
  return {
    decode: middle - began,
    encode,
    pixels: image.width * image.height,
    heaps: heapBytes(),
  };
}

export const renderMeasurements = { render, codec, nothing: () => ({ heaps: heapBytes() }) };
