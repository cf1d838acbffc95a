import { describe, expect, it, vi } from 'vitest';
import {
  createBucketVectors,
  createCacheVectors,
  createEdgeVectors,
} from '../../src/edge/vector-store.ts';
import { describeVectorStore } from '../contracts/vector-store.ts';

const ORIGIN = 'https://img.example';

/** A cache like the platform's, in memory. */
function createCache() {
  const kept = new Map<string, { body: ArrayBuffer; headers: Headers }>();
  return {
    kept,
    async match(url: string) {
      const found = kept.get(url);
      return found && new Response(found.body, { headers: found.headers });
    },
    async put(url: string, response: Response) {
      kept.set(url, { body: await response.arrayBuffer(), headers: response.headers });
    },
  };
}

function createBucket() {
  const kept = new Map<string, Uint8Array>();
  return {
    kept,
    async get(key: string) {
      const found = kept.get(key);
      if (!found) return null;
      const body = new Response(found as BodyInit).body as ReadableStream<Uint8Array>;
      return { body, size: found.length, etag: '', httpEtag: `"${found.length}"` };
    },
    put: async (key: string, body: Uint8Array | ReadableStream<Uint8Array>) =>
      void kept.set(key, new Uint8Array(await new Response(body as BodyInit).arrayBuffer())),
  };
}

const cacheOf = (cache: ReturnType<typeof createCache>) => cache as unknown as Cache;

describeVectorStore('in a cache', () => createCacheVectors(cacheOf(createCache()), ORIGIN));
describeVectorStore('in a bucket', () => createBucketVectors(createBucket()));
describeVectorStore('of the Worker', () =>
  createEdgeVectors({ origin: ORIGIN, cache: cacheOf(createCache()), bucket: createBucket() }),
);

describe('the store of the Worker', () => {
  const vector = Float32Array.from({ length: 100 }, (_, i) => i / 7);

  it('writes to the cache, for a long time, and to the bucket, from which other isolates and data centres read', async () => {
    const [cache, bucket] = [createCache(), createBucket()];
    await createEdgeVectors({ origin: ORIGIN, cache: cacheOf(cache), bucket }).put('key', vector);
    expect([...bucket.kept.keys()]).toEqual(['vectors/key']);
    const [stored] = [...cache.kept.values()] as unknown as [{ headers: Headers }];
    expect(stored.headers.get('cache-control')).toMatch(/max-age=31536000/);
    const elsewhere = createCache();
    const other = createEdgeVectors({ origin: ORIGIN, cache: cacheOf(elsewhere), bucket });
    expect(await other.get('key')).toEqual(vector);
    await vi.waitFor(() => expect(elsewhere.kept.size).toBe(1));
    bucket.kept.clear();
    elsewhere.kept.clear();
    expect(await other.get('key')).toEqual(vector);
  });

  it('works without a bucket', async () => {
    const store = createEdgeVectors({ origin: ORIGIN, cache: cacheOf(createCache()) });
    await store.put('key', vector);
    expect(await store.get('key')).toEqual(vector);
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['half a number', new Uint8Array(6)],
    ['no numbers', new Uint8Array(400).fill(255)],
    ['far too many', new Uint8Array(2 ** 17)],
  ])('takes %s for no vector', async (_, bytes) => {
    const [cache, bucket] = [createCache(), createBucket()];
    bucket.kept.set('vectors/key', bytes);
    const headers = { 'Content-Length': String(bytes.length) };
    await cache.put('https://tessera.invalid/vectors/key', new Response(bytes, { headers }));
    expect(
      await createEdgeVectors({ origin: ORIGIN, cache: cacheOf(cache), bucket }).get('key'),
    ).toBeUndefined();
  });
});
