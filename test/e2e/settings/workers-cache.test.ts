// The renderer as an entrypoint of its own. The local runtime has no cache in front of it, so each request is rendered, or comes from the
// cache of the data centre behind it.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BundledWorker, startBundledWorker } from '../../helpers/servers/bundled-worker.ts';

let worker: BundledWorker;

beforeAll(async () => {
  worker = await startBundledWorker(
    { WORKERS_CACHE: 'true', DEVELOPMENT: 'true' },
    { picturesOnly: true },
  );
});

afterAll(() => worker?.close());

it('answers pictures, 304 and errors through the renderer, and accepts purges', async () => {
  const path = '/t/w=24/f=png/asset:chess.jpg';
  const first = await worker.fetch(path);
  expect([first.status, first.headers.get('content-type')]).toEqual([200, 'image/png']);
  expect((await first.arrayBuffer()).byteLength).toBeGreaterThan(100);
  expect(first.headers.has('x-tessera-made-at')).toBe(false);
  const again = await worker.fetch(path, {
    headers: { 'If-None-Match': first.headers.get('etag')! },
  });
  expect(again.status).toBe(304);
  const missing = await worker.fetch('/t/w=24/asset:nothing.jpg');
  expect([missing.status, missing.headers.get('x-error')]).toEqual([404, 'source_missing']);
  const purge = { method: 'DELETE' };
  expect((await worker.fetch('/v1/cache?source=asset:chess.jpg', purge)).status).toBe(200);
  expect((await worker.fetch(path)).headers.get('cache-status')).toBe('tessera; fwd=miss');
  // Nobody reaches the renderer from outside.
  expect((await worker.fetch('/rendered/0')).status).toBe(404);
});
