// One step of a training as a program: what it is made of and what it returns.
import { blockConvolutions } from '../graph/block-convolutions.ts';
import { gradients } from '../graph/gradients.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { writeOnnx } from '../graph/onnx/onnx.ts';
import type { Tensors } from './adam.ts';
import type { ParameterSet } from './parameter-set.ts';

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
 * `next <state>`, `loss <name>` (numbers) and what else a task asks for.
 */
export type StepGraph = {
  model: Uint8Array;
  groups: readonly ParameterGroup[];
  /** Tensors that a step replaces without a gradient, such as the vectors of spectral normalisation. */
  state: (seed: number) => Tensors;
  losses: readonly string[];
};

export type StepParts = {
  /** Networks that minimise a loss each, of shape []. */
  groups: readonly { name: string; set: ParameterSet; loss: Value; rate: number }[];
  /** What the log shows, of shape []. */
  losses: Readonly<Record<string, Value>>;
  /** What spectral normalisation keeps from step to step. */
  state?: { set: ParameterSet; next: ReadonlyMap<string, Value> };
  /** Further outputs by name. */
  outputs?: Readonly<Record<string, Value>>;
  /** Channels of a block in onnxruntime's blocked layout; plain convolutions without it. */
  block?: number | undefined;
};

/** Adds the gradients of every group and writes the program. */
export function stepGraph(graph: Graph, parts: StepParts): StepGraph {
  const { groups, losses, state, outputs = {}, block } = parts;
  const named = new Map<string, Value>(Object.entries(outputs));
  for (const { set, loss } of groups) {
    const values = set.values();
    const found = gradients(loss, [...values.values()]);
    [...values.keys()].forEach((name, i) => {
      named.set(`gradient of ${name}`, found[i]!);
    });
  }
  for (const [name, value] of state?.next ?? []) named.set(`next ${name}`, value);
  for (const [name, value] of Object.entries(losses)) named.set(`loss ${name}`, value);
  const all = Object.fromEntries(named);
  return {
    model: writeOnnx(graph, block ? blockConvolutions(all, block) : all),
    groups: groups.map(({ name, set, rate }) => ({
      name,
      rate,
      names: [...set.values().keys()],
      initial: set.initial,
    })),
    state: state?.set.initial ?? (() => new Map()),
    losses: Object.keys(losses),
  };
}
