// A cache of the platform between the application that clients reach and the renderer.
import { describe, expect, it } from 'vitest';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import { asOption, countingCodecs, PICTURES } from '../../helpers/services/in-memory-service.ts';
import { createJobTestService } from '../../helpers/services/job-service.ts';
import { createPlatformCache } from '../../helpers/services/platform-cache.ts';
import { KEYS, signed, stranger } from '../access/signed-urls.ts';

const { codecs, counts } = countingCodecs(await loadCodecs());
const source = `${PICTURES}content.png`;
const BROWSERS = [
  'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8',
  'image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5',
];

async function setUp(vars: Record<string, string> = {}) {
  let date = (): number => 0;
  const platform = createPlatformCache(() => date());
  const service = await createJobTestService(codecs, { vars, platform: platform.inFront });
  date = () => service.clock.now;
  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    service.ask(path, { method, headers });
  return { ...service, platform, ask };
}

describe('an answer behind the cache of the platform', () => {
  it('is made once, and then comes from there with its age, without the headers of the first request', async () => {
    const { ask, platform, clock, fetched } = await setUp();
    const path = `/t/w=8/f=png/${source}`;
    const first = await ask(path);
    expect(first.headers.get('cache-status')).toBe('tessera; fwd=miss');
    expect(first.headers.has('server-timing')).toBe(true);
    const asked = fetched.length;
    clock.now += 5000;
    const second = await ask(path);
    expect(second.headers.get('cache-status')).toBe(
      'tessera; hit; ttl=86395; detail=workers-cache',
    );
    expect(second.headers.get('age')).toBe('5');
    expect(second.headers.has('server-timing')).toBe(false);
    expect(second.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
    expect(await second.bytes()).toEqual(await first.bytes());
    expect([fetched.length, platform.counts.rendered]).toEqual([asked, 1]);
    for (const name of [
      'cache-tag',
      'cloudflare-cdn-cache-control',
      'x-tessera-made-at',
      'cf-cache-status',
    ])
      expect([first.headers.has(name), second.headers.has(name)], name).toEqual([false, false]);
  });

  it('is one copy for all clients that get the same format, and Vary is for them alone', async () => {
    const { ask, platform } = await setUp();
    for (const accept of BROWSERS) {
      const response = await ask(`/t/w=8/${source}`, { Accept: accept });
      expect([response.status, response.headers.get('vary')]).toEqual([200, 'Accept']);
    }
    expect([platform.counts.rendered, platform.stored.size]).toEqual([1, 1]);
    expect(
      (await ask(`/t/w=8/${source}`, { Accept: 'image/png' })).headers.get('content-type'),
    ).toBe('image/png');
    expect(platform.stored.size).toBe(2);
    expect(
      [...platform.stored.values()].flatMap(({ headers }) => headers.map(([name]) => name)),
    ).not.toContain('vary');
  });

  it('is 304 for a client that has it, without being sent again', async () => {
    const { ask } = await setUp();
    const first = await ask(`/t/w=8/f=png/${source}`);
    const tag = first.headers.get('etag')!;
    const again = await ask(`/t/w=8/f=png/${source}`, { 'If-None-Match': tag });
    expect([again.status, again.headers.get('etag')]).toEqual([304, tag]);
  });

  it('is dropped by a purge of any of its sources, by tag', async () => {
    const { ask: get, platform, clock } = await setUp({ DEVELOPMENT: 'true' });
    const far = asOption(`${PICTURES}other.png`);
    const [one, two] = [`/t/w=8/f=png/${source}`, `/t/hybrid,far=${far}/f=png/${source}`];
    const other = `/t/w=8/f=png/${PICTURES}style.png`;
    for (const path of [one, two, other]) expect((await get(path)).status).toBe(200);
    const purge = async (url: string) => {
      clock.now += 1000;
      const path = `/v1/cache?source=${encodeURIComponent(url)}`;
      expect((await get(path, {}, 'DELETE')).status).toBe(200);
      clock.now += 1000;
    };
    await purge(`${PICTURES}other.png`);
    const status = async (path: string) => (await get(path)).headers.get('cache-status');
    expect(await status(one)).toMatch(/hit/);
    expect(await status(two)).toBe('tessera; fwd=miss');
    await purge(source);
    expect([await status(one), await status(two)]).toEqual([
      'tessera; fwd=miss',
      'tessera; fwd=miss',
    ]);
    expect(await status(other)).toMatch(/hit/);
    expect(platform.counts.purges).toHaveLength(2);
  });

  it('is not stored if its source must not be shared, if it is a job, or an error', async () => {
    const { ask, platform } = await setUp();
    const heavy = `style,engine=vgg19,style=${asOption(`${PICTURES}style.png`)}`;
    expect((await ask(`/t/${heavy}/${source}`)).status).toBe(202);
    expect((await ask(`/t/w=8/${PICTURES}missing.png`)).headers.get('x-error')).toBe(
      'source_missing',
    );
    expect((await ask(`/t/w=8,onerror=placeholder/${PICTURES}missing.png`)).status).toBe(200);
    expect(platform.stored.size).toBe(0);
  });

  it('is rendered once for requests at the same time', async () => {
    const { ask, platform } = await setUp();
    const before = counts.encoded;
    const all = await Promise.all(Array.from({ length: 5 }, () => ask(`/t/w=7/f=png/${source}`)));
    expect(all.map(({ status }) => status)).toEqual(Array(5).fill(200));
    expect([platform.counts.rendered, counts.encoded - before]).toEqual([1, 1]);
  });
});

describe('a copy in the cache of the platform', () => {
  const path = `/t/w=8/f=png/${source}`;

  it('is sent only to those who have a valid signature', async () => {
    const { ask } = await setUp({ SIGNING_KEYS: KEYS });
    expect((await ask(await signed(path))).status).toBe(200);
    expect((await ask(path)).headers.get('x-error')).toBe('bad_signature');
    expect((await ask(await signed(path, stranger))).headers.get('x-error')).toBe('bad_signature');
  });

  it('is not sent after a URL has expired, and its freshness ends there', async () => {
    const { ask, platform, clock } = await setUp({ SIGNING_KEYS: KEYS });
    expect((await ask(await signed(path))).status).toBe(200);
    const url = await signed(path, undefined, clock.now / 1000 + 60);
    const response = await ask(url);
    expect(response.headers.get('cache-control')).toBe('public, max-age=60');
    expect(platform.counts.rendered).toBe(1);
    clock.now += 61_000;
    expect((await ask(url)).headers.get('x-error')).toBe('expired');
  });
});
