// Answers with an error document.
import type { ServerResponse } from 'node:http';
import { AppError, statusOfCode } from '../../errors.ts';
import { sendJson } from './send-json.ts';

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
      status: statusOfCode[code],
      headers: { ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }) },
    },
  );
}
