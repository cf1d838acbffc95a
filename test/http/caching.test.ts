import { describe, expect, it } from 'vitest';
import { paint } from '../helpers/files/pictures.ts';
import { loadCodecs } from '../helpers/services/codec-modules.ts';
import {
  countingCodecs,
  createInMemoryService,
  PICTURES,
} from '../helpers/services/in-memory-service.ts';

const loaded = await loadCodecs();
const size = { width: 24, height: 24 };
const file = await loaded.png.encode(
  paint(size, (x, y) => [10 * x, 10 * y, 0]),
  { quality: 85 },
);
const source = `${PICTURES}a.png`;
const url = `/t/w=8/f=png/${source}`;
const DAY = 86_400;

/** A service, its clock, and a source that a test changes. */
function setUp(vars: Record<string, string> = {}) {
  const clock = { now: 1_700_000_000_000 };
  const { codecs, counts } = countingCodecs(loaded);
  const sent: { status: number; etag: string | undefined } = { status: 200, etag: '"1"' };
  const requests: Headers[] = [];
  const service = createInMemoryService({
    codecs,
    vars,
    pictures: { [source]: file },
    date: () => clock.now,
    respond({ headers }) {
      requests.push(headers);
      const { status, etag } = sent;
      if (status !== 200) return new Response('no', { status });
      const known = etag !== undefined && headers.get('if-none-match') === etag;
      const body = known ? null : (file as Uint8Array<ArrayBuffer>);
      const own: Record<string, string> = etag === undefined ? {} : { ETag: etag };
      return new Response(body, { status: known ? 304 : 200, headers: own });
    },
  });
  const later = (seconds: number): void => {
    clock.now += 1000 * seconds;
  };
  return { ...service, counts, sent, requests, later };
}

const statusOf = (response: Response): string | null => response.headers.get('cache-status');

describe('a stored answer', () => {
  it('is renewed if its source answers a conditional request with 304', async () => {
    const { ask, later, counts, requests } = setUp();
    const made = await ask(url);
    later(DAY + 1);
    const stale = await ask(url);
    expect([statusOf(stale), stale.headers.get('age')]).toEqual(['tessera; hit; ttl=-1', '86401']);
    expect(requests.map((headers) => headers.get('if-none-match'))).toEqual([null, '"1"']);
    expect(statusOf(await ask(url))).toBe('tessera; hit; ttl=86400');
    expect(await (await ask(url)).bytes()).toEqual(await made.bytes());
    expect(counts).toEqual({ decoded: 1, encoded: 1 });
  });

  it('is renewed by its digest, without decoding, if the source has no validator', async () => {
    const { ask, later, counts, sent, requests } = setUp();
    sent.etag = undefined;
    await ask(url);
    later(DAY);
    await ask(url);
    expect(statusOf(await ask(url))).toBe('tessera; hit; ttl=86400');
    expect([requests.length, counts.decoded]).toEqual([2, 1]);
  });

  it.each([500, 502, 503, 429])(
    'is used for a week while its source answers %d',
    async (status) => {
      const { ask, later, sent } = setUp();
      await ask(url);
      later(3 * DAY);
      sent.status = status;
      const last = await ask(url);
      expect([last.status, statusOf(last)]).toEqual([
        200,
        'tessera; fwd=stale; ttl=-172800; detail=source_unreachable',
      ]);
      later(6 * DAY);
      const none = await ask(url);
      expect([none.status, none.headers.get('x-error')]).toEqual([502, 'source_unreachable']);
      expect(none.headers.get('cache-control')).toBe('no-store');
    },
  );

  it.each([
    [404, 'source_missing'],
    [403, 'source_unreachable'],
  ])('is not used after its source has answered %d', async (status, code) => {
    const { ask, later, sent } = setUp();
    await ask(url);
    later(3 * DAY);
    sent.status = status;
    expect((await ask(url)).headers.get('x-error')).toBe(code);
  });

  it('is 304 for clients that have it, in every state, for GET and HEAD', async () => {
    const { ask, later, sent } = setUp();
    const etag = (await ask(url)).headers.get('etag') as string;
    const headers = { 'If-None-Match': etag };
    for (const [days, status] of [
      [0, 200],
      [1, 500],
      [2, 500],
    ] as const) {
      later(days * DAY);
      sent.status = status;
      for (const method of ['GET', 'HEAD']) {
        const response = await ask(url, { method, headers });
        expect([days, method, response.status]).toEqual([days, method, 304]);
        expect(response.headers.get('etag')).toBe(etag);
        expect(response.headers.get('age')).toMatch(/^\d+$/);
      }
    }
  });

  it('has the same headers for HEAD as for GET', async () => {
    const { ask } = setUp();
    const names = ['content-type', 'content-length', 'etag', 'cache-control', 'vary', 'x-cost'];
    const read = (response: Response) => names.map((name) => response.headers.get(name));
    const made = await ask(url, { method: 'HEAD' });
    const stored = await ask(url, { method: 'HEAD' });
    const whole = await ask(url);
    expect(read(made)).toEqual(read(whole));
    expect(read(stored)).toEqual(read(whole));
    expect((await stored.bytes()).length).toBe(0);
    expect(Number(whole.headers.get('content-length'))).toBe((await whole.bytes()).length);
  });
});

describe('a source that is missing', () => {
  it('is not asked again for 10 s, and its answer is fresh for as long', async () => {
    const { ask, later, sent, requests } = setUp();
    sent.status = 404;
    for (let n = 0; n < 3; n++) {
      const response = await ask(url);
      expect([response.status, response.headers.get('cache-control')]).toEqual([
        404,
        'public, max-age=10',
      ]);
      expect(((await response.json()) as { param: string }).param).toBe('source');
    }
    expect(requests.length).toBe(1);
    sent.status = 200;
    later(10);
    expect((await ask(url)).status).toBe(200);
  });
});

describe('headers of a request', () => {
  it.each([
    ['a cookie', { Cookie: 'session=1' }],
    ['authorization', { Authorization: 'Bearer x' }],
    ['a range', { Range: 'bytes=0-1' }],
    ['where it came from', { 'X-Forwarded-For': '9.9.9.9', 'X-Forwarded-Host': 'evil.example' }],
    ['another Accept with the same outcome', { Accept: 'text/html;q=0.3, image/*' }],
    ['no wish for stored answers', { 'Cache-Control': 'no-cache, no-store', Pragma: 'no-cache' }],
    ['a method override', { 'X-HTTP-Method-Override': 'DELETE', 'X-Original-URL': '/other' }],
  ])('%s changes neither the key nor the stored answer', async (_, headers) => {
    const { ask, keys, requests } = setUp();
    const sent = await ask(url, { headers });
    const plain = await ask(url);
    expect(statusOf(plain)).toMatch(/^tessera; hit/);
    expect(await plain.bytes()).toEqual(await sent.bytes());
    expect([keys().length, requests.length]).toEqual([1, 1]);
    expect(requests[0]?.get('cookie')).toBeNull();
  });

  it('negotiate the format, and each format is stored once', async () => {
    const { ask, keys } = setUp();
    const auto = `/t/w=8/${source}`;
    const types = async (accept: string): Promise<string | null> =>
      (await ask(auto, { headers: { Accept: accept } })).headers.get('content-type');
    expect(await types('image/webp')).toBe('image/webp');
    expect(await types('image/webp;q=0.9, text/html;q=0.2')).toBe('image/webp');
    expect(keys().length).toBe(1);
    expect(await types('image/png')).toBe('image/png');
    expect(keys().length).toBe(2);
  });
});
