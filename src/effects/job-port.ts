// The port of steps that run as a job: the device, and the job's progress, previews, checkpoints and cancellation.
import type { GraphEngine, TensorData } from '../graph/engine.ts';
import type { Image } from '../image.ts';

/** Progress of a long step. */
export type Progress = {
  /** Steps done, and steps in all; for an optimisation, its iterations over all scales. */
  step: number;
  steps: number;
  losses: Readonly<Record<string, number>>;
  secondsLeft?: number;
  /** Size at which the step works in px, if the step chooses it. */
  width?: number;
  height?: number;
};

/** State from which a step continues as if it had not been interrupted. */
export type Checkpoint = {
  /** Iterations done. */
  step: number;
  notes: Readonly<Record<string, string>>;
  tensors: Readonly<Record<string, TensorData>>;
};

export type JobPort = {
  engine: GraphEngine;
  /** Reports progress; cheap, may be called at every iteration. */
  progress: (progress: Progress) => void;
  /** Whether enough time has passed for the next preview or checkpoint, which take time to make. */
  due: (what: 'preview' | 'checkpoint') => boolean;
  preview: (image: Image) => Promise<void>;
  checkpoint: (state: Checkpoint) => Promise<void>;
  /** The last checkpoint of an earlier attempt. */
  resume: Checkpoint | undefined;
  /** Throws if the job is canceled; to be called between iterations. */
  throwIfCanceled: () => void;
  /** Seconds that the job has run, earlier attempts included. */
  elapsed: () => number;
};
