import { describe, expect, it } from 'vitest';
import { gone, setUp, wait } from './answer-cache-set-up.ts';

describe('a purge', () => {
  it('makes the next request make the answer anew, even if it is fresh or being made', async () => {
    const { ask, cache, later, source, made } = setUp();
    await ask();
    later(1);
    source.version = 2;
    await cache.purge('source');
    later(1);
    expect(await ask()).toMatchObject({ version: 2, status: 'tessera; fwd=miss' });
    expect(await ask()).toMatchObject({ version: 2, status: 'tessera; hit; ttl=3600' });
    expect(made.rendered).toBe(2);
    expect((await cache.purged(['source'], () => {})).at).toBeGreaterThan(0);
  });

  it('does not affect other sources', async () => {
    const { ask, cache, made } = setUp();
    await ask();
    await cache.purge('another');
    await ask();
    expect(made.rendered).toBe(1);
  });

  it('keeps later requests from sharing an answer that was begun before', async () => {
    const { ask, cache, later, source } = setUp();
    source.delay = 80;
    const before = ask();
    await wait(20);
    later(1);
    Object.assign(source, { version: 2, delay: 0 });
    await cache.purge('source');
    later(1);
    const after = ask();
    expect((await before).version).toBe(1);
    expect((await after).version).toBe(2);
    // Whichever answer was stored last, the one begun before the purge is not used.
    expect((await ask()).version).toBe(2);
  });

  it('removes a stored "source missing" error', async () => {
    const { ask, cache, source, later } = setUp();
    source.error = gone;
    await expect(ask()).rejects.toMatchObject({ code: 'source_missing' });
    source.error = undefined;
    later(1);
    await cache.purge('source');
    later(1);
    expect((await ask()).version).toBe(1);
  });
});
