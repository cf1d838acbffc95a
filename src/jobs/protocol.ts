// What the Worker and a GPU backend say to each other: one job as a request, its course as JSON lines.
import type { ErrorCode } from '../errors.ts';
import type { JobInput, JobProgress, JobResult, StoredBlob } from './job.ts';

/**
 * Head of the body of `PUT /jobs/<id>`, as JSON behind its length (4 bytes, big-endian). The blobs follow in the order of `inputs`, then
 * the checkpoint where there is one. The signature covers the head, the digests in it cover the blobs, so that a body can be
 * streamed without being held.
 */
export type JobHead = {
  id: string;
  run: number;
  attempt: number;
  plan: string;
  accept: string | null;
  inputs: readonly JobInput[];
  checkpoint?: { step: number; bytes: number; sha256: string };
};

/**
 * One line of the answer. `preview`, `checkpoint` and `result` say what can be fetched with `GET /jobs/<id>/preview?run=<run>`,
 * `…/checkpoint`, `…/result`; the `ETag` of that answer is the digest in quotation marks, which tells a blob that a newer one has
 * replaced meanwhile from a wrong one. `DELETE /jobs/<id>?run=<run>` ends that run and no other.
 */
export type JobLine =
  /** `ahead` jobs wait before it; told again when that changes. */
  | { type: 'accepted'; device: string; ahead: number }
  | { type: 'started' }
  | ({ type: 'progress' } & JobProgress)
  | ({ type: 'preview'; step: number } & StoredBlob)
  | { type: 'checkpoint'; step: number; bytes: number; sha256: string }
  | ({ type: 'result'; seconds: number } & JobResult)
  /** The job has ended without a result; `retryable` where another attempt may succeed. */
  | { type: 'error'; code: ErrorCode; message: string; retryable: boolean; seconds: number }
  | { type: 'canceled'; seconds: number }
  /** Something at least every 5 seconds. */
  | { type: 'heartbeat' };

/** What `GET /health` of a backend answers, as far as the Worker reads it. */
export type BackendHealth = {
  /** Names of the models that are installed. */
  models: readonly string[];
};
