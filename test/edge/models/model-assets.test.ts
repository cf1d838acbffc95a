import { describe, expect, it } from 'vitest';
import type { Assets } from '../../../src/edge/cloudflare.ts';
import { createModelAssets } from '../../../src/edge/models/model-assets.ts';

const unread = expect.objectContaining({
  code: 'backend_unavailable',
  retryable: true,
  message: "the model's file tiny.safetensors could not be read",
});

const answering = (answer: (request: Request) => Response | Promise<Response>): Assets => ({
  fetch: async (request) => answer(request),
});

/** A body that records how it ended. */
function body(chunks: readonly Uint8Array[], { stall = false } = {}) {
  const seen = { cancelled: false };
  let at = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = chunks[at++];
      if (chunk) controller.enqueue(chunk);
      else if (!stall) controller.close();
    },
    cancel() {
      seen.cancelled = true;
    },
  });
  return { stream, seen };
}

describe("models among the Worker's assets", () => {
  it('are read under their own path, whole', async () => {
    const asked: string[] = [];
    const read = createModelAssets(
      answering(({ url }) => {
        asked.push(new URL(url).pathname);
        return new Response(body([Uint8Array.of(1, 2), Uint8Array.of(3)]).stream);
      }),
    );
    expect(await read('tiny.safetensors')).toEqual(Uint8Array.of(1, 2, 3));
    await read('../samples/chess.jpg');
    expect(asked).toEqual(['/models/tiny.safetensors', '/models/..%2Fsamples%2Fchess.jpg']);
  });

  it('are absent if there is no such file', async () => {
    const { stream, seen } = body([Uint8Array.of(1)], { stall: true });
    const read = createModelAssets(answering(() => new Response(stream, { status: 404 })));
    expect(await read('tiny.safetensors')).toBeUndefined();
    expect(seen.cancelled).toBe(true);
  });

  it.each([
    ['declares', { 'content-length': '5' }],
    ['brings', {}],
  ])('are refused where one %s more than the limit', async (_, headers) => {
    const { stream, seen } = body([new Uint8Array(3), new Uint8Array(2)], { stall: true });
    const assets = answering(() => new Response(stream, { headers }));
    const read = createModelAssets(assets, { maxBytes: 4 });
    await expect(read('tiny.safetensors')).rejects.toEqual(unread);
    expect(seen.cancelled).toBe(true);
  });

  it('do not make a request wait for ever, neither for an answer nor for its end', async () => {
    const silent = createModelAssets(
      answering(() => new Promise(() => {})),
      { timeoutMs: 20 },
    );
    await expect(silent('tiny.safetensors')).rejects.toEqual(unread);
    const { stream, seen } = body([Uint8Array.of(1)], { stall: true });
    const slow = createModelAssets(
      answering(() => new Response(stream)),
      { timeoutMs: 20 },
    );
    await expect(slow('tiny.safetensors')).rejects.toEqual(unread);
    expect(seen.cancelled).toBe(true);
  });

  it('are not taken from an answer with an error', async () => {
    const { stream, seen } = body([Uint8Array.of(1)], { stall: true });
    const read = createModelAssets(answering(() => new Response(stream, { status: 500 })));
    await expect(read('tiny.safetensors')).rejects.toEqual(unread);
    expect(seen.cancelled).toBe(true);
  });
});
