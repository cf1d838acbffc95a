// Where the Worker keeps vectors: in the isolate, in the data centre's cache, and in the bucket of jobs' bytes.
import { createVectorMemory, inTiers } from '../render/vector-tiers.ts';
import type { VectorStore } from '../render/vectors.ts';

export type EdgeVectorPorts = {
  cache: Pick<Cache, 'match' | 'put'>;
  bucket?: Pick<R2Bucket, 'get' | 'put'> | undefined;
};

// A cache is addressed by URL; the host names nothing.
const FOLDER = 'https://tessera.invalid/vectors/';
/** A vector's key says all that it depends on. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** Larger things are no vectors. */
const MAX_BYTES = 64 * 1024;

/** The store over its ports. What is found far away is put where it is nearer. */
export const createEdgeVectors = ({ cache, bucket }: EdgeVectorPorts): VectorStore =>
  inTiers([
    createVectorMemory(),
    createCacheVectors(cache),
    ...(bucket ? [createBucketVectors(bucket)] : []),
  ]);

/** Over a cache alone. */
export const createCacheVectors = (cache: EdgeVectorPorts['cache']): VectorStore => ({
  async get(key) {
    const response = await cache.match(FOLDER + key);
    return response && vectorIn(response.body, Number(response.headers.get('content-length')));
  },
  async put(key, vector) {
    const bytes = bytesOf(vector);
    const headers = {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(bytes.length),
      'Cache-Control': FOR_EVER,
    };
    await cache.put(FOLDER + key, new Response(bytes, { headers }));
  },
});

/** Over a bucket alone, under `vectors/`. */
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

/** The vector of a body; undefined for what can be none. */
async function vectorIn(
  body: ReadableStream<Uint8Array> | null,
  bytes: number,
): Promise<Float32Array | undefined> {
  if (!(bytes > 0 && bytes <= MAX_BYTES && bytes % 4 === 0)) {
    await body?.cancel();
    return undefined;
  }
  const whole = await new Response(body as BodyInit | null).arrayBuffer();
  const vector = whole.byteLength === bytes ? new Float32Array(whole) : undefined;
  return vector?.every(Number.isFinite) ? vector : undefined;
}

// Whatever runs Workers, browsers and Node has its numbers the same way round.
const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
