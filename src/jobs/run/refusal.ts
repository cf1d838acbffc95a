// What it means for a job when a backend did not take it.
import { type ErrorCode, errorCodes } from '../../errors.ts';
import { readSmall } from '../read-small.ts';
import type { Outcome } from './run.ts';

const LONGEST_BUSY_MS = 30_000;
const SHORTEST_BUSY_MS = 100;
const MAX_BYTES = 2 ** 16;

// Of the way there rather than of the job.
const transient: readonly ErrorCode[] = [
  ...(['bad_body', 'bad_signature', 'not_found', 'job_missing', 'method_not_allowed'] as const),
  ...(['not_ready', 'busy', 'backend_unavailable', 'internal'] as const),
];

/** An attempt that is spent; `reason` goes on from "the GPU backend was lost:". `cause` is for the log. */
export const lost = (reason: string, cause?: unknown): Outcome => ({
  type: 'lost',
  error: { code: 'backend_unavailable', message: `the GPU backend was lost: ${reason}` },
  ...(cause !== undefined && { cause: String(cause) }),
});

/** An attempt that ended with an error, without the addresses that the platform's have in them. */
export function lostBy(error: unknown): Outcome {
  const message = error instanceof Error ? error.message : '';
  const ours = message.startsWith('it ') || message.startsWith('its ');
  return lost(ours ? message : 'the connection to it failed', error);
}

/** An answer other than the stream of lines. */
export async function refusalOf(response: Response): Promise<Outcome> {
  const { status } = response;
  if (status === 429) {
    await response.body?.cancel();
    return { type: 'busy', retryMs: retryMs(response.headers.get('retry-after')) };
  }
  const error = await errorOf(response);
  if (status >= 500 || !error || transient.includes(error.code))
    return lost(`it answered with status ${status}`);
  return { type: 'failed', error };
}

function retryMs(header: string | null): number {
  const seconds = /^\d{1,6}$/.test(header ?? '') ? Number(header) : 1;
  return Math.min(Math.max(seconds * 1000, SHORTEST_BUSY_MS), LONGEST_BUSY_MS);
}

async function errorOf(
  response: Response,
): Promise<{ code: ErrorCode; message: string } | undefined> {
  try {
    const { code, message } = JSON.parse(await readSmall(response.body, MAX_BYTES)) as {
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
