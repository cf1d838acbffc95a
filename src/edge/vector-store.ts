// The style vectors of the Worker: in the isolate, in the cache of the data centre, and in the bucket of jobs.
import { createVectorMemory, inTiers } from '../render/vector-tiers.ts';
import type { VectorStore } from '../render/vectors.ts';

export type EdgeVectorPorts = {
  /** The origin of the requests that are answered. A cache is addressed by URL, and the platform resolves its host. */
  origin: string;
  cache: Pick<Cache, 'match' | 'put'>;
  bucket?: Pick<R2Bucket, 'get' | 'put'> | undefined;
};

/** The key of a vector contains all that it depends on, so it never changes. */
const IMMUTABLE = 'public, max-age=31536000, immutable';

/** Largest stored vector, in bytes. */
const MAX_BYTES = 64 * 1024;

/** The store over its ports. A vector that is found in a slower tier is copied into the faster ones. */
export const createEdgeVectors = ({ origin, cache, bucket }: EdgeVectorPorts): VectorStore =>
  inTiers([
    createVectorMemory(),
    createCacheVectors(cache, origin),
    ...(bucket ? [createBucketVectors(bucket)] : []),
  ]);

/** A store over a cache alone. */
export const createCacheVectors = (
  cache: EdgeVectorPorts['cache'],
  origin: string,
): VectorStore => ({
  async get(key) {
    const response = await cache.match(`${origin}/vectors/${key}`);
    return response && vectorIn(response.body, Number(response.headers.get('content-length')));
  },
  async put(key, vector) {
    const bytes = bytesOf(vector);
    const headers = {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(bytes.length),
      'Cache-Control': IMMUTABLE,
    };
    await cache.put(`${origin}/vectors/${key}`, new Response(bytes, { headers }));
  },
});

/** A store over a bucket alone, under `vectors/`. */
export const createBucketVectors = (
  bucket: NonNullable<EdgeVectorPorts['bucket']>,
): VectorStore => ({
  async get(key) {
    const found = await bucket.get(`vectors/${key}`);
    return found ? vectorIn(found.body, found.size) : undefined;
  },
  async put(key, vector) {
    await bucket.put(`vectors/${key}`, bytesOf(vector));
  },
});

/** The vector in a body of so many bytes; undefined if the body is not a valid vector. */
async function vectorIn(
  body: ReadableStream<Uint8Array> | null,
  bytes: number,
): Promise<Float32Array | undefined> {
  if (!(bytes > 0 && bytes <= MAX_BYTES && bytes % 4 === 0)) {
    await body?.cancel();
    return undefined;
  }
  const whole = await new Response(body).arrayBuffer();
  const vector = whole.byteLength === bytes ? new Float32Array(whole) : undefined;
  return vector?.every(Number.isFinite) ? vector : undefined;
}

// The byte order of all machines that run Workers and Node is the same (little-endian).
const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
