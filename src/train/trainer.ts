// Runs training steps: gradients from the graph, Adam and averages outside of it.
import type { GraphProgram, TensorData } from '../graph/engine.ts';
import { type AdamOptions, adamStep, followAverage, type Tensors, zerosLike } from './adam.ts';
import type { StepGraph } from './step-graph.ts';

/** All that a training needs to go on. */
export type TrainingState = {
  /** Steps that are done. */
  step: number;
  weights: Tensors;
  first: Tensors;
  second: Tensors;
  /** What steps replace without gradients. */
  state: Tensors;
  /** Exponential average of the weights. */
  average: Tensors;
};

export type TrainerOptions = AdamOptions & {
  /** Decay of the average of weights. */
  decay: number;
  /** Factor on every learning rate, by step. */
  schedule: (step: number) => number;
};

const copyOf = (tensors: Tensors): Tensors =>
  new Map([...tensors].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]));

/** The state before the first step. */
export function initialState(graph: StepGraph, seed: number): TrainingState {
  const weights: Tensors = new Map(graph.groups.flatMap(({ initial }) => [...initial(seed)]));
  return {
    step: 0,
    weights,
    first: zerosLike(weights),
    second: zerosLike(weights),
    state: graph.state(seed),
    average: copyOf(weights),
  };
}

/** Losses of a step by name, and the norm of each group's gradient. */
export type StepReport = Record<string, number>;

export type StepResult = {
  report: StepReport;
  /** All that the program returned. */
  outputs: Record<string, TensorData>;
};

/** Does one step, changing the state in place. Throws a RangeError where a loss or gradient is not finite. */
export async function trainStep(
  { program, graph }: { program: GraphProgram; graph: StepGraph },
  state: TrainingState,
  batch: Record<string, TensorData>,
  options: TrainerOptions,
): Promise<StepResult> {
  const outputs = await program.run({
    ...Object.fromEntries(state.weights),
    ...Object.fromEntries(state.state),
    ...batch,
  });
  state.step += 1;
  const report: StepReport = {};
  for (const name of graph.losses) report[name] = outputs[`loss ${name}`]!.data[0]!;
  for (const { name, rate, names } of graph.groups) {
    const gradients = new Map(names.map((key) => [key, outputs[`gradient of ${key}`]!.data]));
    report[`${name} gradient`] = adamStep(
      {
        weights: state.weights,
        state,
        gradients,
        rate: rate * options.schedule(state.step),
        step: state.step,
      },
      options,
    );
  }
  for (const name of state.state.keys()) state.state.set(name, outputs[`next ${name}`]!);
  // Early weights are far from good ones, so the average follows faster at first.
  const decay = Math.min(options.decay, (1 + state.step) / (10 + state.step));
  followAverage(state.average, state.weights, decay);
  return { report, outputs };
}
