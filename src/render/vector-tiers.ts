// Stores of vectors that any place can have: its own memory, and faster stores in front of slower ones.
import type { VectorStore } from './vectors.ts';

/** Vectors of a few hundred bytes each: together less than a small picture. */
const MOST_VECTORS = 512;

/** Keeps the vectors that were used last, in memory. */
export function createVectorMemory(most: number = MOST_VECTORS): VectorStore {
  // A map keeps the order in which keys were put in.
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
 * Asks one store after the other, the fastest first. What a slower one has is put into those before it, and what is new into all. One
 * that fails does not keep the others from being asked; what it threw is thrown where none of them has the vector, and by `put`.
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
          // Nobody waits for that: where it fails, the next request looks as far again.
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
