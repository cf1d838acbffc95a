import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { paint } from '../helpers/files/pictures.ts';
import { type BundledWorker, startBundledWorker } from '../helpers/servers/bundled-worker.ts';
import { type PictureServer, servePictures } from '../helpers/servers/picture-server.ts';
import { loadCodecs } from '../helpers/services/codec-modules.ts';

const codecs = await loadCodecs();
const size = { width: 96, height: 64 };
const first = await codecs.png.encode(
  paint(size, (x, y) => [x * 2, y * 3, (x * y) % 256]),
  { quality: 100 },
);
const second = await codecs.png.encode(
  paint(size, (x, y) => [255 - x, y, 0]),
  { quality: 100 },
);

const CROWD = 50;
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let origin: PictureServer;
let worker: BundledWorker;
let serial = 0;

beforeAll(async () => {
  origin = await servePictures(first);
  worker = await startBundledWorker(varsOf());
});

beforeEach(() => Object.assign(origin.manner, { status: 200, etag: '"1"', delay: 0, body: first }));

afterAll(async () => {
  await worker?.close();
  await origin?.close();
});

const varsOf = (): Record<string, string> => ({
  ALLOWED_SOURCES: `http://${origin.host}/`,
  ALLOW_PRIVATE_SOURCES: 'true',
  CACHE_MAX_AGE: '2',
  DEVELOPMENT: 'true',
});

/** A source that nobody has asked for. */
const fresh = (): string => `/picture-${++serial}.png`;
const urlOf = (path: string, plan = 'w=24/f=png'): string =>
  `/t/${plan}/http://${origin.host}${path}`;
const asks = (path: string): number => origin.counts.get(path) ?? 0;

type Got = { status: number; from: string; headers: Headers; bytes: string };

async function get(path: string, init?: RequestInit): Promise<Got> {
  const response = await worker.fetch(path, init);
  const bytes = Buffer.from(await response.arrayBuffer()).toString('base64');
  const { status, headers } = response;
  return { status, headers, bytes, from: headers.get('cache-status') ?? '' };
}

const crowd = (path: string): Promise<Got[]> =>
  Promise.all(Array.from({ length: CROWD }, () => get(path)));

describe('identical cold requests', () => {
  it('share one fetch and one rendering', async () => {
    const path = fresh();
    origin.manner.delay = 200;
    const before = await decodedSoFar();
    const answers = await crowd(urlOf(path));
    expect(answers.map(({ status }) => status)).toEqual(new Array(CROWD).fill(200));
    expect(asks(path)).toBe(1);
    expect(new Set(answers.map(({ bytes }) => bytes)).size).toBe(1);
    const led = answers.filter(({ from }) => from === 'tessera; fwd=miss');
    expect(led).toHaveLength(1);
    expect(new Set(answers.map(({ headers }) => headers.get('etag'))).size).toBe(1);
    expect(await decodedSoFar()).toBe(before + 1);
  });

  it('share one refusal, which is not kept', async () => {
    const path = fresh();
    Object.assign(origin.manner, { status: 503, delay: 200 });
    const answers = await crowd(urlOf(path));
    expect(answers.map(({ status }) => status)).toEqual(new Array(CROWD).fill(502));
    expect(asks(path)).toBeLessThanOrEqual(2);
    origin.manner.status = 200;
    expect((await get(urlOf(path))).status).toBe(200);
  });

  it('are answered even if the client that came first disconnects', async () => {
    const path = fresh();
    origin.manner.delay = 1000;
    const leaving = new AbortController();
    const left = get(urlOf(path), { signal: leaving.signal }).catch(() => 'left');
    await wait(300);
    const staying = [get(urlOf(path)), get(urlOf(path))];
    await wait(200);
    leaving.abort();
    expect(await left).toBe('left');
    for (const { status } of await Promise.all(staying)) expect(status).toBe(200);
    expect(asks(path)).toBe(1);
    expect(await inFlight()).toBe(0);
  });
});

