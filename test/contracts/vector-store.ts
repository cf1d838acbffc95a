// The contract of stores of vectors: in memory, on the platform's cache and on a bucket.
import { describe, expect, it } from 'vitest';
import type { VectorStore } from '../../src/render/vectors.ts';

const key = (n: number): string => `name-1-${String(n).repeat(64)}`;

/** Declares the tests for an empty store; `name` appears in their titles. */
export function describeVectorStore(name: string, open: () => VectorStore): void {
  describe(`a store of vectors ${name}`, () => {
    it('gives back what was put, bit by bit, and nothing else', async () => {
      const store = open();
      const vector = Float32Array.from([1 / 3, -0, 1e-42, 3e38, -7]);
      expect(await store.get(key(1))).toBeUndefined();
      await store.put(key(1), vector);
      await store.put(key(2), Float32Array.of(2));
      const found = (await store.get(key(1))) as Float32Array;
      expect([...found].map((v, i) => Object.is(v, vector[i]))).toEqual(Array(5).fill(true));
      expect(await store.get(key(3))).toBeUndefined();
    });

    it('keeps its own copy, which later changes of a vector do not affect', async () => {
      const store = open();
      const whole = Float32Array.from([9, 1, 2, 9]);
      const part = whole.subarray(1, 3);
      await store.put(key(4), part);
      whole.fill(0);
      const first = (await store.get(key(4))) as Float32Array;
      expect([...first]).toEqual([1, 2]);
      first.fill(5);
      expect([...((await store.get(key(4))) as Float32Array)]).toEqual([1, 2]);
    });

    it('keeps the newest vector if a key is put again', async () => {
      const store = open();
      await store.put(key(5), Float32Array.of(1, 2, 3));
      await store.put(key(5), Float32Array.of(4));
      expect([...((await store.get(key(5))) as Float32Array)]).toEqual([4]);
    });
  });
}
