import { describe, expect, it } from 'vitest';
import { CONTROL, down, gone, HOUR, refused, setUp } from './answer-cache-set-up.ts';

describe('an answer', () => {
  it('is made once, then sent from the store with its age, without asking the source', async () => {
    const { ask, later, made } = setUp();
    expect(await ask()).toMatchObject({ version: 1, status: 'tessera; fwd=miss', age: null });
    later(60);
    expect(await ask()).toMatchObject({ status: 'tessera; hit; ttl=3540', age: '60' });
    expect(made).toEqual({ asked: 1, rendered: 1 });
  });

  it('is sent before it is stored, so that no client waits for the store', async () => {
    const { cache, near, make } = setUp();
    const left: Promise<unknown>[] = [];
    const asked = { key: 'key', sources: ['source'], ifNoneMatch: null, make };
    await cache.answer({ ...asked, background: (work) => left.push(work) });
    // A response is made of it, which passes through several promises.
    for (let i = 0; i < 100; i++) await undefined;
    expect(near.counts.put).toBe(0);
    await Promise.all(left);
    expect(near.counts.put).toBe(1);
  });

  it('is sent with the freshness that it was made with, and stored for longer', async () => {
    const { ask, near } = setUp();
    await ask();
    const [stored] = [...near.held.values()];
    expect(stored?.headers).toContainEqual(['cache-control', `public, max-age=${11 * HOUR}`]);
    const { headers } = await ask();
    expect(headers.get('cache-control')).toBe(CONTROL);
    expect([...headers.keys()].filter((name) => name.includes('tessera'))).toEqual([]);
  });

  it('is sent while stale, and renewed in the background if the source is unchanged', async () => {
    const { ask, later, made } = setUp();
    await ask();
    later(HOUR + 5);
    expect(await ask()).toMatchObject({ status: 'tessera; hit; ttl=-5', age: '3605' });
    expect(made).toEqual({ asked: 2, rendered: 1 });
    later(1);
    expect(await ask()).toMatchObject({ status: 'tessera; hit; ttl=3599', age: '1' });
    expect(made.asked).toBe(2);
  });

  it('is sent while stale, and replaced in the background if the source has changed', async () => {
    const { ask, later, source } = setUp();
    await ask();
    later(HOUR);
    source.version = 2;
    expect((await ask()).version).toBe(1);
    expect(await ask()).toMatchObject({ version: 2, status: 'tessera; hit; ttl=3600' });
  });

  it('is renewed only once, however many requests find it stale', async () => {
    const { ask, later, made, source } = setUp();
    await ask();
    later(HOUR);
    source.delay = 50;
    await Promise.all(Array.from({ length: 20 }, () => ask()));
    expect(made.asked).toBe(2);
  });

  it('is made before it is sent if the stored one is too old', async () => {
    const { ask, later, source } = setUp();
    await ask();
    later(2 * HOUR);
    source.version = 2;
    expect(await ask()).toMatchObject({ version: 2, status: 'tessera; fwd=stale', from: 'work' });
    later(2 * HOUR);
    expect(await ask()).toMatchObject({
      version: 2,
      status: 'tessera; fwd=stale; ttl=3600; detail=renewed',
      age: '0',
    });
  });

  it('is sent instead of an error while the source is down, until it expires', async () => {
    const { ask, later, source, made } = setUp();
    await ask();
    later(3 * HOUR);
    source.error = down;
    expect(await ask()).toMatchObject({
      version: 1,
      status: 'tessera; fwd=stale; ttl=-7200; detail=source_unreachable',
      age: '10800',
    });
    expect(made.asked).toBe(2);
    later(8 * HOUR);
    await expect(ask()).rejects.toBe(down);
  });

  it.each([
    ['gone', gone],
    ['what the source refuses', refused],
  ])('is not sent instead of a permanent error: %s', async (_, error) => {
    const { ask, later, source } = setUp();
    await ask();
    later(HOUR);
    source.error = error;
    // The source has not been asked yet.
    expect((await ask()).version).toBe(1);
    await expect(ask()).rejects.toMatchObject({ code: error.code, message: error.message });
  });

  it('is not renewed again at once after a failed renewal', async () => {
    const { ask, later, source, made, lines } = setUp();
    await ask();
    later(HOUR);
    source.error = down;
    for (let n = 0; n < 5; n++) expect((await ask()).version).toBe(1);
    expect(made.asked).toBe(2);
    expect(lines).toEqual([{ event: 'renewal_failed', message: String(down) }]);
    later(10);
    await ask();
    expect(made.asked).toBe(3);
  });

  it('is made even if nothing can be stored', async () => {
    const { ask, near, made, lines } = setUp();
    near.match = () => Promise.reject(new Error('no cache'));
    near.put = () => Promise.reject(new Error('no cache'));
    expect(await ask()).toMatchObject({ version: 1 });
    expect(made.rendered).toBe(1);
    expect(lines.length).toBeGreaterThan(0);
  });

  it('is made again if the stored response is not an entry of this cache', async () => {
    const { ask, near, made } = setUp();
    await near.put('key', new Response('else', { headers: { 'X-Tessera-Entry': '%7Bnonsense' } }));
    expect(await ask()).toMatchObject({ version: 1, status: 'tessera; fwd=miss' });
    expect(made.rendered).toBe(1);
  });
});

describe('errors', () => {
  it('are not stored', async () => {
    const { ask, source, made } = setUp();
    source.error = down;
    for (let n = 1; n <= 3; n++) {
      await expect(ask()).rejects.toBe(down);
      expect(made.asked).toBe(n);
    }
    source.error = undefined;
    expect((await ask()).version).toBe(1);
  });

  it('are stored for 10 s if the source is missing', async () => {
    const { ask, later, source, made } = setUp();
    source.error = gone;
    const told = { code: 'source_missing', message: 'gone', param: 'source' };
    for (let n = 0; n < 3; n++) await expect(ask()).rejects.toMatchObject(told);
    expect(made.asked).toBe(1);
    source.error = undefined;
    later(9);
    await expect(ask()).rejects.toMatchObject(told);
    later(1);
    expect((await ask()).version).toBe(1);
  });
});

describe('an answer stored with put', () => {
  it('is found while it is fresh', async () => {
    const { cache, later } = setUp();
    const headers = { 'Cache-Control': 'public, max-age=600' };
    await cache.put('stand-in', new Response('x', { headers }), 1_700_000_000_000);
    later(599);
    expect(await (await cache.match('stand-in'))?.text()).toBe('x');
    later(1);
    expect(await cache.match('stand-in')).toBeUndefined();
  });
});
