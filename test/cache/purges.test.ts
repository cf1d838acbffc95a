import { describe, expect, it } from 'vitest';
import lifecycle from '../../scripts/deploy/lifecycle.json' with { type: 'json' };
import { slotOf, TABLE_KEY, type TableStore } from '../../src/cache/purge-table.ts';
import { createPurges, type Purged } from '../../src/cache/purges.ts';
import { digestOf } from '../../src/crypto.ts';
import { createMemoryCache } from './memory-cache.ts';

const NEVER: Purged = { at: 0, sure: true };
const MINUTE = 60_000;

/** A store that all data centres share, whose versions count up; `conflicts` writes fail before one succeeds. */
function createFar(conflicts = 0) {
  const held = new Map<string, { bytes: Uint8Array; version: string }>();
  const counts = { get: 0, replace: 0 };
  const store: TableStore = {
    async get(key) {
      counts.get++;
      return held.get(key);
    },
    async replace(key, bytes, version) {
      counts.replace++;
      await Promise.resolve();
      if (counts.replace <= conflicts || held.get(key)?.version !== version) return false;
      held.set(key, { bytes: bytes.slice(), version: String(counts.replace) });
      return true;
    },
  };
  return { ...store, counts, held };
}

/** Data centres that share a far store, and a clock. */
function setUp(far: TableStore | undefined = createFar()) {
  const clock = { now: 1_700_000_000_000 };
  const lines: unknown[] = [];
  // Longer than a machine that does other things takes for a store that answers.
  const wait = (): Promise<void> => pause(100);
  const log = (entry: unknown): void => void lines.push(entry);
  const place = (behind = far) => {
    const near = createMemoryCache();
    const ports = { near, wait, log, date: () => clock.now };
    const purges = createPurges({ ...ports, ...(behind && { far: behind }) });
    const last = async (...sources: string[]): Promise<Purged> => {
      const left: Promise<unknown>[] = [];
      const at = await purges.last(sources, (work) => left.push(work));
      await Promise.all(left);
      return at;
    };
    return { ...purges, purges, last, near };
  };
  return { place, lines, clock };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('a purge', () => {
  it('holds at once at its own data centre, and only for its source', async () => {
    const here = setUp().place();
    expect(await here.last('a', 'b')).toEqual(NEVER);
    await here.purge('a', 1000);
    expect([await here.last('a'), await here.last('b')]).toEqual([{ at: 1000, sure: true }, NEVER]);
    expect((await here.last('b', 'a')).at).toBe(1000);
    await here.purge('a', 2000);
    expect((await here.last('a')).at).toBe(2000);
  });

  it('reaches the requests of other data centres after a minute and one further request', async () => {
    const { place, clock } = setUp();
    const [here, there] = [place(), place()];
    expect(await there.last('a')).toEqual(NEVER);
    await here.purge('a', 1000);
    clock.now += MINUTE;
    expect(await there.last('b')).toEqual(NEVER);
    clock.now += 1;
    // This request finds that its copy is old, and has it read again in the background.
    await there.last('b');
    expect([(await there.last('a')).at, await there.last('b')]).toEqual([1000, NEVER]);
  });

  it('reaches a data centre that had no request for ten minutes with the first one', async () => {
    const { place } = setUp();
    const [here, there] = [place(), place()];
    await there.last('a');
    const copy = there.near.held.get('purges/table');
    expect(copy?.headers).toContainEqual(['cache-control', 'public, max-age=600']);
    await here.purge('a', 1000);
    there.near.held.clear();
    expect((await there.last('a')).at).toBe(1000);
  });

  it('holds without a far store for as long as any answer is stored', async () => {
    const near = createMemoryCache();
    const ports = { near, wait: async () => {}, date: () => 0, log: () => {} };
    const purges = createPurges(ports);
    await purges.purge('a', 1000);
    expect(await purges.last(['a'], () => {})).toEqual({ at: 1000, sure: true });
    const [known] = [...near.held.values()];
    const [, age] = /max-age=(\d+)/.exec(String(known?.headers)) ?? [];
    expect(Number(age)).toBeGreaterThan(365 * 86_400 + 604_800);
  });

  it('is never forgotten: no rule of the bucket deletes the table', () => {
    const prefixes = lifecycle.rules.map(({ conditions }) => conditions.prefix);
    expect(prefixes).toContain('answers/');
    expect(prefixes.filter((prefix) => TABLE_KEY.startsWith(prefix))).toEqual([]);
  });

  it('of many sources at once, in many places, loses none and writes few times', async () => {
    const far = createFar();
    const { place } = setUp(far);
    const places = [place(), place(), place()];
    const sources = Array.from({ length: 60 }, (_, i) => `source ${i}`);
    await Promise.all(sources.map((source, i) => places[i % 3]!.purge(source, 1000 + i)));
    const there = place();
    for (const [i, source] of sources.entries())
      expect((await there.last(source)).at).toBeGreaterThanOrEqual(1000 + i);
    expect(there.near.counts.match).toBeGreaterThan(60);
    expect([...far.held.keys()]).toEqual(['purges/table']);
    expect(far.held.get('purges/table')?.bytes.length).toBe(8 * 4096);
  });

  it('is tried again while others write, and refused when they do not stop', async () => {
    const { place } = setUp(createFar(3));
    const here = place();
    await here.purge('a', 1000);
    expect((await here.last('a')).at).toBe(1000);
    const never = setUp(createFar(Number.POSITIVE_INFINITY)).place();
    await expect(never.purge('a', 1000)).rejects.toMatchObject({ code: 'busy', retryAfter: 2 });
  });

  it('drops what other sources of its slot had, and nothing else', async () => {
    const { place } = setUp();
    const [here, there] = [place(), place()];
    await here.purge('a', 1000);
    const slot = slotOf(await digestOf('a'));
    let dropped = 0;
    for (let i = 0; i < 200; i++) {
      const { at } = await there.last(`other ${i}`);
      if (at > 0) dropped++;
      expect(at > 0).toBe(slotOf(await digestOf(`other ${i}`)) === slot);
    }
    expect(dropped).toBeLessThan(4);
  });
});

describe('requests that ask for purges', () => {
  it('do not read the far store: one of them in a minute has the copy renewed in the background', async () => {
    const far = createFar();
    const { place, clock } = setUp(far);
    const here = place();
    await here.last('a');
    expect(far.counts.get).toBe(1);
    for (let i = 0; i < 100; i++) {
      clock.now += 1000;
      await here.last(`source ${i}`);
    }
    expect(far.counts.get).toBe(2);
  });

  it('do not wait for a slow far store', async () => {
    const far = createFar();
    const { place, clock } = setUp(far);
    let get = far.get;
    const here = place({ get: (key) => get(key), replace: far.replace });
    await here.last('a');
    get = () => new Promise<never>(() => {});
    clock.now += 2 * MINUTE;
    expect(await Promise.race([here.purges.last(['a'], () => {}), pause(5000)])).toEqual(NEVER);
  });

  it('wait once for a far store that is too slow, and have what it answered the next time', async () => {
    const far = createFar();
    const { place } = setUp(far);
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = { ...far, get: (key: string) => released.then(() => far.get(key)) };
    const [here, there] = [place(), place(slow)];
    await here.purge('a', 1000);
    const left: Promise<unknown>[] = [];
    const last = () => there.purges.last(['a'], (work) => left.push(work));
    expect(await last()).toEqual({ at: 0, sure: false });
    const asked = far.counts.get;
    expect(await last()).toEqual({ at: 0, sure: false });
    release();
    await Promise.all(left);
    expect(await last()).toEqual({ at: 1000, sure: true });
    expect(far.counts.get).toBe(asked + 1);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('no bucket'))],
    ['is silent', () => new Promise<never>(() => {})],
  ])(
    'are told that the times are not sure if there is no copy and the far store %s',
    async (_, get) => {
      const { place, lines } = setUp();
      const here = place({ get, replace: async () => true });
      expect(await here.last('a')).toEqual({ at: 0, sure: false });
      expect(lines).toMatchObject([{ event: 'purge_lookup_failed' }]);
      // A failed lookup is not stored.
      expect(here.near.held.size).toBe(0);
    },
  );
});
