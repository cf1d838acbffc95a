// Limits on reading into memory: bytes as they arrive, time, and streams that never settle.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { readLimited, refuseDeclared } from '../../src/sources/read-limited.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** A stream of the given chunks, then its end, an error, or silence; records calls. */
function record(chunks: number[][], end: 'close' | 'error' | 'silence' = 'close') {
  const log = { pulls: 0, cancelled: [] as unknown[] };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[log.pulls++];
        if (chunk) controller.enqueue(Uint8Array.from(chunk));
        else if (end === 'close') controller.close();
        else if (end === 'error') controller.error(new Error('socket hang up'));
        else return new Promise(() => {});
      },
      cancel(reason) {
        log.cancelled.push(reason);
        return new Promise(() => {});
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, log };
}

describe('reading', () => {
  test('joins all chunks into exactly their bytes', async () => {
    const { stream, log } = record([[1, 2], [], [3], [4, 5, 6]]);
    const bytes = await readLimited(stream, { maxBytes: 6 });
    expect([...bytes]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(bytes.buffer.byteLength).toBe(6);
    expect([log.cancelled, stream.locked]).toEqual([[], false]);
  });

  test('treats a missing stream as no bytes', async () => {
    expect(await readLimited(null, { maxBytes: 0 })).toEqual(new Uint8Array(0));
  });

  test('grows far beyond the first buffer, from tiny and from huge chunks', async () => {
    const size = 300_000;
    let sent = 0;
    const tiny = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent === size) controller.close();
        else controller.enqueue(Uint8Array.of(sent++ % 251));
      },
    });
    const bytes = await readLimited(tiny, { maxBytes: size });
    expect(bytes.length).toBe(size);
    expect(bytes.findIndex((byte, i) => byte !== i % 251)).toBe(-1);
    const huge = new Response(new Uint8Array(size).fill(7)).body;
    expect(await readLimited(huge, { maxBytes: size })).toEqual(new Uint8Array(size).fill(7));
  });
});

describe('the byte limit', () => {
  test('refuses at the first byte above it, with the stream cancelled and unlocked', async () => {
    const { stream, log } = record([[1, 2], [3, 4], [5], [6]]);
    await expect(readLimited(stream, { maxBytes: 4 })).rejects.toMatchObject({
      code: 'too_many_bytes',
      message: 'body: expected at most 4 bytes, got more',
      retryable: false,
    });
    expect([log.pulls, log.cancelled.length, stream.locked]).toEqual([3, 1, false]);
  });

  test('refuses early if Content-Length already exceeds it', async () => {
    const { stream, log } = record([[1]]);
    await expect(readLimited(stream, { maxBytes: 4, contentLength: '5' })).rejects.toMatchObject({
      code: 'too_many_bytes',
    });
    expect([log.pulls, log.cancelled.length, stream.locked]).toEqual([0, 1, false]);
  });

  test('leaves the stream open for further reading if asked to, and only if more than fits is sent', async () => {
    for (const contentLength of [null, '9']) {
      const { stream, log } = record([[1, 2], [3, 4], [5]]);
      const limits = { maxBytes: 3, contentLength, leaveOpen: true };
      await expect(readLimited(stream, limits)).rejects.toMatchObject({ code: 'too_many_bytes' });
      expect([log.cancelled, stream.locked]).toEqual([[], false]);
      const rest = await readLimited(stream, { maxBytes: 9 });
      expect(rest.at(-1)).toBe(5);
    }
    const { stream, log } = record([[1]], 'silence');
    const slow = readLimited(stream, { maxBytes: 3, timeoutMs: 5, leaveOpen: true });
    await expect(slow).rejects.toMatchObject({ code: 'bad_body' });
    expect(log.cancelled).toHaveLength(1);
  });

  test.each(['4', '0', '', 'x', '-5', '5, 5', '1e9', null])(
    'does not believe the Content-Length %j',
    async (contentLength) => {
      const limits = { maxBytes: 4, contentLength };
      expect(await readLimited(record([[1, 2, 3]]).stream, limits)).toHaveLength(3);
      await expect(readLimited(record([[1, 2, 3, 4, 5]]).stream, limits)).rejects.toMatchObject({
        code: 'too_many_bytes',
      });
    },
  );

  test('of a declared length is exact', () => {
    expect(() => refuseDeclared('4', 4)).not.toThrow();
    expect(() => refuseDeclared('5', 4, 'source')).toThrow('source: expected at most 4 bytes');
    expect(() => refuseDeclared('9'.repeat(400), 4)).toThrow('at most 4 bytes');
  });
});

