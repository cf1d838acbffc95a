// From blobs to a blob: header checks and placement first, then decode, run, encode.
import type { Codecs, Probe } from '../codecs/codec.ts';
import type { Image, Size } from '../image.ts';
import { createPace } from '../pace.ts';
import { type Admitted, admit } from './admit.ts';
import { type Answer, encodeAnswer, reportAnswer, withOutputStep } from './answer.ts';
import {
  type ChooseFormat,
  type Estimate,
  type EstimateContext,
  estimateRest,
  type Limits,
  stepSizes,
} from './cost.ts';
import { loadFile, type OpenFile, openFile } from './load.ts';
import { fitsEdge, overBudget, type Place } from './place.ts';
import { furtherImages, type Plan } from './plan.ts';
import { type RunPorts, type RunResult, runPlan } from './run.ts';

export type RenderPorts = RunPorts & {
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
  /** How many steps each `auto` came to. */
  autoSteps: number[];
  timings: { queue: number; decode: number; steps: RunResult['steps']; encode: number };
};

/** A plan with its files, their headers read, and where it is to be rendered. */
export type Placed = Admitted & {
  files: readonly OpenFile[];
  /** Texts of the further images, whose files follow the main one. */
  names: readonly string[];
  choose: ChooseFormat;
};

/**
 * Decides from headers alone which of the places renders a plan; nothing is decoded. `choose` names the output format once it is
 * known whether the result is transparent. Throws `not_an_image`, `format_unsupported`, `too_many_pixels`, `undecodable`,
 * `over_budget` and `backend_unavailable`.
 */
export function placePlan(
  asked: Plan,
  blobs: Blobs,
  choose: ChooseFormat,
  context: Pick<EstimateContext, 'codecs' | 'limits'> & { places: readonly Place[] },
): Placed {
  const names = [...furtherImages(asked).keys()];
  const bytes = [blobs.main, ...names.map((name) => blobs.further.get(name) as Uint8Array)];
  const files = bytes.map(openFile);
  const admitted = admit(withOutputStep(asked), files, { ...context, choose });
  return { ...admitted, files, names, choose };
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
  const { codecs, limits, place = 'edge' } = ports;
  return renderPlaced(placePlan(asked, blobs, choose, { codecs, limits, places: [place] }), ports);
}

async function work(
  { plan, estimate, place, autoSteps, files, names, choose }: Placed,
  ports: RenderPorts,
) {
  const { codecs, limits, now, pause } = ports;
  const pace = createPace(pause);
  const [main, ...others] = files as [OpenFile, ...OpenFile[]];
  const load = (file: OpenFile, index: number) =>
    loadFile(file, estimate.shrinks[index] as number, { codecs, pace });

  const began = now();
  const loaded = await load(main, 0);
  const further = new Map<string, Image>();
  for (const [i, file] of others.entries()) {
    further.set(names[i] as string, (await load(file, i + 1)).image);
  }
  const decoded = now();
  const asJson = plan.output.f === 'json';
  // A job's numbers are kept with it, whatever it answers.
  const reports = asJson || place === 'gpu';
  const inputs = { ...loaded, further, reports, admit: admitRest };
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
    autoSteps,
    timings: { decode: decoded - began, steps: result.steps, encode: now() - ran },
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
