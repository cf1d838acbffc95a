// What the HTTP layer asks of the job engine.
import type { Plan } from '../../plan/plan.ts';
import type { Job } from '../job.ts';

export type JobBlob = {
  body: ReadableStream<Uint8Array>;
  bytes: number;
  mime: string;
  sha256: string;
  /** File name. */
  name: string;
};

export type JobRequest = {
  plan: Plan;
  /** `formatPlan` of the plan with further images named `input:1`, `input:2`, …: wherever they come from, the job is the same. */
  planText: string;
  /** The `Accept` header that `f=auto` follows; null where the plan names its format, so that the job is the same for all. */
  accept: string | null;
  /** Names of the models that its steps need. */
  models: readonly string[];
  main: Uint8Array;
  /** Further images by their names in `planText`. */
  further: ReadonlyMap<string, Uint8Array>;
  name: string;
};

export type JobService = {
  /** The job for this work: the one there is while it runs or has succeeded, else a new run. Throws `backend_unavailable`, `model_missing`. */
  submit: (request: JobRequest) => Promise<{ job: Job; token: string }>;
  find: (id: string) => Promise<Job | undefined>;
  /**
   * Server-sent events (`state`, `progress`, `preview`) behind number `after`, until the job ends or the reader leaves; undefined where
   * there is no such job. Throws `busy` where the job has too many readers.
   */
  events: (id: string, after: number) => Promise<ReadableStream<Uint8Array> | undefined>;
  /** Resolves when the job has ended, or after `ms`. */
  wait: (id: string, ms: number) => Promise<Job | undefined>;
  /** Ends it at once, where it has not ended yet. Throws `job_missing`, `bad_signature` for a wrong token or, outside development, none. */
  cancel: (id: string, token: string | undefined) => Promise<Job>;
  result: (id: string) => Promise<JobBlob | undefined>;
  preview: (id: string) => Promise<JobBlob | undefined>;
  /** The job that a transform URL's cache key led to. */
  indexed: (key: string) => Promise<string | undefined>;
  index: (key: string, id: string) => Promise<void>;
};
