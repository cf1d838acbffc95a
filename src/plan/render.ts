// From blobs to a blob: header checks and placement first, then decode, run, encode.
import type { Codecs, Format, Probe } from '../codecs/codec.ts';
import { orient } from '../codecs/orient.ts';
import { probe } from '../codecs/probe.ts';
import { AppError } from '../errors.ts';
import { hasTransparency, type Image, type Size } from '../image.ts';
import { type Estimate, estimate, type Limits, place } from './cost.ts';
import { furtherImages, type Plan } from './plan.ts';
import { type RunPorts, type RunResult, runPlan } from './run.ts';

export type RenderPorts = RunPorts & { codecs: Codecs; limits: Limits };

export type Blobs = {
  main: Uint8Array;
  /** Further images by their text in the plan. */
  further: ReadonlyMap<string, Uint8Array>;
};

export type Rendered = {
  blob: Uint8Array;
  mime: string;
  extension: string;
  source: Probe;
  size: Size;
  estimate: Estimate;
  timings: { decode: number; steps: RunResult['steps']; encode: number };
};

/**
 * Renders a plan. `choose` names the output format once it is known whether the result is transparent.
 * Throws every error that a picture can cause, before decoding where the header tells (`not_an_image`, `format_unsupported`,
 * `too_many_pixels`, `over_budget`), else `undecodable`.
 */
export async function renderPlan(
  plan: Plan,
  blobs: Blobs,
  choose: (transparent: boolean, size: Size) => Format,
  { codecs, limits, now, pause }: RenderPorts,
): Promise<Rendered> {
  const names = [...furtherImages(plan).keys()];
  const source = probe(blobs.main);
  const probes = new Map(names.map((name) => [name, probe(blobs.further.get(name) as Uint8Array)]));
  const predicted = estimate(plan, [source, ...probes.values()], limits);
  place(predicted, limits);

  const began = now();
  const image = await decodeUpright(codecs, blobs.main, source);
  const further = new Map<string, Image>();
  for (const [name, header] of probes) {
    further.set(name, await decodeUpright(codecs, blobs.further.get(name) as Uint8Array, header));
  }
  const decoded = now();
  const reports = plan.output.f === 'json';
  const admit = (index: number, size: Size): void => {
    const rest = { ...plan, steps: plan.steps.slice(index) };
    const upright = { ...source, ...size, orientation: 1 };
    const left = estimate(rest, [upright, ...probes.values()], limits);
    // What the steps before took counts against the same budget.
    const spent = predicted.stepMs.slice(0, index).reduce((sum, ms) => sum + ms, 0);
    place({ ...left, ms: left.ms + spent }, limits);
  };
  const result = await runPlan(plan, { image, further, reports, admit }, { now, pause });
  const ran = now();
  const size = { width: result.image.width, height: result.image.height };
  const encoded = reports
    ? encodeReport({ size, source, predicted, limits, steps: result.steps })
    : await encodeImage(codecs, result.image, choose, plan.output.q);
  return {
    ...encoded,
    source,
    size,
    estimate: predicted,
    timings: { decode: decoded - began, steps: result.steps, encode: now() - ran },
  };
}

async function decodeUpright(codecs: Codecs, bytes: Uint8Array, header: Probe): Promise<Image> {
  const codec = codecs[header.format];
  if (!codec) {
    throw new AppError(
      'format_unsupported',
      `expected JPEG, PNG or WebP, got ${header.format.toUpperCase()}`,
    );
  }
  const image = await codec.decode(bytes);
  if (image.width !== header.width || image.height !== header.height) {
    throw new AppError(
      'undecodable',
      `the header says ${header.width}×${header.height}, the picture is ${image.width}×${image.height}`,
    );
  }
  return orient(image, header.orientation);
}

type Encoded = Pick<Rendered, 'blob' | 'mime' | 'extension'>;

async function encodeImage(
  codecs: Codecs,
  image: Image,
  choose: (transparent: boolean, size: Size) => Format,
  quality: number,
): Promise<Encoded> {
  const transparent = hasTransparency(image);
  const codec = codecs[choose(transparent, { width: image.width, height: image.height })];
  if (!codec) throw new Error('the output format has no encoder');
  const opaque = transparent && !codec.alpha ? onWhite(image) : image;
  return {
    blob: await codec.encode(opaque, { quality }),
    mime: codec.mime,
    extension: codec.extension,
  };
}

function onWhite({ width, height, data }: Image): Image {
  const flat = new Uint8ClampedArray(data.length);
  for (let i = 0; i < data.length; i += 4) {
    const a = (data[i + 3] as number) / 255;
    for (let c = 0; c < 3; c++) flat[i + c] = (data[i + c] as number) * a + 255 * (1 - a);
    flat[i + 3] = 255;
  }
  return { width, height, data: flat };
}

type ReportParts = {
  size: Size;
  source: Probe;
  predicted: Estimate;
  limits: Limits;
  steps: RunResult['steps'];
};

function encodeReport({ size, source, predicted, limits, steps }: ReportParts): Encoded {
  const { format, width, height, orientation, frames } = source;
  const report = {
    ...size,
    source: { format, width, height, orientation, frames },
    cost: { ms: rounded(predicted.ms), budget: limits.edgeBudgetMs },
    steps: steps.map(({ name, report: numbers }) => ({ name, ...numbers })),
  };
  return {
    blob: new TextEncoder().encode(JSON.stringify(report)),
    mime: 'application/json',
    extension: 'json',
  };
}

const rounded = (ms: number): number => Math.round(10 * ms) / 10;
