// What an operator may set, at the level of the bundled Worker: limits of clients, presets, a bucket of sources; and fallbacks.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probe } from '../../../src/codecs/probe/probe.ts';
import { paint } from '../../helpers/files/pictures.ts';
import { type BundledWorker, startBundledWorker } from '../../helpers/servers/bundled-worker.ts';
import { seedSources } from '../../helpers/servers/seed-bucket.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';

const codecs = await loadCodecs();
const origin = createServer((request, response) => {
  const found = request.url === '/picture';
  response.writeHead(found ? 200 : 404).end(found ? picture : 'no');
});
let folder: string;
let picture: Uint8Array;
let base: string;
/** Nobody listens there. */
let dead: string;
/** Counts clients by the platform's binding. */
let usual: BundledWorker;
/** Counts them by itself, and has presets alone. */
let narrow: BundledWorker;

beforeAll(async () => {
  picture = await codecs.png.encode(
    paint({ width: 48, height: 32 }, (x, y) => [5 * x, 8 * y, 0]),
    { quality: 85 },
  );
  folder = await mkdtemp(join(tmpdir(), 'tessera-'));
  await seedSources(folder, { 'folder/a b.png': picture, 'plain.png': picture });
  const vacant = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => vacant.once('listening', resolve));
  dead = `https://127.0.0.1:${(vacant.address() as AddressInfo).port}`;
  await new Promise((resolve) => vacant.close(resolve));
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
  const sources = { ALLOWED_SOURCES: `${base}/,${dead}/`, ALLOW_PRIVATE_SOURCES: 'true' };
  usual = await startBundledWorker({ ...sources, RATE_LIMIT: '60/60' }, { persist: folder });
  narrow = await startBundledWorker({
    ...sources,
    RATE_LIMIT: '3/60',
    PRESETS: '{"thumb":"w=8,h=8,fit=cover/f=png"}',
    PRESETS_ONLY: 'true',
  });
  for (const { fetch } of [usual, narrow]) await (await fetch('/health')).text();
});

afterAll(async () => {
  origin.close();
  await Promise.all([usual?.close(), narrow?.close()]);
  await rm(folder, { recursive: true, force: true });
});

/** Windows begin with the minute: one that is nearly over would let more through. */
async function afresh(): Promise<void> {
  const left = 60_000 - (Date.now() % 60_000);
  if (left < 8000) await new Promise((resolve) => setTimeout(resolve, left + 50));
}

/** The codes of that many uploads by one client. */
async function codes(worker: BundledWorker, plan: string, times: number): Promise<string[]> {
  const all: string[] = [];
  for (let i = 0; i < times; i++) {
    const response = await worker.fetch(`/t/${plan}`, {
      method: 'POST',
      body: picture as Uint8Array<ArrayBuffer>,
      headers: { 'Content-Type': 'image/png', 'CF-Connecting-IP': '203.0.113.7' },
    });
    await response.arrayBuffer();
    all.push(response.headers.get('x-error') ?? String(response.status));
    if (response.status === 429) {
      const seconds = Number(response.headers.get('retry-after'));
      expect(seconds).toBeGreaterThanOrEqual(1);
      expect(seconds).toBeLessThanOrEqual(60);
    }
  }
  return all;
}

describe('a client', () => {
  it('uploads as often as the binding allows', { timeout: 90_000 }, async () => {
    await afresh();
    // Also what is wrong counts.
    const all = await codes(usual, 'w=0', 64);
    expect(all).toEqual([...Array(60).fill('bad_option'), ...Array(4).fill('rate_limited')]);
    expect((await usual.fetch('/t/w=4/asset:chess.jpg')).status).toBe(200);
  });

  it('uploads as often as another RATE_LIMIT says', { timeout: 90_000 }, async () => {
    await afresh();
    const all = await codes(narrow, 'p=thumb', 5);
    expect(all).toEqual(['200', '200', '200', 'rate_limited', 'rate_limited']);
  });
});

