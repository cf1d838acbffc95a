// What a job is: its states, what is known of it, and how events change that.
import type { ErrorCode } from '../errors.ts';

export type JobState = 'queued' | 'running' | 'succeeded' | 'failed' | 'canceled';

export const isFinal = (state: JobState): boolean =>
  state === 'succeeded' || state === 'failed' || state === 'canceled';

export type JobProgress = {
  step: number;
  steps: number;
  losses: Readonly<Record<string, number>>;
  secondsLeft?: number;
};

export type StoredBlob = { bytes: number; sha256: string; mime: string };

export type JobResult = StoredBlob & {
  extension: string;
  width: number;
  height: number;
  /** What each step reported: losses, what a deadline allowed, energy of the edges. */
  report: readonly Readonly<Record<string, unknown>>[];
};

export type JobError = { code: ErrorCode; message: string };

/** What is known of a job; times are ISO 8601. */
export type Job = {
  id: string;
  state: JobState;
  /** Counts submits that started it anew, from 1, and attempts to render within a run, from 1; 0 before the first. */
  run: number;
  attempt: number;
  created: string;
  updated: string;
  progress?: JobProgress;
  /** The newest preview; `version` grows with each. */
  preview?: StoredBlob & { version: number; step: number };
  result?: JobResult;
  error?: JobError;
};

/** A blob that a job needs, stored under its digest. */
export type JobInput = { name: string; bytes: number; sha256: string };

/** Everything that its rendering depends on; the same specification has the same id. */
export type JobSpec = {
  id: string;
  /** Canonical segments of the plan (`formatPlan`), further images named as in `inputs`. */
  plan: string;
  /** The `Accept` header that `f=auto` follows, or null. */
  accept: string | null;
  /** The main image first, named `image`, then the further ones by their texts in the plan. */
  inputs: readonly JobInput[];
  /** File name of the result, without extension. */
  name: string;
};
