import { describe, expect, it } from 'vitest';
import { createVectorMemory, inTiers } from '../../src/render/vector-tiers.ts';
import type { VectorStore } from '../../src/render/vectors.ts';
import { describeVectorStore } from '../contracts/vector-store.ts';

describeVectorStore('in memory', () => createVectorMemory());
describeVectorStore('in tiers', () => inTiers([createVectorMemory(1), createVectorMemory()]));

const one = Float32Array.of(1);
const failing = (message: string): VectorStore => ({
  get: () => Promise.reject(new Error(message)),
  put: () => Promise.reject(new Error(message)),
});

describe('memory', () => {
  it('forgets the least recently used vector', async () => {
    const store = createVectorMemory(2);
    for (const key of ['a', 'b']) await store.put(key, one);
    await store.get('a');
    await store.put('c', one);
    const known = async (key: string) => (await store.get(key)) !== undefined;
    expect([await known('a'), await known('b'), await known('c')]).toEqual([true, false, true]);
  });
});

describe('tiers', () => {
  it('put a vector of a slower store into the faster ones, and a new one into all', async () => {
    const tiers = [createVectorMemory(), createVectorMemory(), createVectorMemory()] as const;
    const store = inTiers(tiers);
    await tiers[1].put('a', one);
    expect(await store.get('a')).toEqual(one);
    expect(await Promise.all(tiers.map((tier) => tier.get('a')))).toEqual([one, one, undefined]);
    await store.put('b', one);
    expect(await Promise.all(tiers.map((tier) => tier.get('b')))).toEqual([one, one, one]);
  });

  it('work if one store fails, and throw its error only if none has the vector', async () => {
    const memory = createVectorMemory();
    const store = inTiers([failing('first'), memory, failing('last')]);
    await expect(store.put('a', one)).rejects.toThrow('first');
    expect(await store.get('a')).toEqual(one);
    await expect(store.get('b')).rejects.toThrow('first');
  });
});
