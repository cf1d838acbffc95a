// One download with its deadline: ends and releases the connection even if the source hangs or ignores the abort.
import { AppError, paramError } from '../errors.ts';

type WithBody = { body: ReadableStream<Uint8Array> | null };

export type Download = {
  /** Aborted by the deadline and by `close`, with an `AppError` as its reason. */
  signal: AbortSignal;
  /** The body that `close` cancels, once there is one. */
  body: ReadableStream<Uint8Array> | null;
  /** Waits for a response until the deadline at most, even if `start` ignores the signal. */
  arrival<T extends WithBody | undefined>(start: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** The download is complete: stops the timer. */
  finish(): void;
  /** The download failed: stops the timer and closes the connection. */
  close(reason: unknown): void;
};

/** Starts the timer of a download, which covers redirects and the body; when it fires, the download fails with `source_timeout`. */
export function startDownload(timeoutMs: number): Download {
  const controller = new AbortController();
  const { signal } = controller;
  const download: Download = {
    signal,
    body: null,
    arrival: (start) => arrival(start, signal),
    finish() {
      clearTimeout(timer);
      download.body = null;
    },
    close(reason) {
      controller.abort(reason);
      discard(download.body);
      download.finish();
    },
  };
  const timer = setTimeout(() => download.close(tooSlow(timeoutMs)), timeoutMs);
  return download;
}

/** Cancels a body without a reader; a body that is being read ends by the signal. */
export function discard(body: ReadableStream<Uint8Array> | null | undefined): void {
  // Not awaited: a source that hangs must not delay the response.
  body?.cancel().catch(() => {});
}

/** A `source_unreachable`; `why` completes "expected a picture, but …" and is shown to clients. */
export function unreachable(why: string, cause?: unknown): AppError {
  const options = { param: 'source', retryable: true, cause };
  return new AppError('source_unreachable', `source: expected a picture, but ${why}`, options);
}

function tooSlow(timeoutMs: number): AppError {
  return paramError({
    code: 'source_timeout',
    param: 'source',
    expected: `the whole picture within ${timeoutMs} ms`,
    got: 'less',
    retryable: true,
  });
}

function arrival<T extends WithBody | undefined>(
  start: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    const arrived = (response: T) => {
      signal.removeEventListener('abort', onAbort);
      if (signal.aborted) discard(response?.body);
      else resolve(response);
    };
    const failed = (error: unknown) => {
      signal.removeEventListener('abort', onAbort);
      reject(error instanceof AppError ? error : unreachable('it did not answer', error));
    };
    // The async function turns a synchronous throw of `start` into a rejection.
    (async () => start(signal))().then(arrived, failed);
  });
}
