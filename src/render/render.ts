// From blobs to a blob: header checks and placement first, then decode, run, encode.
import type { Codecs, Probe } from '../codecs/codec.ts';
import { type Admitted, admit } from '../cost/admit.ts';
import {
  type ChooseFormat,
  type Estimate,
  type EstimateContext,
  estimateRest,
  type Limits,
  stepSizes,
} from '../cost/estimate.ts';
import { fitsEdge, overBudget, type Place } from '../cost/place.ts';
import type { Image, Size } from '../image.ts';
import { createPace, type Pace } from '../pace.ts';
import type { Auto } from '../plan/auto-steps.ts';
import { type Plan, pixelImages, vectorId, vectorUses } from '../plan/plan.ts';
import { type Answer, encodeAnswer, reportAnswer, withOutputStep } from './answer.ts';
import { loadFile, type OpenFile, openFile } from './load.ts';
import { type RunPorts, type RunResult, runPlan } from './run.ts';
import { findVectors, makeVectors, type VectorPorts, type WantedVector } from './vectors.ts';

export type RenderPorts = RunPorts &
  VectorPorts & {
    codecs: Codecs;
    limits: Limits;
    /** Where this is; the edge unless given. */
    place?: Place;
    /** Waits until the work may begin, and answers what ends it; throws `busy`. */
    enter: (estimate: Estimate) => Promise<() => void>;
  };

export type Blobs = {
  main: Uint8Array;
  /** Further images by their text in the plan. */
  further: ReadonlyMap<string, Uint8Array>;
};

export type Rendered = Answer & {
  source: Probe;
  size: Size;
  estimate: Estimate;
  /** What each `auto` came to. */
  autos: Auto[];
  timings: {
    queue: number;
    /** Finding the vectors that the plan needs, and making those that were not found; left out where it needs none. */
    vectors?: VectorTiming;
    decode: number;
    steps: RunResult['steps'];
    encode: number;
  };
};

/** Milliseconds, and how many vectors were found and made. */
type VectorTiming = { lookup: number; making: number; known: number; made: number };

/** A plan with its files, their headers read, and where it is to be rendered. */
export type Placed = Admitted & {
  files: readonly OpenFile[];
  /** Texts of the further images that steps see, whose files follow the main one. */
  names: readonly string[];
  vectors: {
    known: readonly WantedVector[];
    wanted: readonly (WantedVector & { file: OpenFile })[];
  };
  /** Milliseconds that looking for vectors took. */
  lookedUp: number;
  choose: ChooseFormat;
};

export type PlaceContext = Pick<EstimateContext, 'codecs' | 'limits'> &
  Pick<VectorPorts, 'vectors' | 'log'> &
  Pick<RunPorts, 'now'> & { places: readonly Place[] };

/**
 * Decides from headers alone which of the places renders a plan; nothing is decoded. Images are not even opened of which the plan needs
 * nothing but a vector that is known. `choose` names the output format once it is known whether the result is transparent. Throws
 * `not_an_image`, `format_unsupported`, `too_many_pixels`, `undecodable`, `over_budget` and `backend_unavailable`.
 */
export async function placePlan(
  asked: Plan,
  { main, further }: Blobs,
  choose: ChooseFormat,
  context: PlaceContext,
): Promise<Placed> {
  const began = context.now();
  const found = await findVectors(vectorUses(asked), further, context);
  const lookedUp = context.now() - began;
  const names = pixelImages(asked);
  const files = [main, ...names.map((name) => further.get(name) as Uint8Array)].map(openFile);
  const known = found.filter(({ vector }) => vector);
  const wanted = found
    .filter(({ vector }) => !vector)
    .map((each) => ({ ...each, file: openFile(further.get(each.use.text) as Uint8Array) }));
  const admitted = admit(withOutputStep(asked), files, { ...context, choose, vectors: wanted });
  return { ...admitted, files, names, vectors: { known, wanted }, lookedUp, choose };
}

