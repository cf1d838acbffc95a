import { describe, expect, it } from 'vitest';
import { nearAndFar } from '../../src/cache/near-and-far.ts';
import { createMemoryCache } from './memory-cache.ts';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const lasting = (text: string, seconds = 86_400) =>
  new Response(text, { headers: { 'Cache-Control': `public, max-age=${seconds}` } });

function setUp(far: Partial<ReturnType<typeof createMemoryCache>> = {}) {
  const [near, behind] = [createMemoryCache(), createMemoryCache()];
  const lines: Record<string, unknown>[] = [];
  const log = (entry: Record<string, unknown>): void => void lines.push(entry);
  const store = nearAndFar({ near, far: { ...behind, ...far }, wait, log, timeoutMs: 50 });
  return { store, near, far: behind, lines };
}

const never = <T>(): Promise<T> => new Promise(() => {});
const broken = (): Promise<never> => Promise.reject(new Error('no bucket'));

describe('a near and a far store', () => {
  it('both store long-lived answers; only the near one stores short-lived ones', async () => {
    const { store, near, far } = setUp();
    await store.put('long', lasting('a'));
    await store.put('short', lasting('b', 10));
    expect([...near.held.keys()]).toEqual(['long', 'short']);
    expect([...far.held.keys()]).toEqual(['long']);
  });

  it('return an answer that the near one has lost, and store it there again', async () => {
    const { store, near, far } = setUp();
    await store.put('key', lasting('a'));
    near.held.clear();
    expect(await (await store.match('key'))?.text()).toBe('a');
    expect(await (await store.match('key'))?.text()).toBe('a');
    expect(far.counts.match).toBe(1);
  });

  it('delete from both', async () => {
    const { store } = setUp();
    await store.put('key', lasting('a'));
    await store.delete('key');
    expect(await store.match('key')).toBeUndefined();
  });

  it.each([
    ['fails', broken, 'Error: no bucket'],
    ['is silent', never, 'Error: no answer within 50 ms'],
  ])('find nothing if the far one %s, which is logged', async (_, match, message) => {
    const { store, lines } = setUp({ match });
    expect(await store.match('key')).toBeUndefined();
    expect(lines).toEqual([{ event: 'far_match_failed', message }]);
  });

  it('store in the near one if the far one fails', async () => {
    const { store, near, lines } = setUp({ put: broken, delete: broken });
    await store.put('key', lasting('a'));
    expect([...near.held.keys()]).toEqual(['key']);
    await store.delete('key');
    expect(near.held.size).toBe(0);
    expect(lines.map(({ event }) => event)).toEqual(['far_put_failed', 'far_delete_failed']);
  });
});
