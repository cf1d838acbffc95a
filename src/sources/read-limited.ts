// Reads a stream of bytes into memory under a byte limit and a time limit, for sources and uploads.
import { AppError, type ErrorCode } from '../errors.ts';

export type ReadLimits = {
  /** The most bytes that may arrive, counted after decompression. */
  maxBytes: number;
  /** `Content-Length` where there is one: refuses early, and is not believed otherwise. */
  contentLength?: string | null;
  /** Milliseconds for the whole read; no limit of its own without. */
  timeoutMs?: number;
  /** Ends the read; its reason is thrown. */
  signal?: AbortSignal;
  /** What is read: chooses error codes and the name in messages; `body` unless given. */
  what?: 'body' | 'source';
};

const codes: Record<'body' | 'source', { broken: ErrorCode; timeout: ErrorCode }> = {
  body: { broken: 'bad_body', timeout: 'bad_body' },
  source: { broken: 'source_unreachable', timeout: 'source_timeout' },
};

const firstCapacity = 64 * 1024;

/**
 * Reads all bytes of a stream; `null` is an empty one. However it ends, the stream is left closed,
 * cancelled or failed, and unlocked. Throws `AppError` `too_many_bytes`; where the stream fails or
 * is too slow `bad_body`, or `source_unreachable` and `source_timeout` for a source.
 */
export async function readLimited(
  stream: ReadableStream<Uint8Array> | null,
  limits: ReadLimits,
): Promise<Uint8Array> {
  const { maxBytes, contentLength, timeoutMs, signal, what = 'body' } = limits;
  if (stream === null) return new Uint8Array(0);
  const reader = stream.getReader();
  let interrupt: (reason: unknown) => void = () => {};
  let stopped: { reason: unknown } | undefined;
  const stop = (reason: unknown) => {
    stopped ??= { reason };
    interrupt(reason);
  };
  const onAbort = () => stop(signal?.reason);
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => stop(tooSlow(what, timeoutMs)), timeoutMs);
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted) onAbort();
  // Not `Promise.race`: it would keep one reaction per chunk alive until the end.
  const next = () =>
    new Promise<ReadableStreamReadResult<Uint8Array>>((resolve, reject) => {
      interrupt = reject;
      if (stopped) reject(stopped.reason);
      else reader.read().then(resolve, reject);
    });
  try {
    refuseDeclared(contentLength, maxBytes, what);
    return await collect(next, maxBytes, what);
  } catch (error) {
    // Not awaited: a stuck upstream must not hold the answer back.
    reader.cancel(error).catch(() => {});
    if (stopped) throw stopped.reason;
    if (error instanceof AppError) throw error;
    throw new AppError(codes[what].broken, `${what}: expected all of it, but it ended early`, {
      param: what,
      retryable: what === 'source',
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    unlock(reader);
  }
}

/** Throws `too_many_bytes` where a `Content-Length` already exceeds the limit. */
export function refuseDeclared(
  contentLength: string | null | undefined,
  maxBytes: number,
  what: 'body' | 'source' = 'body',
): void {
  if (contentLength && /^\d+$/.test(contentLength) && Number(contentLength) > maxBytes) {
    throw tooMany(maxBytes, what);
  }
}

// One growing buffer, because a list of a million one-byte chunks takes far more than its bytes.
async function collect(
  next: () => Promise<ReadableStreamReadResult<Uint8Array>>,
  maxBytes: number,
  what: 'body' | 'source',
): Promise<Uint8Array> {
  let buffer = new Uint8Array(Math.min(firstCapacity, maxBytes));
  let length = 0;
  for (;;) {
    const { done, value } = await next();
    if (done) return buffer.slice(0, length);
    const needed = length + value.byteLength;
    if (needed > maxBytes) throw tooMany(maxBytes, what);
    if (needed > buffer.length) {
      const larger = new Uint8Array(Math.min(maxBytes, Math.max(needed, buffer.length * 2)));
      larger.set(buffer.subarray(0, length));
      buffer = larger;
    }
    buffer.set(value, length);
    length = needed;
  }
}

function unlock(reader: ReadableStreamDefaultReader<Uint8Array>): void {
  try {
    reader.releaseLock();
  } catch {
    // Some runtimes refuse while a read is pending; the stream is cancelled by then anyway.
  }
}

function tooMany(maxBytes: number, what: 'body' | 'source'): AppError {
  return new AppError('too_many_bytes', `${what}: expected at most ${maxBytes} bytes, got more`, {
    param: what,
  });
}

function tooSlow(what: 'body' | 'source', timeoutMs: number): AppError {
  const message = `${what}: expected the whole of it within ${timeoutMs} ms, got less`;
  return new AppError(codes[what].timeout, message, { param: what, retryable: true });
}
