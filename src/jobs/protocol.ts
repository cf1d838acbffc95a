// The protocol between the Worker and a GPU backend: a job is one request, and its answer is a stream of JSON lines.
import type { ErrorCode } from '../errors.ts';
import type { JobInput, JobProgress, JobResult, StoredBlob } from './job.ts';

/**
 * The head of the body of `PUT /jobs/<id>`. The body consists of the length of the head (4 bytes, big-endian), the head as JSON, the
 * blobs in the order of `inputs`, and the checkpoint if there is one. The signature covers the head, and the digests in the head
 * cover the blobs, so that a body can be streamed instead of being held in memory.
 */
export type JobHead = {
  id: string;
  run: number;
  attempt: number;
  plan: string;
  accept: string | null;
  inputs: readonly JobInput[];
  checkpoint?: { step: number; bytes: number; sha256: string };
  /**
   * The body has no blobs, because it would be larger than what proxies let through. If the backend does not have the job yet, it
   * answers 409 `not_ready` until each blob has come in parts: `PUT /jobs/<id>/parts/<sha256>?at=<offset>&bytes=<length>`, in order.
   */
  apart?: true;
};

/**
 * One line of the answer. `preview`, `checkpoint` and `result` announce a blob that can be fetched with
 * `GET /jobs/<id>/preview?run=<run>`, `…/checkpoint`, `…/result`. The `ETag` of that answer is the digest in quotation marks; if it
 * differs from the announced digest, a newer blob has replaced the announced one. `DELETE /jobs/<id>?run=<run>` cancels that run
 * only.
 */
export type JobLine =
  /** `ahead` jobs wait before it; sent again when that changes. */
  | { type: 'accepted'; device: string; ahead: number }
  | { type: 'started' }
  | ({ type: 'progress' } & JobProgress)
  | ({ type: 'preview'; step: number } & StoredBlob)
  | { type: 'checkpoint'; step: number; bytes: number; sha256: string }
  | ({ type: 'result'; seconds: number } & JobResult)
  /** The job has ended without a result; `retryable` if another attempt may succeed. `seconds` is the rendering time. */
  | { type: 'error'; code: ErrorCode; message: string; retryable: boolean; seconds: number }
  | { type: 'canceled'; seconds: number }
  /** Sent so that the stream has a line at least every 5 seconds. */
  | { type: 'heartbeat' };

/** The part of the answer to `GET /health` that the Worker reads. */
export type BackendHealth = {
  /** Names of the models that are installed. */
  models: readonly string[];
};
