// Renders a plan that was placed here: makes vectors, then decodes, runs the steps, encodes.
import type { Codecs, Probe } from '../codecs/codec.ts';
import type { ShrinkDecoder } from '../codecs/outside/outside.ts';
import { decodeMs } from '../cost/decode-cost.ts';
import { type Estimate, estimateRest, type Limits, stepSizes } from '../cost/estimate.ts';
import { fitsEdge, overBudget } from '../cost/place.ts';
import { priceOf } from '../cost/rates.ts';
import { leastMargins } from '../cost/shrink.ts';
import { type Image, type Size, unshrunk } from '../image.ts';
import type { Auto } from '../plan/auto-steps.ts';
import { type Plan, vectorId } from '../plan/plan.ts';
import { release } from '../release.ts';
import { createPaces, type PaceOf } from '../timing.ts';
import { renderFrames } from './animate.ts';
import { type Answer, encodeAnswer, reportAnswer } from './answer.ts';
import { loadFile } from './load.ts';
import type { Placed } from './place.ts';
import { type RunPorts, type RunResult, runPlan } from './run.ts';
import { shrunkOutside } from './shrunk-outside.ts';
import { makeVectors, type VectorPorts } from './vectors.ts';

export type RenderPorts = RunPorts &
  VectorPorts & {
    codecs: Codecs;
    limits: Limits;
    /** Decodes the files that are marked so, if any. */
    shrinkDecoder?: ShrinkDecoder;
    /** Waits until the work may begin. The returned function ends it. Throws `busy`. */
    enter: (estimate: Estimate) => Promise<() => void>;
  };

export type Rendered = Answer & {
  source: Probe;
  size: Size;
  estimate: Estimate;
  /** The value chosen for each `auto` parameter. */
  autos: Auto[];
  timings: Timings;
};

/** Times in milliseconds. */
export type Timings = {
  queue: number;
  /** Waiting for the decoder outside; left out if no file goes there. */
  outside?: number;
  /** Looking up the vectors that the plan needs, and making missing ones; left out if it needs none. */
  vectors?: VectorTiming;
  decode: number;
  steps: RunResult['steps'];
  encode: number;
};

/** Times in milliseconds, and the numbers of vectors that were stored and that were made. */
type VectorTiming = { lookup: number; making: number; known: number; made: number };

type PacedPorts = RenderPorts & { paceOf: PaceOf };

/** Renders a plan that was placed here. Throws `busy`, `undecodable` for damage behind the headers, and what a decoder outside throws. */
export async function renderPlaced(asked: Placed, ports: RenderPorts): Promise<Rendered> {
  const { now, enter } = ports;
  using slot = new DisposableStack();
  // The decoder outside is asked before the slot is taken, because that waits and does not compute.
  const { placed, ms } = await shrunkOutside(asked, slot, ports);
  const asking = now();
  slot.defer(await enter(placed.estimate));
  const queue = now() - asking;
  const paced = { ...ports, paceOf: createPaces(ports.pause) };
  // Vectors come first, before the pictures take memory.
  const { vectors, timing } = await allVectors(placed, paced);
  const render = placed.estimate.frames > 1 ? renderAnimation : renderStill;
  const { answer, size, timings } = await render(placed, vectors, paced);
  return {
    ...answer,
    source: placed.files[0]!.outside?.stored ?? placed.files[0]!.header,
    size,
    estimate: placed.estimate,
    autos: placed.autos,
    timings: {
      queue,
      ...(ms !== undefined && { outside: ms }),
      ...(timing && { vectors: timing }),
      ...timings,
    },
  };
}

type Vectors = ReadonlyMap<string, Float32Array>;

type Made = { answer: Answer; size: Size; timings: Omit<Timings, 'queue' | 'outside' | 'vectors'> };

async function renderStill(placed: Placed, vectors: Vectors, ports: PacedPorts): Promise<Made> {
  const { now } = ports;
  const began = now();
  using pictures = new DisposableStack();
  const images = await loadAll(placed, pictures, ports);
  placed.releaseFiles?.();
  const decoded = now();
  const result = await runSteps(placed, { ...images, vectors, owned: true }, ports);
  const { image } = result;
  for (const { data } of images.further.values()) release(data);
  pictures.defer(() => release(image.data));
  const ran = now();
  const size = { width: image.width, height: image.height };
  const answer = await toAnswer(placed, { result, size }, ports);
  const { steps } = result;
  return { answer, size, timings: { decode: decoded - began, steps, encode: now() - ran } };
}

