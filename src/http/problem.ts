// The one place where failures become responses: RFC 9457 problem documents.
import { AppError, type ErrorCode, statusOfCode } from '../errors.ts';

/** Title of the problem document of each code. */
export const titles: Readonly<Record<ErrorCode, string>> = {
  bad_url: 'The URL is malformed',
  bad_option: 'An option is wrong',
  unknown_effect: 'There is no such effect',
  bad_source: 'The source is malformed',
  bad_body: 'The request body is malformed',
  bad_signature: 'The signature or token is wrong',
  expired: 'The URL has expired',
  source_forbidden: 'This source is not allowed',
  redirect_forbidden: 'The source redirects to a place that is not allowed',
  not_allowed: 'This server does not offer that',
  not_found: 'There is nothing here',
  source_missing: 'The source does not exist',
  job_missing: 'There is no such job',
  method_not_allowed: 'The method is not allowed here',
  not_ready: 'The result is not there yet',
  uri_too_long: 'The URL is too long',
  too_many_bytes: 'The picture has too many bytes',
  not_an_image: 'This is not an image',
  format_unsupported: 'This image format is not supported',
  too_many_pixels: 'The picture has too many pixels',
  undecodable: 'The picture cannot be decoded',
  over_budget: 'The work is more than the service takes on',
  busy: 'The service is busy',
  rate_limited: 'Too many requests from this client',
  source_unreachable: 'The source cannot be reached',
  too_many_redirects: 'The source redirects too often',
  source_timeout: 'The source takes too long',
  backend_unavailable: 'No backend is there for this work',
  model_missing: 'A model is not installed',
  loop: 'The request comes from this service',
  internal: 'Something went wrong here',
};

/** Seconds that a `source_missing` answer may be cached; other errors are not cached. */
const MISSING_MAX_AGE = 10;

/** The response for an error. Anything but an `AppError` becomes `internal`, and its message is not shown. */
export function problemResponse(error: unknown, headers: Record<string, string> = {}): Response {
  const known =
    error instanceof AppError ? error : new AppError('internal', 'please report the request id');
  const status = statusOfCode[known.code];
  const body = {
    type: `/openapi.json#/components/responses/${known.code}`,
    title: titles[known.code],
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
