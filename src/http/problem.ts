// The one place where failures become responses: RFC 9457 problem documents.
import { AppError, type ErrorCode } from '../errors.ts';

/** HTTP status and title of every code. */
export const problems: Readonly<Record<ErrorCode, { status: number; title: string }>> = {
  bad_url: { status: 400, title: 'The URL is malformed' },
  bad_option: { status: 400, title: 'An option is wrong' },
  unknown_effect: { status: 400, title: 'There is no such effect' },
  bad_source: { status: 400, title: 'The source is malformed' },
  bad_body: { status: 400, title: 'The request body is malformed' },
  bad_signature: { status: 403, title: 'The signature or token is wrong' },
  expired: { status: 403, title: 'The URL has expired' },
  source_forbidden: { status: 403, title: 'This source is not allowed' },
  redirect_forbidden: { status: 403, title: 'The source redirects to a place that is not allowed' },
  not_allowed: { status: 403, title: 'This server does not offer that' },
  not_found: { status: 404, title: 'There is nothing here' },
  source_missing: { status: 404, title: 'The source does not exist' },
  job_missing: { status: 404, title: 'There is no such job' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  not_ready: { status: 409, title: 'The result is not there yet' },
  uri_too_long: { status: 414, title: 'The URL is too long' },
  too_many_bytes: { status: 413, title: 'The picture has too many bytes' },
  not_an_image: { status: 415, title: 'This is not an image' },
  format_unsupported: { status: 415, title: 'This image format is not supported' },
  too_many_pixels: { status: 422, title: 'The picture has too many pixels' },
  undecodable: { status: 422, title: 'The picture cannot be decoded' },
  over_budget: { status: 422, title: 'The work is more than the service takes on' },
  busy: { status: 429, title: 'The service is busy' },
  rate_limited: { status: 429, title: 'Too many requests from this client' },
  source_unreachable: { status: 502, title: 'The source cannot be reached' },
  too_many_redirects: { status: 502, title: 'The source redirects too often' },
  source_timeout: { status: 504, title: 'The source takes too long' },
  backend_unavailable: { status: 503, title: 'No GPU backend is there for this work' },
  model_missing: { status: 503, title: 'A model is not installed' },
  loop: { status: 508, title: 'The request comes from this service' },
  internal: { status: 500, title: 'Something went wrong here' },
};

/** Seconds that an error may be cached; a missing source is not asked for again at once. */
const MISSING_MAX_AGE = 10;

/** The error as a client may see it; anything but an `AppError` is `internal` and keeps its message to itself. */
export function problemResponse(error: unknown, headers: Record<string, string> = {}): Response {
  const known =
    error instanceof AppError ? error : new AppError('internal', 'please report the request id');
  const { status, title } = problems[known.code];
  const body = {
    type: `/openapi.json#/components/responses/${known.code}`,
    title,
    status,
    code: known.code,
    detail: known.message,
    ...(known.param !== undefined && { param: known.param }),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      'X-Error': known.code,
      'Cache-Control':
        known.code === 'source_missing' ? `public, max-age=${MISSING_MAX_AGE}` : 'no-store',
      ...(known.retryAfter !== undefined && { 'Retry-After': String(known.retryAfter) }),
      ...headers,
    },
  });
}
