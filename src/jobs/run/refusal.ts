// What an answer means with which a backend refuses a job.
import { type ErrorCode, errorCodes } from '../../errors.ts';
import type { JobError } from '../job.ts';
import { readSmall } from '../read-small.ts';
import { lost, type Outcome } from './outcome.ts';

/** Bounds of the pause after a busy backend, in milliseconds. */
const LONGEST_BUSY_MS = 30_000;
const SHORTEST_BUSY_MS = 100;

/** Longest error document that is read, in bytes. */
const MAX_ERROR_BYTES = 2 ** 16;

/** Errors of the transport or of the backend; the job itself may be fine. */
const transient: readonly ErrorCode[] = [
  'bad_body',
  'bad_signature',
  'not_found',
  'job_missing',
  'method_not_allowed',
  'not_ready',
  'busy',
  'backend_unavailable',
  'internal',
];

/** For the log: the answer does not come from a backend. */
const NOT_ITS_OWN =
  'the answer has no error document of a backend: perhaps a proxy is in front of it, a login (GPU_HEADERS) or a firewall';

/** The outcome of an answer other than 200. Reads or cancels its body. */
export async function refusalOf(response: Response): Promise<Outcome> {
  const { status } = response;
  if (status === 429) {
    await response.body?.cancel();
    return { type: 'busy', retryMs: retryMs(response.headers.get('retry-after')) };
  }
  const error = await errorOf(response);
  if (status >= 500 || !error || transient.includes(error.code)) {
    return lost(`it answered with status ${status}`, error ? undefined : NOT_ITS_OWN);
  }
  return { type: 'failed', error };
}

function retryMs(header: string | null): number {
  const seconds = /^\d{1,6}$/.test(header ?? '') ? Number(header) : 1;
  return Math.min(Math.max(seconds * 1000, SHORTEST_BUSY_MS), LONGEST_BUSY_MS);
}

async function errorOf(response: Response): Promise<JobError | undefined> {
  try {
    const { code, message } = JSON.parse(await readSmall(response.body, MAX_ERROR_BYTES)) as {
      code?: ErrorCode;
      message?: unknown;
    };
    return code && errorCodes.includes(code) && typeof message === 'string'
      ? { code, message }
      : undefined;
  } catch {
    return undefined;
  }
}
