// Reads the rest of a refused request's body: without that, the client sees a broken connection instead of the answer.

/** Limits of the rest, in bytes and milliseconds; beyond them, the body is cancelled. */
const MAX_BYTES = 64 * 2 ** 20;
const MAX_MS = 2000;

/** Reads a body to its end or to the limits, and discards it. Never throws. */
export async function drainBody(
  body: ReadableStream<Uint8Array> | null,
  { maxBytes = MAX_BYTES, maxMs = MAX_MS } = {},
): Promise<void> {
  if (!body || body.locked) return;
  const reader = body.getReader();
  const stop = (): void => void reader.cancel().catch(() => {});
  const timer = setTimeout(stop, maxMs);
  try {
    let left = maxBytes;
    while (left >= 0) {
      const { done, value } = await reader.read();
      if (done) return;
      left -= value.byteLength;
    }
    stop();
  } catch {
    // The client is gone, or the stream had failed already.
  } finally {
    clearTimeout(timer);
  }
}
