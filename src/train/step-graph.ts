// One step of a training as a program: what it is made of and what it returns.
import type { Tensors } from './adam.ts';

export type ParameterGroup = {
  name: string;
  /** Learning rate. */
  rate: number;
  /** Names of its parameters. */
  names: readonly string[];
  initial: (seed: number) => Tensors;
};

/**
 * The model's inputs are the parameters of all groups, the state, and a batch. Its outputs are `gradient of <parameter>`,
 * `next <state>` and `loss <name>` (numbers).
 */
export type StepGraph = {
  model: Uint8Array;
  groups: readonly ParameterGroup[];
  /** Tensors that a step replaces without a gradient, such as the vectors of spectral normalisation. */
  state: (seed: number) => Tensors;
  losses: readonly string[];
};
