// How a turn at a backend can end.
import type { JobError } from '../job.ts';

export type Outcome =
  | { type: 'succeeded' }
  /** The run is over for another reason: the job was canceled, or another run or Workflow has replaced this one. */
  | { type: 'over' }
  /** The time of the step is over. The job goes on at the backend, and the next step follows it there. */
  | { type: 'unfinished' }
  /** The backend has no room and asks to wait for `retryMs`. */
  | { type: 'busy'; retryMs: number }
  /** The attempt failed; another may succeed. `cause` is for the log. */
  | { type: 'lost'; error: JobError; cause?: string }
  | { type: 'failed'; error: JobError };

/** A failed attempt. `reason` continues the sentence "the GPU backend was lost:"; `cause` is for the log. */
export const lost = (reason: string, cause?: unknown): Outcome => ({
  type: 'lost',
  error: { code: 'backend_unavailable', message: `the GPU backend was lost: ${reason}` },
  ...(cause !== undefined && { cause: String(cause) }),
});

/**
 * A failed attempt, from the error that ended it. Messages of the platform may contain addresses, so only our own are shown; they
 * begin with "it" or "its".
 */
export function lostBecauseOf(error: unknown): Outcome {
  const message = error instanceof Error ? error.message : '';
  const isOurs = message.startsWith('it ') || message.startsWith('its ');
  return lost(isOurs ? message : 'the connection to it failed', error);
}
