// Sends a request to the service and turns problem documents into errors.
import { AppError, type ErrorCode } from '../errors.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export type RequestPorts = {
  origin: string;
  fetch: Fetch;
  /** Timeout of a request, in milliseconds. */
  timeoutMs: number;
};

const MOST_PROBLEM = 64 * 1024;

/**
 * Sends a request and passes a successful response to `use`; `timeoutMs` covers both, but not a body that `use` returns unread. Throws
 * the problem as `AppError`, a DOMException `TimeoutError`, and what `fetch` throws.
 */
export async function request<T>(
  path: string,
  { signal, ...init }: Omit<RequestInit, 'signal'> & { signal?: AbortSignal | undefined },
  { origin, fetch, timeoutMs }: RequestPorts,
  use: (response: Response) => T | Promise<T>,
): Promise<T> {
  const timeout = new AbortController();
  const timer = setTimeout(
    () => timeout.abort(new DOMException(`no answer within ${timeoutMs} ms`, 'TimeoutError')),
    timeoutMs,
  );
  try {
    const response = await fetch(`${origin}${path}`, {
      ...init,
      signal: signal ? AbortSignal.any([signal, timeout.signal]) : timeout.signal,
    });
    if (!response.ok) throw await problemOf(response);
    return await use(response);
  } finally {
    clearTimeout(timer);
  }
}

async function problemOf(response: Response): Promise<AppError> {
  const { code, detail, param } = parse((await response.text()).slice(0, MOST_PROBLEM));
  // A later service may have codes that this version does not know: they stay as they are.
  const isCode = typeof code === 'string' && /^[a-z_]{1,64}$/.test(code);
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const message =
    typeof detail === 'string' ? detail : `the service answered with status ${response.status}`;
  return new AppError(isCode ? (code as ErrorCode) : 'internal', message, {
    ...(typeof param === 'string' && { param }),
    ...(Number.isFinite(retryAfter) && { retryAfter }),
    retryable: response.status === 429 || response.status >= 500,
  });
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
