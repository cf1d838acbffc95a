// Reads a stream of bytes into memory under a byte limit and a time limit, for sources and uploads.
import { AppError, type ErrorCode, paramError } from '../errors.ts';
import { type ChunkReader, chunkReader } from './chunk-reader.ts';

export type ReadLimits = {
  /** Most bytes that may arrive, counted after decompression. */
  maxBytes: number;
  /** `Content-Length` if there is one; used to refuse early and to size the buffer, but the bytes are counted anyway. */
  contentLength?: string | null;
  /** Milliseconds for the whole read; unlimited unless given. */
  timeoutMs?: number;
  /** Aborts the read, which then throws the signal's reason. */
  signal?: AbortSignal;
  /** Called before the buffer grows beyond the declared length (or `UNDECLARED_BYTES` if none is declared); `false` ends the read with `busy`. */
  reserveMore?: (bytes: number) => boolean;
  /** Called with all bytes so far, at first and after each chunk; the bytes are valid during the call. */
  arrived?: (bytes: Uint8Array) => void;
  /** Name in messages, which also selects the error codes; `body` unless given. */
  what?: 'body' | 'source';
  /** Leaves the stream open if it exceeds a limit, so that the caller can drain it. */
  leaveOpen?: boolean;
};

const codes: Record<'body' | 'source', { broken: ErrorCode; timeout: ErrorCode }> = {
  body: { broken: 'bad_body', timeout: 'bad_body' },
  source: { broken: 'source_unreachable', timeout: 'source_timeout' },
};

/** Initial buffer for a stream of undeclared length, in bytes. */
export const UNDECLARED_BYTES = 256 * 1024;

/** Growth of a buffer that cannot be doubled, in bytes. */
const STEP_BYTES = 1024 * 1024;

/** Size of the buffer, in bytes, with which a read starts before it calls `reserveMore`. */
export const expectedBytes = (contentLength: string | null | undefined, maxBytes: number): number =>
  Math.min(maxBytes, declaredLength(contentLength) ?? UNDECLARED_BYTES);

/** What has been read of a stream so far: the first `length` bytes of `buffer`. */
export type Received = { buffer: Uint8Array; length: number; ended: boolean };

/** Nothing read yet, and room for what the stream declares. */
export const nothingReceived = (
  contentLength: string | null | undefined,
  maxBytes: number,
): Received => ({
  buffer: new Uint8Array(expectedBytes(contentLength, maxBytes)),
  length: 0,
  ended: false,
});

/** The bytes; a view while more may come, else without room behind them. */
export function bytesOf({ buffer, length, ended }: Received): Uint8Array {
  if (!ended) return buffer.subarray(0, length);
  return length === buffer.length ? buffer : buffer.slice(0, length);
}

/**
 * Reads all bytes of a stream; `null` is an empty one. However it ends, the stream is left closed,
 * cancelled or failed, unless `leaveOpen` says otherwise, and unlocked. Throws `AppError` `too_many_bytes`; where the stream fails or
 * is too slow `bad_body`, or `source_unreachable` and `source_timeout` for a source.
 */
export async function readLimited(
  stream: ReadableStream<Uint8Array> | null,
  limits: ReadLimits,
): Promise<Uint8Array> {
  const received = nothingReceived(limits.contentLength, limits.maxBytes);
  await readUntil(Number.POSITIVE_INFINITY, stream, received, limits);
  return bytesOf(received);
}

/**
 * Reads on until so many bytes are there, or the stream ends. Then the stream is left open and unlocked; where it fails or is refused, as
 * by `readLimited`. Throws what that throws.
 */
export async function readUntil(
  bytes: number,
  stream: ReadableStream<Uint8Array> | null,
  received: Received,
  limits: ReadLimits,
): Promise<void> {
  const { maxBytes, contentLength, timeoutMs, signal, arrived, what = 'body', leaveOpen } = limits;
  if (stream === null) received.ended = true;
  if (stream === null || received.ended || received.length >= bytes) return;
  const reader = chunkReader(stream);
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
  // Not `Promise.race`, which would keep one reaction per chunk in memory until the end.
  const next = () =>
    new Promise<ReadableStreamReadResult<Uint8Array>>((resolve, reject) => {
      interrupt = reject;
      if (stopped) reject(stopped.reason);
      else reader.read().then(resolve, reject);
    });
  try {
    refuseDeclared(contentLength, maxBytes, what);
    if (received.length > 0) arrived?.(bytesOf(received));
    while (!received.ended && received.length < bytes) {
      const { done, value } = await next();
      if (done) received.ended = true;
      else append(received, value, limits);
      if (!done) arrived?.(bytesOf(received));
    }
  } catch (error) {
    // Not awaited: a stream that hangs must not delay the response.
    const left = leaveOpen && !stopped && error instanceof AppError;
    if (!left) reader.cancel(error).catch(() => {});
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

/** Throws `too_many_bytes` if `Content-Length` exceeds the limit. */
export function refuseDeclared(
  contentLength: string | null | undefined,
  maxBytes: number,
  what: 'body' | 'source' = 'body',
): void {
  if ((declaredLength(contentLength) ?? 0) > maxBytes) throw tooMany(maxBytes, what);
}

/** What a `Content-Length` says; undefined if there is none, or none that can be read. */
export function declaredLength(contentLength: string | null | undefined): number | undefined {
  return contentLength && /^\d+$/.test(contentLength) ? Number(contentLength) : undefined;
}

// One growing buffer, because a list of a million one-byte chunks takes far more than its bytes.
function append(
  received: Received,
  chunk: Uint8Array,
  { maxBytes, reserveMore, what = 'body' }: Pick<ReadLimits, 'maxBytes' | 'reserveMore' | 'what'>,
): void {
  const { buffer, length } = received;
  const needed = length + chunk.byteLength;
  if (needed > maxBytes) throw tooMany(maxBytes, what);
  if (needed > buffer.length) {
    // If there is no room for twice as much, a little more may still fit.
    const sizes = [buffer.length * 2, needed + STEP_BYTES, needed];
    const capacity = sizes
      .map((size) => Math.min(maxBytes, Math.max(needed, size)))
      .find((size) => reserveMore?.(size - buffer.length) !== false);
    if (capacity === undefined) throw noRoom(what);
    received.buffer = new Uint8Array(capacity);
    received.buffer.set(buffer.subarray(0, length));
  }
  received.buffer.set(chunk, length);
  received.length = needed;
}

function unlock(reader: ChunkReader): void {
  try {
    reader.releaseLock();
  } catch {
    // Some runtimes throw while a read is pending; the stream has been cancelled by then anyway.
  }
}

function tooMany(maxBytes: number, what: 'body' | 'source'): AppError {
  return paramError({
    code: 'too_many_bytes',
    param: what,
    expected: `at most ${maxBytes} bytes`,
    got: 'more',
  });
}

function noRoom(what: 'body' | 'source'): AppError {
  return paramError({
    code: 'busy',
    param: what,
    expected: 'room for it, too many pictures are being read',
    retryable: true,
    retryAfter: 1,
  });
}

function tooSlow(what: 'body' | 'source', timeoutMs: number): AppError {
  return paramError({
    code: codes[what].timeout,
    param: what,
    expected: `the whole of it within ${timeoutMs} ms`,
    got: 'less',
    retryable: true,
  });
}
