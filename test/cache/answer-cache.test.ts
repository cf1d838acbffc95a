import { describe, expect, it } from 'vitest';
import { createAnswerCache } from '../../src/cache/answer-cache.ts';
import type { Asked, Made } from '../../src/cache/answer-types.ts';
import { createPurges } from '../../src/cache/purges.ts';
import { AppError } from '../../src/errors.ts';
import { createMemoryCache } from './memory-cache.ts';

const HOUR = 3600;
const CONTROL = `public, max-age=${HOUR}, stale-while-revalidate=${HOUR}, stale-if-error=${10 * HOUR}`;
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A cache, a clock, and a source that a test changes. */
function setUp() {
  const clock = { now: 1_700_000_000_000 };
  const lines: Record<string, unknown>[] = [];
  const near = createMemoryCache();
  const log = (entry: Record<string, unknown>): void => void lines.push(entry);
  const ports = { wait, log, now: () => clock.now, date: () => clock.now };
  const cache = createAnswerCache({
    ...ports,
    store: near,
    purges: createPurges({ ...ports, near }),
  });
  const source: { version: number; error: Error | undefined; size: number; delay: number } = {
    version: 1,
    error: undefined,
    size: 4,
    delay: 0,
  };
  const made = { asked: 0, rendered: 0 };
  const make: Asked<string>['make'] = async ({ tag }): Promise<Made<string>> => {
    made.asked++;
    const { version, error, size, delay } = { ...source };
    if (delay > 0) await wait(delay);
    if (error) throw error;
    const now = `"${version}"`;
    if (tag === now) return { kind: 'unchanged' };
    made.rendered++;
    const body = new Uint8Array(size).fill(version);
    return { kind: 'answer', body, headers: new Headers({ ETag: now, 'Cache-Control': CONTROL }) };
  };
  async function ask(more: Partial<Asked<string>> = {}) {
    const left: Promise<unknown>[] = [];
    const answered = await cache.answer<string>({
      key: 'key',
      sources: ['source'],
      ifNoneMatch: null,
      background: (work) => left.push(work),
      make,
      ...more,
    });
    const { from } = answered;
    const [body, headers] =
      answered.kind === 'answer'
        ? [answered.body, answered.headers]
        : [null, new Headers(answered.kind === 'known' ? { ETag: answered.tag } : {})];
    const bytes = new Uint8Array(await new Response(body).arrayBuffer());
    while (left.length > 0) await Promise.all(left.splice(0));
    const [status, age] = [headers.get('Cache-Status'), headers.get('Age')];
    const value = answered.kind === 'unshared' ? answered.value : undefined;
    return { version: bytes[0], size: bytes.length, status, age, from, headers, value };
  }
  const later = (seconds: number): void => {
    clock.now += 1000 * seconds;
  };
  return { cache, ask, later, source, made, near, lines };
}

const down = new AppError('source_unreachable', 'down', { retryable: true });
const gone = new AppError('source_missing', 'gone', { param: 'source' });
const refused = new AppError('source_unreachable', 'it answered with status 403');

describe('an answer', () => {
  it('is made once, then sent from the store with its age, without asking the source', async () => {
    const { ask, later, made } = setUp();
    expect(await ask()).toMatchObject({ version: 1, status: 'tessera; fwd=miss', age: null });
    later(60);
    expect(await ask()).toMatchObject({ status: 'tessera; hit; ttl=3540', age: '60' });
    expect(made).toEqual({ asked: 1, rendered: 1 });
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

describe('identical requests at the same time', () => {
  const crowd = <T>(ask: () => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: 50 }, ask));

  it.each([4, 2 ** 20])('share one answer of %d bytes', async (size) => {
    const { ask, source, made } = setUp();
    Object.assign(source, { delay: 60, size });
    const answers = await crowd(() => ask());
    expect(made).toEqual({ asked: 1, rendered: 1 });
    expect(new Set(answers.map((answer) => `${answer.version} ${answer.size}`))).toEqual(
      new Set([`1 ${size}`]),
    );
    const statuses = answers.map(({ status }) => status ?? '');
    expect(statuses.filter((status) => status === 'tessera; fwd=miss')).toHaveLength(1);
    expect(statuses.filter((status) => status.includes('collapsed'))).toHaveLength(49);
  });

  it('do not make an answer again that was stored after their lookup', async () => {
    const { ask, near, made } = setUp();
    const { match } = near;
    let arrive = (): void => {};
    const held = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    near.match = async (key) => {
      const found = await match(key);
      if (key === 'key') await held;
      return found;
    };
    const late = ask();
    await wait(5);
    near.match = match;
    await ask();
    arrive();
    expect((await late).version).toBe(1);
    expect(made.asked).toBe(1);
  });

  it('share one error', async () => {
    const { ask, source, made } = setUp();
    Object.assign(source, { delay: 60, error: down });
    const errors = await crowd(() => ask().catch((error: unknown) => error));
    expect(new Set(errors)).toEqual(new Set([down]));
    expect(made.asked).toBe(1);
  });

  it('all get the stored answer after one failure', async () => {
    const { ask, later, source, made } = setUp();
    await ask();
    later(3 * HOUR);
    Object.assign(source, { delay: 60, error: down });
    const answers = await crowd(() => ask());
    expect(new Set(answers.map(({ version }) => version))).toEqual(new Set([1]));
    expect(made.asked).toBe(2);
  });

  it('each make their own answer if it is not shared', async () => {
    const { ask } = setUp();
    let n = 0;
    const answers = await crowd(() =>
      ask({
        make: async () => {
          await wait(30);
          return { kind: 'unshared', value: String(++n) };
        },
      }),
    );
    expect(new Set(answers.map(({ value }) => value)).size).toBe(50);
  });

  it('that already have the answer need only one request to the source', async () => {
    const { ask } = setUp();
    let asked = 0;
    const answers = await crowd(() =>
      ask({
        make: async () => {
          asked++;
          await wait(30);
          return { kind: 'known', tag: '"1"', control: 'public, max-age=9' };
        },
        ifNoneMatch: '"1"',
      }),
    );
    expect(asked).toBe(1);
    expect(new Set(answers.map(({ headers }) => headers.get('etag')))).toEqual(new Set(['"1"']));
  });
});

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