/** Keeps the frames of an animation. */
async function renderAnimation(placed: Placed, vectors: Vectors, ports: PacedPorts): Promise<Made> {
  const began = ports.now();
  using pictures = new DisposableStack();
  const further = await loadFurther(placed, pictures, ports);
  const loaded = ports.now() - began;
  // The job counts frames; the steps of one frame do not report to it.
  const { job: _, ...portsOfFrame } = ports;
  const run = (plan: Plan, image: Image) =>
    runSteps(
      { ...placed, plan },
      { image, shrunk: unshrunk(image), further, vectors, owned: true },
      portsOfFrame,
    );
  const { answer, size, steps, timings } = await renderFrames(placed, run, ports);
  const { decode, encode } = timings;
  return { answer, size, timings: { decode: loaded + decode, steps, encode } };
}

/** The vectors that a plan needs, by `vectorId`. */
async function allVectors(
  { vectors: { known, wanted }, lookedUp }: Placed,
  ports: PacedPorts,
): Promise<{ vectors: Map<string, Float32Array>; timing?: VectorTiming }> {
  const began = ports.now();
  const vectors = await makeVectors(wanted, ports);
  for (const { use, vector } of known) vectors.set(vectorId(use), vector!);
  if (vectors.size === 0) return { vectors };
  const making = ports.now() - began;
  return {
    vectors,
    timing: { lookup: lookedUp, making, known: known.length, made: wanted.length },
  };
}

type Images = Awaited<ReturnType<typeof loadFile>> & { further: ReadonlyMap<string, Image> };

/** All images of the plan; `pictures` releases them. */
async function loadAll(
  placed: Placed,
  pictures: DisposableStack,
  ports: PacedPorts,
): Promise<Images> {
  const loaded = await load(placed, 0, ports);
  pictures.defer(() => release(loaded.image.data));
  return { ...loaded, further: await loadFurther(placed, pictures, ports) };
}

async function loadFurther(
  placed: Placed,
  pictures: DisposableStack,
  ports: PacedPorts,
): Promise<Images['further']> {
  const further = new Map<string, Image>();
  for (const [i, name] of placed.names.entries()) {
    const { image } = await load(placed, i + 1, ports);
    pictures.defer(() => release(image.data));
    further.set(name, image);
  }
  return further;
}

/** Loads one of the files. */
function load(
  { files, estimate: { shrinks } }: Placed,
  index: number,
  { codecs, paceOf }: PacedPorts,
) {
  const [file, shrink] = [files[index]!, shrinks[index]!];
  return loadFile(file, shrink, { codecs, pace: paceOf(decodeMs(file, shrink, codecs)) });
}

function runSteps(
  placed: Placed,
  images: Images & { vectors: ReadonlyMap<string, Float32Array>; owned: boolean },
  ports: PacedPorts,
): Promise<RunResult> {
  const { plan, place, estimate } = placed;
  // A job stores its reports, whatever its output format.
  const reports = plan.output.f === 'json' || place === 'gpu';
  const { width, height } = images.image;
  const admit = (index: number, size: Size) =>
    admitRest(placed, { index, size, heldBytes: 4 * width * height }, ports);
  return runPlan(plan, { ...images, reports, admit, stepMs: estimate.stepMs }, ports);
}

/**
 * Checks the steps from `index` on against the limits again, because their input is not of the predicted size. Finished steps count
 * against the same budget. Returns the predicted milliseconds of each step; undefined on the GPU backend, where they are unknown.
 */
function admitRest(
  { plan, estimate, place, choose }: Placed,
  { index, size, heldBytes }: { index: number; size: Size; heldBytes: number },
  { codecs, limits }: RenderPorts,
): number[] | undefined {
  const rest = { ...plan, steps: plan.steps.slice(index) };
  const sizes = stepSizes(rest, size, limits);
  if (place === 'gpu') return undefined;
  const left = estimateRest(rest, sizes, {
    held: heldBytes,
    shrink: 1,
    alpha: true,
    context: { codecs, limits, choose, margins: leastMargins },
  });
  const stepMs = [...estimate.stepMs.slice(0, index), ...left.stepMs];
  const before = estimate.stepMs.reduce((sum, ms) => sum + ms, 0);
  const ms = estimate.ms - before + stepMs.reduce((sum, one) => sum + one, 0);
  const predicted = { ...estimate, ...left, stepMs, ms };
  if (!fitsEdge(predicted, limits)) throw overBudget(plan, predicted, limits);
  return stepMs;
}

async function toAnswer(
  { plan: { output }, files, estimate, place, choose }: Placed,
  { result: { image, steps }, size }: { result: RunResult; size: Size },
  { codecs, limits, paceOf }: PacedPorts,
): Promise<Answer> {
  if (output.f !== 'json') {
    const pace = paceOf(priceOf(estimate.stages.encode));
    return encodeAnswer(image, output, { codecs, choose, pace });
  }
  return reportAnswer({
    size,
    limits,
    place,
    steps,
    source: files[0]!,
    predicted: estimate,
  });
}
