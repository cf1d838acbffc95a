import { describe, expect, it } from 'vitest';
import { createPurges } from '../../src/cache/purges.ts';
import { createMemoryCache } from './memory-cache.ts';

const wait = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

/** Data centres that share a far store. */
function setUp(far = new Map<string, string>()) {
  const lines: unknown[] = [];
  const store = {
    async get(key: string) {
      return far.get(key);
    },
    async put(key: string, text: string) {
      far.set(key, text);
    },
  };
  const place = (behind: typeof store | undefined = store) => {
    const near = createMemoryCache();
    const log = (entry: unknown): void => void lines.push(entry);
    const purges = createPurges({ near, ...(behind && { far: behind }), wait, log });
    const last = async (...sources: string[]): Promise<number> => {
      const left: Promise<unknown>[] = [];
      const at = await purges.last(sources, (work) => left.push(work));
      await Promise.all(left);
      return at;
    };
    return { ...purges, last, near };
  };
  return { place, lines };
}

describe('a purge', () => {
  it('holds at once at its own data centre, and only for its source', async () => {
    const here = setUp().place();
    expect(await here.last('a', 'b')).toBe(0);
    await here.purge('a', 1000);
    expect([await here.last('a'), await here.last('b')]).toEqual([1000, 0]);
    expect(await here.last('b', 'a')).toBe(1000);
    await here.purge('a', 2000);
    expect(await here.last('a')).toBe(2000);
  });

  it('holds elsewhere when the purge time stored there is a minute old', async () => {
    const { place } = setUp();
    const [here, there] = [place(), place()];
    expect(await there.last('a')).toBe(0);
    const [known] = [...there.near.held.values()];
    expect(known?.headers).toContainEqual(['cache-control', 'public, max-age=60']);
    await here.purge('a', 1000);
    expect(await there.last('a')).toBe(0);
    there.near.held.clear();
    expect(await there.last('a')).toBe(1000);
  });

  it('holds without a far store for as long as any answer is stored', async () => {
    const near = createMemoryCache();
    const purges = createPurges({ near, wait, log: () => {} });
    await purges.purge('a', 1000);
    expect(await purges.last(['a'], () => {})).toBe(1000);
    const [known] = [...near.held.values()];
    const [, age] = /max-age=(\d+)/.exec(String(known?.headers)) ?? [];
    expect(Number(age)).toBeGreaterThan(365 * 86_400 + 604_800);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('no bucket'))],
    ['is silent', () => new Promise<never>(() => {})],
  ])('is not waited for if the far store %s', async (_, get) => {
    const { place, lines } = setUp();
    const here = place({ get, put: async () => {} });
    expect(await here.last('a')).toBe(0);
    expect(lines).toMatchObject([{ event: 'purge_lookup_failed' }]);
    // A failed lookup is not stored.
    expect(here.near.held.size).toBe(0);
  });
});
