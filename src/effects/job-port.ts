// What steps may use that only run on the GPU backend: a device, and a line to whoever waits for the job.
import type { GraphEngine, TensorData } from '../graph/engine.ts';
import type { Image } from '../image.ts';

/** How far a long step has come. */
export type Progress = {
  /** Steps done, and in all; of an optimisation its iterations over all scales. */
  step: number;
  steps: number;
  losses: Readonly<Record<string, number>>;
  secondsLeft?: number;
};

/** State from which a step goes on as if it had never been interrupted. */
export type Checkpoint = {
  /** Iterations done. */
  step: number;
  notes: Readonly<Record<string, string>>;
  tensors: Readonly<Record<string, TensorData>>;
};

export type JobPort = {
  engine: GraphEngine;
  /** Tells how far it has come; cheap, may be called for every iteration. */
  progress: (progress: Progress) => void;
  /** Whether enough time has passed since the last preview or checkpoint for the next; making them takes time. */
  due: (what: 'preview' | 'checkpoint') => boolean;
  preview: (image: Image) => Promise<void>;
  checkpoint: (state: Checkpoint) => Promise<void>;
  /** Where an earlier attempt left off. */
  resume: Checkpoint | undefined;
  /** Throws where the job is canceled; to be called between iterations. */
  goOn: () => void;
  /** Seconds since the job began to run, earlier attempts included. */
  elapsed: () => number;
};
