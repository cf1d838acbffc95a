// Watches a running optimisation: tells how far it has come, keeps its state, and ends it at its deadline.
import type { Planes } from '../../../fit/planes.ts';
import type { JobPort } from '../../job-port.ts';
import { type FlopsOf, fitSteps, nextStage, type Speed } from './deadline.ts';
import { imageOfPlanes } from './pictures.ts';
import type { StepDone } from './stages.ts';
import { type Stage, stepsDone, toCheckpoint } from './state.ts';

export type WatchOptions = {
  job: JobPort;
  flopsOf: FlopsOf;
  /** Of `job.elapsed()`; without it no clock decides anything. */
  deadline: number | undefined;
  /** As measured before the first scale, where there is a deadline. */
  speed: Speed | undefined;
  /** Schedules of growing size, from which scales are added where it goes faster than was predicted. */
  schedules: readonly Stage[][];
  /** Takes off what was added to a picture that is too small. */
  crop: (picture: Planes) => Planes;
};

export type Watch = {
  beforeStage: (stages: readonly Stage[], index: number) => readonly Stage[];
  afterStep: (done: StepDone) => Promise<boolean>;
};

export function createWatch(options: WatchOptions): Watch {
  const { job, flopsOf, deadline, speed, schedules, crop } = options;
  const pace = createPace(job);

  const secondsAfter = (stages: readonly Stage[], stage: number): number =>
    stages
      .slice(stage + 1)
      .reduce((sum, s) => sum + s.steps * flopsOf(s) * (pace.secondsPerFlop() ?? 0), 0);

  function tell({ state, losses }: StepDone, secondsPerStep: number | undefined): void {
    const { stages, stage, step } = state;
    const left = stages[stage]!.steps - step;
    const { content = 0, style = 0, tv } = losses.terms;
    job.progress({
      step: stepsDone(state),
      steps: stages.reduce((sum, { steps }) => sum + steps, 0),
      losses: { total: losses.loss, content, style, ...(tv !== undefined && { tv }) },
      ...(secondsPerStep !== undefined && {
        secondsLeft: left * secondsPerStep + secondsAfter(stages, stage),
      }),
    });
  }

  return {
    beforeStage(stages, index) {
      job.goOn();
      if (deadline === undefined || !speed) return stages;
      const secondsPerFlop = pace.secondsPerFlop() ?? speed.secondsPerFlop;
      const seconds = deadline - job.elapsed();
      const left = { seconds, speed: { ...speed, secondsPerFlop }, flopsOf };
      const last = stages[index - 1];
      if (index < stages.length || !last) return fitSteps(stages, index, left);
      const next = nextStage(last, schedules, left);
      return next ? fitSteps([...stages, next], index, left) : stages;
    },
    async afterStep(done) {
      const { state } = done;
      const secondsPerStep = pace.step(state.stage, done.flops);
      tell(done, secondsPerStep);
      if (job.due('preview')) {
        const { width, height } = state.stages[state.stage]!;
        await job.preview(imageOfPlanes(crop({ width, height, data: done.result() })));
      }
      if (job.due('checkpoint')) await job.checkpoint(toCheckpoint(state));
      job.goOn();
      // The losses of the result take one more evaluation.
      return deadline !== undefined && job.elapsed() + 2 * (secondsPerStep ?? 0) >= deadline;
    },
  };
}

/** Measures steps by the job's clock, from the second one of each scale on: the first warms up. */
function createPace(job: JobPort) {
  let stage = -1;
  let steps = 0;
  let since = 0;
  let secondsPerFlop: number | undefined;
  return {
    secondsPerFlop: () => secondsPerFlop,
    /** Seconds that a step takes now, once that is known. */
    step(index: number, flops: number): number | undefined {
      const now = job.elapsed();
      if (index !== stage) {
        stage = index;
        steps = 0;
        since = now;
        return secondsPerFlop === undefined ? undefined : secondsPerFlop * flops;
      }
      steps += 1;
      const seconds = (now - since) / steps;
      secondsPerFlop = seconds / flops;
      return seconds;
    },
  };
}
