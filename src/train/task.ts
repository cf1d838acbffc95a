// What the trainer needs of a task.
import type { TensorData, Weights } from '../graph/engine.ts';
import type { Tensors } from './adam.ts';
import type { EngineOptions } from './engine.ts';
import type { StepGraph } from './step-graph.ts';
import type { TrainerOptions } from './trainer.ts';

export type TaskOptions = {
  /** Folder of the data set. */
  data: string;
  seed: number;
  engine: EngineOptions;
  /** Weights of an installed model by name. Throws `model_missing`. */
  model: (name: string) => Promise<Weights>;
  /** Adds the innermost features to sample sheets, if the network has a bottleneck. */
  showBottleneck: boolean;
};

export type Task = {
  graph: StepGraph;
  /** The batch of a step; steps count from 1. */
  batches: (step: number) => Record<string, TensorData>;
  /** A PNG that shows what these weights do. */
  sheet: (weights: Tensors, step: number) => Promise<Uint8Array>;
  /** Takes what a step returned, for example pictures for a pool. */
  after?: (step: number, outputs: Readonly<Record<string, TensorData>>) => void;
  /** The tensors of the model's file; all weights without it. */
  exported?: (weights: Tensors) => Tensors;
  options: TrainerOptions;
};