describe('the time limit', () => {
  test('ends a silent stream and leaves no timer', async () => {
    vi.useFakeTimers();
    const { stream, log } = record([[1]], 'silence');
    const read = readLimited(stream, { maxBytes: 9, timeoutMs: 500 });
    const failure = expect(read).rejects.toMatchObject({ code: 'bad_body', param: 'body' });
    await vi.advanceTimersByTimeAsync(499);
    expect(log.cancelled).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    await failure;
    expect([log.cancelled.length, stream.locked, vi.getTimerCount()]).toEqual([1, false, 0]);
  });

  test('of a source has its own code and may be retried', async () => {
    const read = readLimited(record([], 'silence').stream, {
      maxBytes: 9,
      timeoutMs: 5,
      what: 'source',
    });
    await expect(read).rejects.toMatchObject({ code: 'source_timeout', retryable: true });
  });

  test('applies to the whole read, not to each chunk', async () => {
    vi.useFakeTimers();
    const drip = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        controller.enqueue(Uint8Array.of(1));
      },
    });
    const read = readLimited(drip, { maxBytes: 99, timeoutMs: 450 });
    const failure = expect(read).rejects.toMatchObject({ code: 'bad_body' });
    await vi.advanceTimersByTimeAsync(450);
    await failure;
  });

  test.each(['close', 'error'] as const)('leaves no timer after %s', async (end) => {
    vi.useFakeTimers();
    const { stream } = record([[1]], end);
    await readLimited(stream, { maxBytes: 9, timeoutMs: 500 }).catch(() => {});
    expect([vi.getTimerCount(), stream.locked]).toEqual([0, false]);
  });
});

describe('a signal', () => {
  test('ends a pending read with its own reason', async () => {
    const { stream, log } = record([[1]], 'silence');
    const controller = new AbortController();
    const read = readLimited(stream, { maxBytes: 9, signal: controller.signal });
    const reason = new Error('over');
    setTimeout(() => controller.abort(reason), 5);
    await expect(read).rejects.toBe(reason);
    expect([log.cancelled, stream.locked]).toEqual([[reason], false]);
  });

  test('has no effect after the end', async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    await readLimited(record([[1]]).stream, { maxBytes: 9, signal });
    expect(added).toHaveBeenCalledTimes(1);
    expect(removed.mock.calls[0]?.slice(0, 2)).toEqual(added.mock.calls[0]?.slice(0, 2));
  });

  test('that is already aborted reads nothing', async () => {
    const { stream, log } = record([[1]]);
    const reason = new Error('over');
    const signal = AbortSignal.abort(reason);
    await expect(readLimited(stream, { maxBytes: 9, signal })).rejects.toBe(reason);
    expect([log.pulls, log.cancelled]).toEqual([0, [reason]]);
  });
});

describe('a stream that fails', () => {
  test('is a bad body for an upload and an unreachable source for a download', async () => {
    const upload = readLimited(record([[1]], 'error').stream, { maxBytes: 9 });
    await expect(upload).rejects.toMatchObject({ code: 'bad_body', retryable: false });
    const { stream } = record([[1]], 'error');
    const source = readLimited(stream, { maxBytes: 9, what: 'source' });
    await expect(source).rejects.toMatchObject({
      code: 'source_unreachable',
      retryable: true,
      cause: { message: 'socket hang up' },
    });
    expect(stream.locked).toBe(false);
  });
});
