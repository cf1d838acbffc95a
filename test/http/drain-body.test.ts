import { describe, expect, it } from 'vitest';
import { drainBody } from '../../src/http/drain-body.ts';

/** A body of `pieces` pieces of 10 bytes, which then ends, fails or stays silent. */
function body(pieces: number, end: 'close' | 'silence' | 'failure' = 'close') {
  const log = { pulled: 0, cancelled: 0 };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (log.pulled++ < pieces) return controller.enqueue(new Uint8Array(10));
        if (end === 'close') controller.close();
        if (end === 'failure') controller.error(new Error('gone'));
        return end === 'silence' ? new Promise(() => {}) : undefined;
      },
      cancel: () => void log.cancelled++,
    },
    { highWaterMark: 0 },
  );
  return { stream, log };
}

describe('drainBody', () => {
  it('reads a body to its end', async () => {
    const { stream, log } = body(100);
    await drainBody(stream);
    expect(log).toEqual({ pulled: 101, cancelled: 0 });
  });

  it('gives up at its limit of bytes', async () => {
    const { stream, log } = body(Number.POSITIVE_INFINITY);
    await drainBody(stream, { maxBytes: 95 });
    expect(log).toEqual({ pulled: 10, cancelled: 1 });
  });

  it('gives up at its limit of time', async () => {
    const { stream, log } = body(3, 'silence');
    await drainBody(stream, { maxMs: 20 });
    expect(log.cancelled).toBe(1);
  });

  it('accepts bodies that are missing, locked, read, cancelled or broken', async () => {
    await drainBody(null);
    const used = body(1).stream;
    const reader = used.getReader();
    await drainBody(used);
    await reader.cancel();
    reader.releaseLock();
    await drainBody(used);
    await drainBody(body(2, 'failure').stream);
  });
});
