// Reads on what a refused client still sends: an answer beside unread bytes reaches it as a broken connection.

/** Whoever sends more, or for longer, is cut off. */
const MAX_BYTES = 64 * 2 ** 20;
const MAX_MS = 2000;

/** Reads a body to its end, and keeps nothing of it; gives up at the limits. Never throws. */
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
    // The client has gone, or the stream has failed before.
  } finally {
    clearTimeout(timer);
  }
}