describe('a source that is missing', () => {
  it('is requested once for many clients, and not again within 10 s', async () => {
    const path = fresh();
    Object.assign(origin.manner, { status: 404, delay: 100 });
    const answers = await crowd(urlOf(path));
    expect(answers.map(({ status }) => status)).toEqual(new Array(CROWD).fill(404));
    const again = await get(urlOf(path));
    expect([again.status, again.headers.get('x-error')]).toEqual([404, 'source_missing']);
    expect(again.headers.get('cache-control')).toBe('public, max-age=10');
    expect(asks(path)).toBe(1);
  });
});

describe('a stale answer', () => {
  it('is sent at once, revalidated without decoding, and fresh afterwards', async () => {
    const path = fresh();
    const made = await get(urlOf(path));
    expect(made.headers.get('cache-control')).toContain('max-age=2,');
    const hit = await get(urlOf(path));
    expect([hit.from, hit.headers.get('age')]).toEqual([
      expect.stringMatching(/^tessera; hit; ttl=[12]$/),
      expect.stringMatching(/^[01]$/),
    ]);
    await wait(2300);
    const decoded = await decodedSoFar();
    origin.manner.delay = 300;
    const stale = await get(urlOf(path));
    expect([stale.status, stale.bytes]).toEqual([200, made.bytes]);
    expect(stale.from).toMatch(/^tessera; hit; ttl=(0|-\d)$/);
    expect(Number(stale.headers.get('age'))).toBeGreaterThanOrEqual(2);
    // While one renews it, nobody else does.
    const others = await crowd(urlOf(path));
    expect(new Set(others.map(({ bytes }) => bytes))).toEqual(new Set([made.bytes]));
    expect(asks(path)).toBeLessThanOrEqual(2);
    // A busy machine takes longer; each look at a stale answer has it renewed once more.
    await expect
      .poll(async () => (await get(urlOf(path))).from, { timeout: 20_000, interval: 300 })
      .toMatch(/^tessera; hit; ttl=[12]$/);
    expect(asks(path)).toBeGreaterThanOrEqual(2);
    expect(await decodedSoFar()).toBe(decoded);
  });

  it('is replaced if the source has changed', async () => {
    const path = fresh();
    const made = await get(urlOf(path));
    Object.assign(origin.manner, { etag: '"2"', body: second });
    await wait(2300);
    expect((await get(urlOf(path))).bytes).toBe(made.bytes);
    await expect
      .poll(async () => (await get(urlOf(path))).bytes, { timeout: 20_000, interval: 300 })
      .not.toBe(made.bytes);
  });

  it('is kept while the source is down, and dropped once the source answers that it is gone', async () => {
    const path = fresh();
    const made = await get(urlOf(path));
    await wait(2300);
    origin.manner.status = 500;
    for (let n = 0; n < 3; n++) {
      const { status, bytes } = await get(urlOf(path));
      expect([status, bytes]).toEqual([200, made.bytes]);
      await wait(100);
    }
    expect(asks(path)).toBe(2);
  });
});

describe('what a client sends beside the URL', () => {
  it.each([
    ['a cookie', { Cookie: 'session=1' }],
    ['authorization', { Authorization: 'Bearer x' }],
    ['a range', { Range: 'bytes=0-9' }],
    ['addresses', { 'X-Forwarded-For': '9.9.9.9', 'X-Forwarded-Host': 'evil', Forwarded: 'for=x' }],
    ['another word for the same Accept', { Accept: 'text/html, */*;q=0.1' }],
    ['a wish for something newer', { 'Cache-Control': 'no-cache', Pragma: 'no-cache' }],
  ])('%s neither splits nor poisons the cache', async (_, headers) => {
    const path = fresh();
    const sent = await get(urlOf(path), { headers });
    expect(sent.status).toBe(200);
    const plain = await get(urlOf(path));
    expect([plain.status, plain.bytes]).toEqual([200, sent.bytes]);
    expect(plain.from).toMatch(/hit/);
    expect(asks(path)).toBe(1);
  });

  it('nor does HEAD, which has the headers of GET', async () => {
    const path = fresh();
    const head = await get(urlOf(path), { method: 'HEAD' });
    const whole = await get(urlOf(path));
    expect(whole.from).toMatch(/hit/);
    for (const name of ['content-type', 'content-length', 'etag', 'cache-control', 'vary'])
      expect([name, head.headers.get(name)]).toEqual([name, whole.headers.get(name)]);
    const headOfStored = await get(urlOf(path), { method: 'HEAD' });
    expect(headOfStored.headers.get('content-length')).toBe(whole.headers.get('content-length'));
    const etag = whole.headers.get('etag') as string;
    for (const method of ['GET', 'HEAD']) {
      const { status } = await get(urlOf(path), { method, headers: { 'If-None-Match': etag } });
      expect([method, status]).toEqual([method, 304]);
    }
  });
});

