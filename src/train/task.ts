// What a training brings along; the trainer knows nothing else of it.

import type { TensorData } from '../graph/engine.ts';
import type { Tensors } from './adam.ts';
import type { EngineOptions } from './engine.ts';
import type { StepGraph } from './step-graph.ts';
import type { TrainerOptions } from './trainer.ts';

export type TaskOptions = {
  /** Folder of the data set. */
  data: string;
  seed: number;
  engine: EngineOptions;
};

export type Task = {
  graph: StepGraph;
  /** The batch of a step; steps count from 1. */
  batches: (step: number) => Record<string, TensorData>;
  /** A PNG that shows what these weights do. */
  sheet: (weights: Tensors) => Promise<Uint8Array>;
  options: TrainerOptions;
};
