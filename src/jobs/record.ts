// What is stored about a job, and the changes and events from its submission to its end.
import {
  isFinal,
  type Job,
  type JobError,
  type JobProgress,
  type JobResult,
  type JobSpec,
  type StoredBlob,
} from './job.ts';

/** A stored state from which a rendering continues; `step` counts finished iterations. */
export type Checkpoint = { step: number; bytes: number; sha256: string };

export type JobRecord = {
  job: Job;
  spec: JobSpec;
  checkpoint?: Checkpoint;
  /** Counts requests to backends within a run; selects the backend. */
  turn: number;
  /** An attempt has begun and not ended. If its Workflow is restarted, it continues with the same backend. */
  open: boolean;
  /** When the newest attempt began, and when its backend began to render, in epoch milliseconds. */
  beganAt?: number;
  startedAt?: number;
  /** While every backend is busy: since when, in epoch milliseconds, and how many turns ended so. */
  busy?: { since: number; turns: number };
  /** Between two attempts: when the next begins, in epoch milliseconds. */
  resumeAt?: number;
  /** How many Workflows of this run were replaced by the current one. */
  restarts: number;
};

/** What happened in an attempt. */
export type JobChange =
  | { type: 'alive' }
  /** The backend has accepted the job. */
  | { type: 'accepted' }
  | { type: 'started' }
  | { type: 'progress'; progress: JobProgress }
  | { type: 'preview'; step: number; blob: StoredBlob }
  | { type: 'checkpoint'; checkpoint: Checkpoint }
  /** The backend does not accept a checkpoint as large as the stored one. */
  | { type: 'checkpoint_refused' }
  /** The backend has no room; this does not count as an attempt. */
  | { type: 'busy' }
  /** The attempt failed; the next begins at `resumeAt`, in epoch milliseconds. */
  | { type: 'lost'; resumeAt: number }
  | { type: 'succeeded'; result: JobResult }
  | { type: 'failed'; error: JobError };

export type JobEventType = 'state' | 'progress' | 'preview';

/** A server-sent event before its data is written as JSON. */
export type JobEvent = { type: JobEventType; data: unknown };

/** A server-sent event as it is stored; ids ascend by one. */
export type StoredEvent = { id: number; type: string; data: string };

/** Whether submitting this job begins a new run instead of returning the existing one. */
export const needsRun = (job: Job | undefined): boolean =>
  !job || (isFinal(job.state) && job.state !== 'succeeded');

/** Names one Workflow of one run. */
export type RunRef = { id: string; run: number; restarts: number };
