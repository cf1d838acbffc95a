// Stores of vectors for any place: in memory, and faster stores in front of slower ones.
import type { VectorStore } from './vectors.ts';

/** Most vectors in memory; at a few hundred bytes each, less than a small picture. */
const MAX_VECTORS = 512;

/** Keeps the most recently used vectors in memory. */
export function createVectorMemory(most: number = MAX_VECTORS): VectorStore {
  // A map iterates in the order of insertion.
  const kept = new Map<string, Float32Array>();
  const keep = (key: string, vector: Float32Array): void => {
    kept.delete(key);
    kept.set(key, vector);
    for (const oldest of kept.keys()) {
      if (kept.size <= most) break;
      kept.delete(oldest);
    }
  };
  return {
    async get(key) {
      const vector = kept.get(key);
      if (vector) keep(key, vector);
      return vector?.slice();
    },
    put: async (key, vector) => keep(key, vector.slice()),
  };
}

/**
 * Asks one store after the other, the fastest first. A vector found in a slower store is put into the faster ones, a new one into all.
 * If a store fails, the others are still asked; its error is thrown by `put`, and by `get` if no store has the vector.
 */
export function inTiers(tiers: readonly VectorStore[]): VectorStore {
  const putAll = async (stores: readonly VectorStore[], key: string, vector: Float32Array) =>
    firstReason(await Promise.allSettled(stores.map((store) => store.put(key, vector))));
  return {
    async get(key) {
      let failure: { reason: unknown } | undefined;
      for (const [i, tier] of tiers.entries()) {
        try {
          const vector = await tier.get(key);
          if (!vector) continue;
          // Not awaited: if it fails, the next request asks the slower store again.
          void putAll(tiers.slice(0, i), key, vector);
          return vector;
        } catch (reason) {
          failure ??= { reason };
        }
      }
      if (failure) throw failure.reason;
      return undefined;
    },
    async put(key, vector) {
      const failure = await putAll(tiers, key, vector);
      if (failure) throw failure.reason;
    },
  };
}

const firstReason = (results: readonly PromiseSettledResult<void>[]) =>
  results.find((result) => result.status === 'rejected');