/** Renders what was placed here. Throws `busy`, and `undecodable` for what headers do not tell. */
export async function renderPlaced(placed: Placed, ports: RenderPorts): Promise<Rendered> {
  const { now, enter } = ports;
  const asking = now();
  const leave = await enter(placed.estimate);
  try {
    const queue = now() - asking;
    const { timings, ...rendered } = await work(placed, ports);
    return { ...rendered, timings: { queue, ...timings } };
  } finally {
    leave();
  }
}

/** Renders a plan at `ports.place`, with every error of `placePlan` and `renderPlaced`. */
export async function renderPlan(
  asked: Plan,
  blobs: Blobs,
  choose: ChooseFormat,
  ports: RenderPorts,
): Promise<Rendered> {
  const { place = 'edge' } = ports;
  return renderPlaced(await placePlan(asked, blobs, choose, { ...ports, places: [place] }), ports);
}

async function work(placed: Placed, ports: RenderPorts) {
  const { plan, estimate, place, autos, files, names, choose } = placed;
  const { codecs, limits, now, pause } = ports;
  const pace = createPace(pause);
  const [main, ...others] = files as [OpenFile, ...OpenFile[]];
  const load = (file: OpenFile, index: number) =>
    loadFile(file, estimate.shrinks[index]!, { codecs, pace });

  // First, so that nothing else is held meanwhile.
  const { vectors, timing } = await allVectors(placed, { ...ports, pace });
  const began = now();
  const loaded = await load(main, 0);
  const further = new Map<string, Image>();
  for (const [i, file] of others.entries()) {
    further.set(names[i]!, (await load(file, i + 1)).image);
  }
  const decoded = now();
  const asJson = plan.output.f === 'json';
  // A job's numbers are kept with it, whatever it answers.
  const reports = asJson || place === 'gpu';
  const inputs = { ...loaded, further, vectors, reports, admit: admitRest };
  const result = await runPlan(plan, inputs, ports);
  const ran = now();
  const size = { width: result.image.width, height: result.image.height };
  const source = main.header;
  const answer = asJson
    ? reportAnswer({ size, source, predicted: estimate, limits, place, steps: result.steps })
    : await encodeAnswer(result.image, plan.output, { codecs, choose, pace });
  return {
    ...answer,
    source,
    size,
    estimate,
    autos,
    timings: {
      ...(timing && { vectors: timing }),
      ...{ decode: decoded - began, steps: result.steps, encode: now() - ran },
    },
  };

  /** Holds the rest of the plan to the limits where a picture is not of the predicted size; what is done counts against the same budget. */
  function admitRest(index: number, actual: Size): void {
    const rest = { ...plan, steps: plan.steps.slice(index) };
    const sizes = stepSizes(rest, actual, limits);
    if (place === 'gpu') return;
    const left = estimateRest(rest, sizes, {
      held: 4 * (loaded.image.width * loaded.image.height),
      shrink: 1,
      alpha: true,
      context: { codecs, limits, choose, margin: 1 },
    });
    const stepMs = [...estimate.stepMs.slice(0, index), ...left.stepMs];
    const before = estimate.stepMs.reduce((sum, ms) => sum + ms, 0);
    const ms = estimate.ms - before + stepMs.reduce((sum, one) => sum + one, 0);
    const predicted = { ...estimate, ...left, stepMs, ms };
    if (!fitsEdge(predicted, limits)) throw overBudget(plan, predicted, limits, () => false);
  }
}

/** The vectors that a plan needs, by `vectorId`. */
async function allVectors(
  { vectors: { known, wanted }, lookedUp }: Placed,
  ports: RenderPorts & { pace: Pace },
): Promise<{ vectors: Map<string, Float32Array>; timing?: VectorTiming }> {
  const began = ports.now();
  const vectors = await makeVectors(wanted, ports);
  for (const { use, vector } of known) vectors.set(vectorId(use), vector as Float32Array);
  if (vectors.size === 0) return { vectors };
  const making = ports.now() - began;
  return {
    vectors,
    timing: { lookup: lookedUp, making, known: known.length, made: wanted.length },
  };
}
