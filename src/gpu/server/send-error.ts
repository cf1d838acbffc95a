// Answers with an error document.
import type { ServerResponse } from 'node:http';
import { AppError, type ErrorCode } from '../../errors.ts';
import { sendJson } from './send-json.ts';

const statusOf: Partial<Record<ErrorCode, number>> = {
  bad_body: 400,
  bad_signature: 403,
  not_found: 404,
  job_missing: 404,
  method_not_allowed: 405,
  not_ready: 409,
  too_many_bytes: 413,
  busy: 429,
  backend_unavailable: 503,
};

/** Ends the response with `error`, or cuts it off if it has begun. */
export function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { code, message, retryable, retryAfter } =
    error instanceof AppError
      ? error
      : new AppError('internal', 'something went wrong in the backend', { retryable: true });
  sendJson(
    response,
    { code, message, retryable },
    {
      status: statusOf[code] ?? 500,
      headers: { ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }) },
    },
  );
}
