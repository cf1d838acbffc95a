// Fits scales and steps to a deadline from the measured speed of the device.
import { countFlops } from '../../../graph/count-flops.ts';
import { createGraph } from '../../../graph/graph.ts';
import type { Size } from '../../../image.ts';
import { vgg19Features } from '../../../nets/vgg19/vgg19.ts';
import { type Network, type Objective, objectiveGraph, type Targets } from './objective.ts';
import { growingSizes, type ScheduleOptions, stagesOf } from './schedule.ts';
import type { Stage } from './state.ts';

/** Measured speed of a device. */
export type Speed = {
  secondsPerFlop: number;
  /** Time before the first step of a scale: fixed seconds plus `stepsPerStage` times the duration of one step there. */
  secondsPerStage: number;
  stepsPerStage: number;
};

// A schedule of several scales is affordable if the time allows this share of its steps. Fewer steps look worse than a smaller picture.
const FEWEST_STEPS = 0.4;
// Share of the time that is planned for, because predictions may be too low.
const MARGIN = 0.92;
// Long side in px below which a deadline does not reduce the result.
const SMALLEST_SIDE = 128;

/** Operations of one step at a size. */
export type FlopsOf = (size: Size) => number;

/** Counts the operations of a step, once per size. */
export function flopsCounter(network: Network, objective: Objective): FlopsOf {
  const known = new Map<string, number>();
  return (size) => {
    const key = `${size.width} ${size.height}`;
    let flops = known.get(key);
    if (flops === undefined) {
      const targets = blankTargets(size, network, objective);
      flops = countFlops(objectiveGraph(size, network, objective, targets).outputs);
      known.set(key, flops);
    }
    return flops;
  };
}

/** Targets of the right shapes, for a graph that is only counted. */
function blankTargets(size: Size, network: Network, objective: Objective): Targets {
  const styleLayers = objective.styleLayers.map(({ name }) => name);
  const features = vgg19Features(createGraph().input('picture', [1, 3, size.height, size.width]), {
    ...network,
    layers: [...objective.contentLayers, ...styleLayers],
  });
  const blank = (...shape: number[]) => ({
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
  });
  const channels = (name: string): number => features[name]?.shape[1] ?? 1;
  return {
    content: Object.fromEntries(
      objective.contentLayers.map((name) => [name, blank(...(features[name]?.shape ?? []))]),
    ),
    style: Object.fromEntries(
      styleLayers.map((name) => {
        const square = blank(channels(name), channels(name));
        const mean = blank(channels(name), 1);
        return [
          name,
          objective.styleLoss === 'gram'
            ? { gram: square }
            : { mean, covariance: square, root: square },
        ];
      }),
    ),
  };
}

/** Schedules to choose from for a deadline, from the smallest to the wanted one. With a single scale that is the only one: it gets fewer steps. */
export const schedulesUpTo = (wanted: ScheduleOptions): Stage[][] =>
  wanted.coarsest === undefined
    ? [stagesOf(wanted)]
    : growingSizes({ ...wanted, coarsest: SMALLEST_SIDE }).map((size) =>
        stagesOf({ ...wanted, size }),
      );

/** The largest schedule that fits into the seconds with enough of its steps, else the smallest one. */
export const scheduleWithin = (
  schedules: readonly Stage[][],
  seconds: number,
  speed: Speed,
  flopsOf: FlopsOf,
): Stage[] =>
  schedules.findLast((schedule) => affordable(schedule, seconds, speed, flopsOf) >= FEWEST_STEPS) ??
  schedules[0]!;

/** The time that is left, and what is needed to predict steps. */
export type TimeLeft = { seconds: number; speed: Speed; flopsOf: FlopsOf };

/** The next scale after `last` in the larger schedules, if there is time for enough of its steps. */
export function nextStage(
  last: Stage,
  schedules: readonly Stage[][],
  { seconds, speed, flopsOf }: TimeLeft,
): Stage | undefined {
  const larger = schedules
    .flatMap((schedule) => schedule.at(-1) ?? [])
    .find(({ width, height }) => width * height > last.width * last.height);
  const fits = larger && affordable([larger], seconds, speed, flopsOf) >= FEWEST_STEPS;
  return fits ? larger : undefined;
}

/**
 * The stages, those from `index` on with as many of their steps as the seconds allow. If that is not even one, they are dropped;
 * the first stage keeps one step.
 */
export function fitSteps(
  stages: readonly Stage[],
  index: number,
  { seconds, speed, flopsOf }: TimeLeft,
): Stage[] {
  const share = Math.min(1, affordable(stages.slice(index), seconds, speed, flopsOf));
  const fitted = stages.map((stage, i) =>
    i < index ? stage : { ...stage, steps: Math.floor(stage.steps * share) },
  );
  if (fitted[index]?.steps !== 0) return fitted;
  return index > 0
    ? fitted.slice(0, index)
    : fitted.slice(0, 1).map((stage) => ({ ...stage, steps: 1 }));
}

/** Share of the stages' steps for which there is time; above 1 if there is time for more. */
function affordable(
  stages: readonly Stage[],
  seconds: number,
  { secondsPerFlop, secondsPerStage, stepsPerStage }: Speed,
  flopsOf: FlopsOf,
): number {
  let before = 0;
  let stepping = 0;
  for (const stage of stages) {
    const step = flopsOf(stage) * secondsPerFlop;
    before += secondsPerStage + stepsPerStage * step;
    stepping += stage.steps * step;
  }
  return Math.max(0, seconds * MARGIN - before) / stepping;
}