describe('with presets alone', () => {
  it.each([
    ['p=thumb', 200, null],
    ['p=thumb/q=50,exp=99999999999', 200, null],
    ['w=8', 403, 'not_allowed'],
    ['p=thumb/w=9', 403, 'not_allowed'],
    ['p=nope', 400, 'bad_option'],
  ])('%s is %i %s', async (plan, status, code) => {
    const response = await narrow.fetch(`/t/${plan}/asset:chess.jpg`);
    expect([response.status, response.headers.get('x-error')]).toEqual([status, code]);
  });

  it('the page is that of other servers, and the catalogue that it shows has no effect', async () => {
    const pageOf = async (worker: BundledWorker) => (await worker.fetch('/')).text();
    expect(await pageOf(narrow)).toBe(await pageOf(usual));
    const namesOf = async (worker: BundledWorker) => {
      const answer = (await (await worker.fetch('/v1/effects')).json()) as {
        effects: { name: string }[];
      };
      return answer.effects.map(({ name }) => name);
    };
    expect(await namesOf(narrow)).toEqual(['output']);
    expect(await namesOf(usual)).toContain('pixelate');
  });
});

describe('objects of the bucket', () => {
  it.each([
    'r2:plain.png',
    'r2:folder/a%20b.png?ignored',
    'r2:folder%2Fa%20b.png',
    `b64:${Buffer.from('r2:folder/a%20b.png').toString('base64url')}`,
  ])('%s is a source', async (source) => {
    const response = await usual.fetch(`/t/w=24,f=png/${source}`);
    expect(response.status).toBe(200);
    expect(probe(new Uint8Array(await response.arrayBuffer())).width).toBe(24);
  });

  it('have one cache key for all spellings, and can be further images', async () => {
    const tags = await Promise.all(
      ['r2:folder/a%20b.png', 'r2:folder%2Fa%20b.png?x'].map(async (source) =>
        (await usual.fetch(`/t/w=20,f=png/${source}`)).headers.get('etag'),
      ),
    );
    expect(new Set(tags).size).toBe(1);
    const response = await usual.fetch('/t/w=24/hybrid,far=r2:plain.png/asset:chess.jpg');
    expect(response.status).toBe(200);
  });

  it.each([
    ['r2:nope.png', 404, 'source_missing'],
    ['r2:', 400, 'bad_source'],
    ['r2:%2e%2e%2fplain.png', 400, 'bad_source'],
    ['r2:folder/%2e%2e/plain.png', 400, 'bad_source'],
    ['r2:a%00', 400, 'bad_source'],
  ])('%s is %i %s', async (source, status, code) => {
    const response = await usual.fetch(`/t/w=8/${source}`);
    expect([response.status, response.headers.get('x-error')]).toEqual([status, code]);
  });
});

describe('a failure', () => {
  it('shows a grey picture if the URL asks for one', async () => {
    const response = await usual.fetch(`/t/w=40,h=30,f=webp,onerror=placeholder/${base}/gone`);
    const { headers } = response;
    expect([response.status, headers.get('x-status'), headers.get('x-error')]).toEqual([
      200,
      '404',
      'source_missing',
    ]);
    expect([headers.get('content-type'), headers.get('cache-control')]).toEqual([
      'image/webp',
      'no-store',
    ]);
    const { width, height } = probe(new Uint8Array(await response.arrayBuffer()));
    expect([width, height]).toEqual([40, 30]);
    expect((await usual.fetch(`/t/w=40,h=30,f=webp/${base}/gone`)).status).toBe(404);
  });

  it('redirects to the source if the URL asks for that and the source is an allowed https address', async () => {
    const ask = (source: string) =>
      usual.fetch(`/t/w=40,onerror=redirect/${source}`, { redirect: 'manual' });
    const led = await ask(`${dead}/a.jpg?x=1`);
    expect([led.status, led.headers.get('location'), led.headers.get('x-status')]).toEqual([
      302,
      `${dead}/a.jpg?x=1`,
      '502',
    ]);
    expect([
      (await ask(`${base}/gone`)).status,
      (await ask('https://evil.example/x')).status,
    ]).toEqual([404, 403]);
  });
});
