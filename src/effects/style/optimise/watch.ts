// Watches a running optimisation: reports progress, saves previews and checkpoints, and ends it at its deadline.
import { withoutMargin } from '../../../fit/planes.ts';
import type { JobPort } from '../../job-port.ts';
import { type FlopsOf, fitSteps, nextStage, type Speed } from './deadline.ts';
import { imageOfPlanes, MARGIN, sizeWithoutMargin } from './pictures.ts';
import type { StepDone } from './stages.ts';
import { type Stage, stepsDone, toCheckpoint } from './state.ts';

export type WatchOptions = {
  job: JobPort;
  flopsOf: FlopsOf;
  /** In seconds of `job.elapsed()`; undefined: the result does not depend on time. */
  deadline: number | undefined;
  /** Speed as measured before the first scale; only with a deadline. */
  speed: Speed | undefined;
  /** Schedules of growing size, from which scales are added if steps take less time than predicted. */
  schedules: readonly Stage[][];
};

export type Watch = {
  beforeStage: (stages: readonly Stage[], index: number) => readonly Stage[];
  afterStep: (done: StepDone) => Promise<boolean>;
};

export function createWatch(options: WatchOptions): Watch {
  const { job, flopsOf, deadline, speed, schedules } = options;
  const pace = createPace(job);

  const secondsAfter = (stages: readonly Stage[], stage: number): number =>
    stages
      .slice(stage + 1)
      .reduce((sum, s) => sum + s.steps * flopsOf(s) * (pace.secondsPerFlop() ?? 0), 0);

  function report({ state, losses }: StepDone, secondsPerStep: number | undefined): void {
    const { stages, stage, step } = state;
    const left = stages[stage]!.steps - step;
    const { content = 0, style = 0, tv } = losses.terms;
    job.progress({
      step: stepsDone(state),
      ...chosen(stages),
      losses: { total: losses.loss, content, style, ...(tv !== undefined && { tv }) },
      ...(secondsPerStep !== undefined && {
        secondsLeft: left * secondsPerStep + secondsAfter(stages, stage),
      }),
    });
  }

  /** The stages with as many of their steps, and as many further stages, as the deadline allows. */
  function fitted(stages: readonly Stage[], index: number): readonly Stage[] {
    if (deadline === undefined || !speed) return stages;
    const secondsPerFlop = pace.secondsPerFlop() ?? speed.secondsPerFlop;
    const seconds = deadline - job.elapsed();
    const left = { seconds, speed: { ...speed, secondsPerFlop }, flopsOf };
    const last = stages[index - 1];
    if (index < stages.length || !last) return fitSteps(stages, index, left);
    const next = nextStage(last, schedules, left);
    return next ? fitSteps([...stages, next], index, left) : stages;
  }

  return {
    beforeStage(stages, index) {
      job.throwIfCanceled();
      const found = fitted(stages, index);
      // With a deadline, the size and the steps are a choice, which is told before the first step.
      if (deadline !== undefined && index === 0) {
        job.progress({ step: 0, ...chosen(found), losses: {} });
      }
      return found;
    },
    async afterStep(done) {
      const { state } = done;
      const secondsPerStep = pace.step(state.stage, done.flops);
      report(done, secondsPerStep);
      if (job.due('preview')) {
        const { width, height } = state.stages[state.stage]!;
        const picture = { width, height, data: done.result() };
        await job.preview(imageOfPlanes(withoutMargin(picture, MARGIN)));
      }
      if (job.due('checkpoint')) await job.checkpoint(toCheckpoint(state));
      job.throwIfCanceled();
      // Two more steps must fit: the next one, and the evaluation of the result's losses.
      return deadline !== undefined && job.elapsed() + 2 * (secondsPerStep ?? 0) >= deadline;
    },
  };
}

/** Steps in all, and the size of the result. */
const chosen = (stages: readonly Stage[]) => ({
  steps: stages.reduce((sum, { steps }) => sum + steps, 0),
  ...sizeWithoutMargin(stages.at(-1)!),
});

/** Measures steps by the job's clock, from the second step of each scale on, because the first includes warming up. */
function createPace(job: JobPort) {
  let stage = -1;
  let steps = 0;
  let since = 0;
  let secondsPerFlop: number | undefined;
  return {
    secondsPerFlop: () => secondsPerFlop,
    /** Seconds per step at the current scale; undefined until one was measured. */
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
