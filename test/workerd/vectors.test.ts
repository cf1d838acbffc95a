import { env } from 'cloudflare:workers';
import {
  createBucketVectors,
  createCacheVectors,
  createEdgeVectors,
} from '../../src/edge/vector-store.ts';
import { describeVectorStore } from '../contracts/vector-store.ts';

const cache = (caches as unknown as { default: Cache }).default;

// The platform's stores are shared by all tests of the file.
const origin = 'https://img.example';
let stores = 0;
const apart = (store: ReturnType<typeof createEdgeVectors>) => {
  const prefix = `store-${++stores}-`;
  return {
    get: (key: string) => store.get(prefix + key),
    put: (key: string, vector: Float32Array) => store.put(prefix + key, vector),
  };
};

describeVectorStore("in the data centre's cache", () => apart(createCacheVectors(cache, origin)));
describeVectorStore('in a bucket of R2', () => apart(createBucketVectors(env.JOB_BLOBS)));
describeVectorStore('of the Worker', () =>
  apart(createEdgeVectors({ origin, cache, bucket: env.JOB_BLOBS })),
);
