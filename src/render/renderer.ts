// The renderer of one place; the rim makes it once, with the ports of that place.
import type { Codecs, EarlyDecoding } from '../codecs/codec.ts';
import type { ShrinkDecoder } from '../codecs/outside/outside.ts';
import type { Estimate, Limits } from '../cost/estimate.ts';
import { type Place, refuseWithoutBackend } from '../cost/place.ts';
import type { ReadModel } from '../effects/effect.ts';
import type { JobPort } from '../effects/job-port.ts';
import { AppError } from '../errors.ts';
import type { Waiting } from '../gate/queue.ts';
import { isGpuOnly, modelsOf, type Plan } from '../plan/plan.ts';
import { type OutputChoice, outputChoice } from './output-format.ts';
import {
  type AskedByHeads,
  type AskedPlan,
  beginEarly,
  type Placed,
  placePlan,
  refuseByHeads,
} from './place.ts';
import { type Rendered, renderPlaced } from './render.ts';
import type { RunPorts } from './run.ts';
import type { VectorStore } from './vectors.ts';

/** Models that are installed at this place. */
export type Models = {
  model: ReadModel;
  /** Throws `model_missing` if a model is not installed. Called for every request, so it must be cheap. */
  check: (name: string) => Promise<void>;
};

/** Decides when work may begin. */
export type Admission = {
  /** Waits until the work may begin. The returned function ends it. Throws `busy`. */
  enter: (estimate: Estimate, waiting?: Waiting) => Promise<() => void>;
  /** Throws `busy` if the queue is full even for the lightest work. */
  check: (waiting?: Waiting) => void;
};

export type RendererPorts = Pick<RunPorts, 'now' | 'pause' | 'kernels' | 'tensors'> & {
  codecs: Codecs;
  limits: Limits;
  /** Where plans can run, this place first. */
  places: readonly Place[];
  gate: Admission;
  /** The installed models; no models if left out. */
  models?: Models;
  /** Stores vectors of further images; no vector is stored if left out. */
  vectors?: VectorStore;
  /** Graph engine, progress, previews and checkpoints for job steps, on the GPU backend. */
  job?: JobPort;
  /** Decodes what this place cannot hold or does not read; nothing is decoded elsewhere if left out. */
  shrinkDecoder?: ShrinkDecoder;
  /** Logs failures of the store of vectors. */
  log?: (entry: Record<string, unknown>) => void;
};

/** What is likely to become of a plan, as the first bytes of its files say. */
export type PlacedByHeads = {
  place: Place;
  /** Begins to decode the main image while its file arrives, if that is possible; see `Decoder.decodeEarly`. */
  begin: () => EarlyDecoding | undefined;
};

type RenderHow = { background?: (work: Promise<void>) => void; waiting?: Waiting | undefined };

export type Renderer = {
  /** The format of the answer for an `Accept` header. Throws `bad_option` for a format that has no encoder. */
  choose: (plan: Plan, accept: string | null) => OutputChoice;
  /**
   * Those of the places (default: all of the rim) that have what the plan needs; call this before any file is read. Throws
   * `backend_unavailable` if a step needs a GPU backend and there is none, `model_missing` if a model is not installed here and there is
   * no other place, `busy` if the queue is full.
   */
  check: (
    plan: Plan,
    how?: { places?: readonly Place[]; waiting?: Waiting },
  ) => Promise<readonly Place[]>;
  /** Refuses, from the first bytes of the files, a plan that none of the places can render; throws what `place` would. */
  placeByHeads: (asked: AskedByHeads, places: readonly Place[]) => PlacedByHeads;
  /** Decides from the files' headers which of the places (default: all of the rim) renders the plan. Throws what `placePlan` throws. */
  place: (asked: AskedPlan, places?: readonly Place[]) => Promise<Placed>;
  /** Renders here; `background` takes work that may continue after the answer. Throws `busy`, `undecodable`, `over_budget`. */
  render: (placed: Placed, how?: RenderHow) => Promise<Rendered>;
};

/** Makes a renderer, which has no state of its own. */
export function createRenderer(ports: RendererPorts): Renderer {
  const { gate, models } = ports;
  const rendering = { ...ports, ...(models && { model: models.model }) };
  return {
    choose: (plan, accept) => outputChoice(plan, accept, ports),
    async check(plan, { places = ports.places, waiting } = {}) {
      refuseWithoutBackend(plan, places);
      if (plan.steps.some(isGpuOnly)) return places;
      const able = await placesWithModels(plan, places, models);
      gate.check(waiting);
      return able;
    },
    placeByHeads(asked, places) {
      const admitted = refuseByHeads(asked, places, ports);
      return {
        place: admitted.place,
        begin: () => beginEarly(admitted, asked.heads, ports.codecs),
      };
    },
    place: (asked, places = ports.places) => placePlan(asked, places, ports),
    render: (placed, { background, waiting } = {}) =>
      renderPlaced(placed, {
        ...rendering,
        ...(background && { background }),
        enter: (estimate) => gate.enter(estimate, waiting),
      }),
  };
}

async function placesWithModels(
  plan: Plan,
  places: readonly Place[],
  models: Models | undefined,
): Promise<readonly Place[]> {
  try {
    for (const name of modelsOf(plan)) await models?.check(name);
    return places;
  } catch (error) {
    const others = places.slice(1);
    const elsewhere = error instanceof AppError && error.code === 'model_missing';
    if (elsewhere && others.length > 0) return others;
    throw error;
  }
}