describe('a file of the page', () => {
  it.each(['/', '/page/index.js', '/samples/chess.jpg', '/docs/', '/docs/docs.js'])(
    '%s has a validator and a length',
    async (path) => {
      const whole = await worker.fetch(path);
      expect(whole.status).toBe(200);
      const { byteLength } = await whole.arrayBuffer();
      const etag = whole.headers.get('etag') as string;
      for (const method of ['GET', 'HEAD']) {
        const same = await worker.fetch(path, { method, headers: { 'If-None-Match': etag } });
        expect([same.status, await same.text()]).toEqual([304, '']);
        expect(same.headers.get('content-security-policy')).toContain("script-src 'self'");
      }
      const head = await worker.fetch(path, { method: 'HEAD' });
      expect(head.headers.get('content-length')).toBe(String(byteLength));
    },
  );
});

describe('a purge', () => {
  it('takes effect at once for every plan of the source, and for no other source', async () => {
    const [path, other] = [fresh(), fresh()];
    const urls = [urlOf(path), urlOf(path, 'w=12/f=png'), urlOf(other)];
    const made = await Promise.all(urls.map((url) => get(url)));
    Object.assign(origin.manner, { etag: '"2"', body: second });
    const source = encodeURIComponent(`http://${origin.host}${path}`);
    const purged = await worker.fetch(`/v1/cache?source=${source}`, { method: 'DELETE' });
    expect([purged.status, await purged.json()]).toEqual([200, { purged: { source } }]);
    const [one, two, kept] = await Promise.all(urls.map((url) => get(url)));
    expect(one?.bytes).not.toBe(made[0]?.bytes);
    expect(two?.bytes).not.toBe(made[1]?.bytes);
    expect(kept?.bytes).toBe(made[2]?.bytes);
    expect([one?.from, two?.from]).toEqual(['tessera; fwd=miss', 'tessera; fwd=miss']);
    expect((await get(urls[0] as string)).from).toMatch(/hit/);
    // The platform keeps copies of sources, too.
    expect(origin.controls.get(path)).toBe('no-cache');
    expect(origin.controls.get(other)).toBe(undefined);
  });
});

describe('with RESULT_STORE=r2', () => {
  it("answers are restored after the data centre's cache has lost them", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tessera-store-'));
    const start = () =>
      startBundledWorker(
        { ...varsOf(), CACHE_MAX_AGE: '3600', RESULT_STORE: 'r2' },
        { persist: folder },
      );
    const path = fresh();
    const read = async (running: BundledWorker): Promise<[string, Buffer]> => {
      const response = await running.fetch(urlOf(path));
      const from = response.headers.get('cache-status') ?? '';
      return [from, Buffer.from(await response.arrayBuffer())];
    };
    let running = await start();
    try {
      const [, bytes] = await read(running);
      await wait(500);
      await running.close();
      const places = await readdir(folder, { recursive: true });
      const caches = places.filter((place) => place.split('/').at(-1) === 'cache');
      expect(caches).toHaveLength(1);
      await rm(join(folder, caches[0] as string), { recursive: true });
      running = await start();
      const [from, again] = await read(running);
      expect(from).toMatch(/^tessera; hit/);
      expect(again.equals(bytes)).toBe(true);
      expect(asks(path)).toBe(1);
    } finally {
      await running.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

async function metric(pattern: RegExp): Promise<number> {
  const text = await (await worker.fetch('/metrics')).text();
  return [...text.matchAll(pattern)].reduce((sum, [, value]) => sum + Number(value), 0);
}

/** Answers of transforms so far that had to be made. */
const decodedSoFar = (): Promise<number> => metric(/^tessera_cache\S*miss\S* (\d+)$/gm);
const inFlight = (): Promise<number> => metric(/^tessera_\w*in_flight\S* (\d+)$/gm);
