// What a job is: its states, progress, result, and the specification that it is rendered by.
import type { ErrorCode } from '../errors.ts';

/** Form of a job's id: 52 characters of base32 in lower case. */
export const JOB_ID = /^[a-z2-7]{52}$/;

/** The part of a job's id that logs have: enough to recognise the job, too little to fetch its picture. */
export const loggedId = (id: string): string => id.slice(0, 12);

export type JobState = 'queued' | 'running' | 'succeeded' | 'failed' | 'canceled';

export const isFinal = (state: JobState): boolean =>
  state === 'succeeded' || state === 'failed' || state === 'canceled';

export type JobProgress = {
  step: number;
  steps: number;
  losses: Readonly<Record<string, number>>;
  secondsLeft?: number;
  /** Size at which the step works in px, if the step chooses it, as style transfer does under a deadline. */
  width?: number;
  height?: number;
};

export type StoredBlob = { bytes: number; sha256: string; mime: string };

export type JobResult = StoredBlob & {
  extension: string;
  width: number;
  height: number;
  /** One entry per step, with what it reported, such as losses or the energy of the edges. */
  report: readonly Readonly<Record<string, unknown>>[];
};

export type JobError = { code: ErrorCode; message: string };

/** The public state of a job; times are ISO 8601. */
export type Job = {
  id: string;
  state: JobState;
  /** Counts runs, from 1: a submit after the job failed or was canceled begins a new one. */
  run: number;
  /** Counts attempts to render within a run, from 1; 0 before the first. */
  attempt: number;
  created: string;
  updated: string;
  progress?: JobProgress;
  /** Its pictures are for the client alone, because a source must not be shared. */
  private?: true;
  /** What it does otherwise than was asked, and why; for example with another model than one that is not installed. */
  note?: string;
  /** The newest preview; `version` grows by one with each, `step` counts finished iterations. */
  preview?: StoredBlob & { version: number; step: number };
  result?: JobResult;
  error?: JobError;
};

/** A blob that a job needs, stored under its digest. */
export type JobInput = { name: string; bytes: number; sha256: string };

/** Everything that a rendering depends on; the same specification has the same id. */
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
  /** As `Job.private`. */
  private?: true;
  /** As `Job.note`. */
  note?: string;
};
