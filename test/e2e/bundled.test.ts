import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probe } from '../../src/codecs/probe/probe.ts';
import { effects as declared } from '../../src/effects/index.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import { isGpuOnly } from '../../src/plan/plan.ts';
import { maxDifference, paint } from '../helpers/files/pictures.ts';
import { seededAssets } from '../helpers/nets/seeded-model.ts';
import { type BundledWorker, startBundledWorker } from '../helpers/servers/bundled-worker.ts';
import { loadCodecs } from '../helpers/services/codec-modules.ts';

let worker: BundledWorker;
/** `public`, with models that stand for the real ones. */
let assets: string;
let origin: Server;
/** A server that nothing may contact. */
let canary: Server;
let contacts = 0;
let host: string;
const asked: { path: string; headers: NodeJS.Dict<string | string[]> }[] = [];
let sourceTag: string | undefined = '"v1"';
let picture: Uint8Array;
const codecs = await loadCodecs();

const photo = paint({ width: 96, height: 64 }, (x, y) => [x * 2, y * 3, (x * y) % 256]);

beforeAll(async () => {
  picture = await codecs.png.encode(photo, { quality: 100 });
  canary = createServer((_, response) => {
    contacts++;
    response.end(picture);
  });
  await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
  origin = createServer((request, response) => {
    asked.push({ path: request.url ?? '', headers: request.headers });
    if (request.url?.startsWith('/missing')) return void response.writeHead(404).end('no');
    if (request.url?.startsWith('/html'))
      return void response.writeHead(200, { 'Content-Type': 'image/png' }).end('<html></html>');
    if (request.url?.startsWith('/away'))
      return void response
        .writeHead(302, {
          Location: `http://127.0.0.1:${(canary.address() as AddressInfo).port}/secret.png`,
        })
        .end();
    if (request.url?.startsWith('/moved'))
      return void response.writeHead(301, { Location: '/photo.png' }).end();
    response
      .writeHead(200, { 'Content-Type': 'text/html', ...(sourceTag && { ETag: sourceTag }) })
      .end(picture);
  });
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(origin.address() as AddressInfo).port}`;
  assets = await mkdtemp(join(tmpdir(), 'tessera-assets-'));
  await seededAssets(assets, ['fast-style', 'fast-style-predictor']);
  worker = await startBundledWorker(
    {
      ALLOWED_SOURCES: `http://${host}/`,
      ALLOW_PRIVATE_SOURCES: 'true',
      MAX_SOURCE_BYTES: '400000',
      SOURCE_TIMEOUT_MS: '2000',
      MAX_RESULT_PIXELS: '1000000',
    },
    { assets },
  );
}, 60_000);

afterAll(async () => {
  await worker?.close();
  await rm(assets, { recursive: true, force: true });
  for (const server of [origin, canary]) {
    server?.close();
    server?.closeAllConnections();
  }
});

const source = (path: string): string => `http://${host}${path}`;
const bytesOf = async (response: Response): Promise<Uint8Array> =>
  new Uint8Array(await response.arrayBuffer());

describe('a transform', () => {
  it('fetches, resizes and encodes, with all its headers', async () => {
    const response = await worker.fetch(`/t/w=48/f=webp/${source('/photo.png?size=full&x=%41')}`);
    expect(response.status).toBe(200);
    const header = probe(await bytesOf(response));
    expect([header.format, header.width, header.height]).toEqual(['webp', 48, 32]);
    expect(response.headers.get('content-type')).toBe('image/webp');
    expect(response.headers.get('content-disposition')).toBe('inline; filename="photo.webp"');
    expect(response.headers.get('cache-control')).toBe(
      'public, max-age=86400, stale-while-revalidate=86400, stale-if-error=604800',
    );
    // The format is named in the URL.
    expect(response.headers.get('vary')).toBeNull();
    expect(response.headers.get('etag')).toMatch(/^W\/"[0-9a-f]{32}"$/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toBe("default-src 'none'");
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.headers.get('x-cost')).toMatch(/^estimate=\d+, budget=2000$/);
    expect(response.headers.get('server-timing')).toMatch(
      /^fetch;dur=[\d.]+, queue;dur=[\d.]+, decode;dur=[\d.]+, resize;dur=[\d.]+, encode;dur=[\d.]+$/,
    );
    expect(asked.at(-1)?.path).toBe('/photo.png?size=full&x=%41');
  });

  it('sends sources neither cookies nor authorization, and says who asks', async () => {
    await (
      await worker.fetch(`/t/w=11/${source('/photo.png?headers')}`, {
        headers: { Cookie: 'a=b', Authorization: 'Bearer x', 'X-Forwarded-For': '1.2.3.4' },
      })
    ).body?.cancel();
    const { headers } = asked.at(-1) as (typeof asked)[number];
    expect(headers.cookie).toBeUndefined();
    expect(headers.authorization).toBeUndefined();
    expect(headers['x-forwarded-for']).toBeUndefined();
    expect(headers.via).toMatch(/tessera/);
  });

  it('returns the pixels unchanged if no step is asked for', async () => {
    const response = await worker.fetch(`/t/f=png/${source('/photo.png')}`);
    expect(maxDifference(await codecs.png.decode(await bytesOf(response)), photo)).toBe(0);
  });

  it('treats a raw, percent-encoded, base64url or slash-collapsed source as the same source', async () => {
    const plain = await worker.fetch(`/t/w=40,f=png/${source('/photo.png?one')}`);
    const tag = plain.headers.get('etag');
    const count = asked.length;
    const encoded = encodeURIComponent(source('/photo.png?one'));
    const base64 = btoa(source('/photo.png?one'))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replace(/=+$/, '');
    for (const form of [
      `${encoded}?ignored=1`,
      `b64:${base64}`,
      source('/photo.png?one').replace('://', ':/'),
    ]) {
      const response = await worker.fetch(`/t/w=40,f=png/${form}`);
      expect([
        response.status,
        response.headers.get('etag'),
        response.headers.get('cache-status'),
      ]).toEqual([200, tag, expect.stringMatching(/^tessera; hit; ttl=\d+$/)]);
    }
    expect(asked.length).toBe(count);
  });

  it('follows a redirect to an allowed place only', async () => {
    expect((await worker.fetch(`/t/w=9/${source('/moved')}`)).status).toBe(200);
    const away = await worker.fetch(`/t/w=9/${source('/away')}`);
    expect([away.status, away.headers.get('x-error')]).toEqual([403, 'redirect_forbidden']);
    expect(contacts).toBe(0);
  });

  it('negotiates the format of f=auto', async () => {
    const typeFor = async (accept: string): Promise<string | null> =>
      (
        await worker.fetch(`/t/w=21/${source('/photo.png')}`, { headers: { Accept: accept } })
      ).headers.get('content-type');
    expect(await typeFor('image/avif,image/webp,image/*')).toBe('image/avif');
    expect(await typeFor('image/webp,image/*')).toBe('image/webp');
    expect(await typeFor('image/webp;q=0,image/*')).toBe('image/jpeg');
    expect(await typeFor('*/*')).toBe('image/jpeg');
    const clear = await worker.fetch('/t/w=21/asset:sticker.png', { headers: { Accept: '*/*' } });
    expect(clear.headers.get('content-type')).toBe('image/png');
  });

  it('makes hybrids, also of a picture that comes as base64url', async () => {
    const far = btoa(source('/photo.png?far'))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replace(/=+$/, '');
    const response = await worker.fetch(
      `/t/w=64/hybrid,far=b64:${far},mode=reference,steps=2/f=json/asset:chess.jpg`,
    );
    const report = (await response.json()) as {
      width: number;
      steps: { name: string; losses?: { loss: number }[] }[];
    };
    expect(response.status).toBe(200);
    expect(report.width).toBe(64);
    const losses = report.steps[1]?.losses?.map(({ loss }) => loss) as number[];
    expect(losses.length).toBe(3);
    expect(losses[2]).toBeLessThan(losses[0] as number);
  });

  it('answers HEAD like GET, without a body', async () => {
    const response = await worker.fetch(`/t/w=48/f=webp/${source('/photo.png')}`, {
      method: 'HEAD',
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/webp']);
    expect((await bytesOf(response)).length).toBe(0);
  });
});

describe('caching', () => {
  const path = (): string => `/t/w=30/f=png/${source('/photo.png?cached')}`;

  it('answers a repeat without asking the source, and a matching tag with 304', async () => {
    const first = await worker.fetch(path());
    const body = await bytesOf(first);
    const count = asked.length;
    const second = await worker.fetch(path(), { headers: { Cookie: 'x=y', Accept: 'text/html' } });
    expect(second.headers.get('cache-status')).toMatch(/^tessera; hit; ttl=\d+$/);
    expect(await bytesOf(second)).toEqual(body);
    const third = await worker.fetch(path(), {
      headers: { 'If-None-Match': first.headers.get('etag') as string },
    });
    expect([third.status, (await bytesOf(third)).length, third.headers.get('etag')]).toEqual([
      304,
      0,
      first.headers.get('etag'),
    ]);
    expect(asked.length).toBe(count);
  });

  it("decodes nothing if the source's validator leads to a 304", async () => {
    sourceTag = '"v2"';
    const url = `/t/w=30/f=png/${source('/photo.png?tagged')}`;
    const tag = (await worker.fetch(url)).headers.get('etag') as string;
    // The picture behind the tag is replaced by garbage: whoever decodes it fails.
    const good = picture;
    picture = new TextEncoder().encode('no picture');
    try {
      const fresh = await startBundledWorker({
        ALLOWED_SOURCES: `http://${host}/`,
        ALLOW_PRIVATE_SOURCES: 'true',
      });
      try {
        const response = await fresh.fetch(url, { headers: { 'If-None-Match': tag } });
        expect(response.status).toBe(304);
        expect((await fresh.fetch(url)).status).toBe(415);
      } finally {
        await fresh.close();
      }
    } finally {
      picture = good;
    }
  });

  it('matches the tag `*` only if the picture exists', async () => {
    const never = await worker.fetch('/t/w=67,trim=9999~0~0~0/asset:chess.jpg', {
      headers: { 'If-None-Match': '*' },
    });
    expect(never.status).toBe(400);
    await (await worker.fetch(path())).body?.cancel();
    const known = await worker.fetch(path(), { headers: { 'If-None-Match': '*' } });
    expect(known.status).toBe(304);
  });

  it('has one key for all spellings of a further image and of a colour', async () => {
    const name = btoa('asset:bust.jpg').replace(/=+$/, '');
    await (await worker.fetch('/t/w=33/hybrid,far=asset:bust.jpg/asset:chess.jpg')).body?.cancel();
    const again = await worker.fetch(`/t/w=33/hybrid,far=b64:${name}/asset:chess.jpg`);
    expect(again.headers.get('cache-status')).toMatch(/^tessera; hit; ttl=\d+$/);
    await (await worker.fetch('/t/w=33,background=ABCDEF/asset:sticker.png')).body?.cancel();
    const colour = await worker.fetch('/t/w=33,background=abcdef/asset:sticker.png');
    expect(colour.headers.get('cache-status')).toMatch(/^tessera; hit; ttl=\d+$/);
  });

  it('changes the tag with the source and with the plan', async () => {
    const tags = new Set<string | null>();
    for (const [tag, plan] of [
      ['"a"', 'w=31'],
      ['"b"', 'w=31'],
      ['"a"', 'w=32'],
    ] as const) {
      sourceTag = tag;
      tags.add(
        (
          await worker.fetch(
            `/t/${plan}/f=png/${source(`/photo.png?t=${encodeURIComponent(tag)}`)}`,
          )
        ).headers.get('etag'),
      );
    }
    expect(tags.size).toBe(3);
  });
});

describe('uploads', () => {
  const png = () => new Blob([picture as Uint8Array<ArrayBuffer>], { type: 'image/png' });

  it('takes a raw body', async () => {
    const response = await worker.fetch('/t/pixelate,block=8/f=png', {
      method: 'POST',
      body: png(),
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(probe(await bytesOf(response)).width).toBe(96);
  });

  it('takes parts, one per further image', async () => {
    const form = new FormData();
    form.set('image', png());
    form.set('far', png());
    const response = await worker.fetch('/t/hybrid,headroom=false/f=png', {
      method: 'POST',
      body: form,
    });
    expect(response.status).toBe(200);
    expect(
      maxDifference(await codecs.png.decode(await bytesOf(response)), photo),
    ).toBeLessThanOrEqual(1);
  });

  it.each<[string, string, () => BodyInit, Record<string, string>, number, string]>([
    ['text', '/t/w=3', () => 'hello', { 'Content-Type': 'text/plain' }, 415, 'not_an_image'],
    ['nothing', '/t/w=3', () => '', { 'Content-Type': 'image/png' }, 400, 'bad_body'],
    [
      'a body over the limit',
      '/t/w=3',
      () => new Uint8Array(400_001),
      { 'Content-Type': 'image/png' },
      413,
      'too_many_bytes',
    ],
    [
      'broken multipart',
      '/t/w=3',
      () => 'xx',
      { 'Content-Type': 'multipart/form-data; boundary=b' },
      400,
      'bad_body',
    ],
    [
      'multipart without boundary',
      '/t/w=3',
      () => 'xx',
      { 'Content-Type': 'multipart/form-data' },
      400,
      'bad_body',
    ],
    ['garbage', '/t/w=3', () => 'GARBAGE', { 'Content-Type': 'image/png' }, 415, 'not_an_image'],
    [
      'a source in the path',
      '/t/w=3/asset:chess.jpg',
      () => 'x',
      { 'Content-Type': 'image/png' },
      400,
      'bad_url',
    ],
    [
      'a hybrid without its far picture',
      '/t/hybrid',
      () => picture as BodyInit,
      { 'Content-Type': 'image/png' },
      400,
      'bad_option',
    ],
  ])('refuses %s', async (_, path, body, headers, status, code) => {
    const response = await worker.fetch(path, { method: 'POST', body: body(), headers });
    expect([response.status, response.headers.get('x-error')]).toEqual([status, code]);
  });

  it('refuses wrong, repeated and too many parts', async () => {
    const send = async (names: string[]): Promise<string | null> => {
      const form = new FormData();
      for (const name of names) form.append(name, png());
      return (await worker.fetch('/t/w=3', { method: 'POST', body: form })).headers.get('x-error');
    };
    expect(await send(['picture'])).toBe('bad_body');
    expect(await send(['image', 'image'])).toBe('bad_body');
    expect(await send(['image', 'far'])).toBe('bad_body');
    expect(await send(Array.from({ length: 9 }, (__, i) => `p${i}`))).toBe('bad_body');
  });
});

describe('refusals', () => {
  const cases: [string, () => string, number, string][] = [
    ['an unknown effect', () => '/t/blurry/asset:chess.jpg', 400, 'unknown_effect'],
    ['a wrong option', () => '/t/w=0/asset:chess.jpg', 400, 'bad_option'],
    ['no source', () => '/t/w=10', 400, 'bad_source'],
    ['nothing at all', () => '/t/', 400, 'bad_source'],
    ['another scheme', () => '/t/w=1/ftp://h/x.png', 400, 'bad_source'],
    ['user info', () => `/t/w=1/http://user@${host}/x.png`, 400, 'bad_source'],
    ['an object that is not in the bucket', () => '/t/w=1/r2:x.png', 404, 'source_missing'],
    ['broken escapes', () => '/t/pixelate,block=%zz/asset:chess.jpg', 400, 'bad_url'],
    [
      'a host that is not allowed',
      () => '/t/w=1/https://example.com/x.png',
      403,
      'source_forbidden',
    ],
    [
      'another port of an allowed host',
      () => '/t/w=1/http://127.0.0.1:1/x.png',
      403,
      'source_forbidden',
    ],
    ['an address in disguise', () => '/t/w=1/http://2130706433/x.png', 403, 'source_forbidden'],
    ['a missing sample', () => '/t/w=1/asset:nope.png', 404, 'source_missing'],
    ['a missing source', () => `/t/w=1/${source('/missing')}`, 404, 'source_missing'],
    ['HTML called PNG', () => `/t/w=1/${source('/html')}`, 415, 'not_an_image'],
    [
      'a result too large',
      () => '/t/w=4000,h=4000,fit=cover/asset:chess.jpg',
      422,
      'too_many_pixels',
    ],
    [
      'too much work',
      () => '/t/hybrid,far=asset:bust.jpg,mode=reference,steps=100000/asset:chess.jpg',
      422,
      'over_budget',
    ],
    ['a URL too long', () => `/t/w=1/asset:${'a'.repeat(17_000)}`, 414, 'uri_too_long'],
    ['an unknown path', () => '/nope', 404, 'not_found'],
    ['an unknown API', () => '/v1/nope', 404, 'not_found'],
  ];
  it.each(cases)('%s', async (_, path, status, code) => {
    const count = asked.length;
    const response = await worker.fetch(path());
    const problem = (await response.json()) as Record<string, unknown>;
    expect([
      response.status,
      response.headers.get('x-error'),
      problem.code,
      problem.status,
    ]).toEqual([status, code, code, status]);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('cache-control')).toBe(
      code === 'source_missing' ? 'public, max-age=10' : 'no-store',
    );
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    if (status === 400 || status === 403) expect(asked.length).toBe(count);
    expect(JSON.stringify(problem)).not.toMatch(/\bat \w+ \(|node_modules|tessera\.invalid/);
  });

  it.each([
    ['GET', '/t/hybrid,far=upload:far/asset:chess.jpg'],
    ['POST', '/t/hybrid,far=upload:far'],
    ['POST', '/t/hybrid,far=upload:image'],
  ])('%s of a further image that only an upload may name: %s', async (method, path) => {
    const body =
      method === 'POST'
        ? { body: picture as BodyInit, headers: { 'Content-Type': 'image/png' } }
        : {};
    const response = await worker.fetch(path, { method, ...body });
    expect([response.status, response.headers.get('x-error')]).toEqual([400, 'bad_source']);
  });

  it('steps without end on a tiny picture', async () => {
    const response = await worker.fetch(
      '/t/w=1,h=1/hybrid,far=asset:bust.jpg,steps=100000/asset:chess.jpg',
    );
    expect([response.status, response.headers.get('x-error')]).toEqual([422, 'over_budget']);
  });

  it('parts hidden behind another parameter of the content type', async () => {
    const part = '--x\r\nContent-Disposition: form-data; name="p"; filename="p"\r\n\r\n.\r\n';
    const response = await worker.fetch('/t/w=3', {
      method: 'POST',
      body: `${part.repeat(1000)}--x--\r\n`,
      headers: { 'Content-Type': 'multipart/form-data; xboundary=zz; boundary=x' },
    });
    const problem = (await response.json()) as { detail: string };
    expect([response.status, problem.detail]).toEqual([400, 'expected at most 8 parts']);
  });

  it('a boundary that the body nearly is, in linear time', async () => {
    const began = performance.now();
    const response = await worker.fetch('/t/w=3', {
      method: 'POST',
      body: '-'.repeat(280_000),
      headers: { 'Content-Type': `multipart/form-data; boundary=${'-'.repeat(69)}y` },
    });
    expect([response.status, response.headers.get('x-error')]).toEqual([400, 'bad_body']);
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it('a request that comes from itself', async () => {
    const response = await worker.fetch('/t/w=1/asset:chess.jpg', {
      headers: { Via: '1.1 tessera' },
    });
    expect([response.status, response.headers.get('x-error')]).toEqual([508, 'loop']);
  });

  it.each([
    ['/t/w=1/asset:chess.jpg', 'PUT', 'GET, HEAD, POST, OPTIONS'],
    ['/v1/effects', 'POST', 'GET, HEAD, OPTIONS'],
    ['/health', 'DELETE', 'GET, HEAD, OPTIONS'],
    ['/', 'POST', 'GET, HEAD, OPTIONS'],
  ])('%s with %s', async (path, method, allow) => {
    const response = await worker.fetch(path, { method });
    expect([
      response.status,
      response.headers.get('allow'),
      response.headers.get('x-error'),
    ]).toEqual([405, allow, 'method_not_allowed']);
  });

  it('do not stop the Worker from answering', async () => {
    expect((await worker.fetch('/health')).status).toBe(200);
    expect((await worker.fetch('/t/w=20/asset:chess.jpg')).status).toBe(200);
  });
});

describe('the rest of the service', () => {
  const names = [...declared.map((effect) => effect.name), 'output'];
  // Those are jobs.
  const gpuOnlyExamples = new Set(
    declared
      .flatMap(({ examples }) => examples)
      .filter(({ plan }) => parsePlan(plan.split('/'), declared).steps.some(isGpuOnly))
      .map(({ plan, source }) => `/t/${plan}/asset:${source}`),
  );

  it('answers a problem without details if its configuration is wrong', async () => {
    const broken = await startBundledWorker({ CACHE_MAX_AGE: 'soon' });
    try {
      const response = await broken.fetch('/health');
      expect([response.status, response.headers.get('x-error')]).toEqual([500, 'internal']);
      expect(await response.text()).not.toContain('CACHE_MAX_AGE');
    } finally {
      await broken.close();
    }
  });

  it('answers preflights', async () => {
    const response = await worker.fetch('/t/w=1', {
      method: 'OPTIONS',
      headers: { Origin: 'https://a.example', 'Access-Control-Request-Method': 'POST' },
    });
    expect([response.status, response.headers.get('access-control-allow-methods')]).toEqual([
      204,
      'GET, HEAD, POST, OPTIONS',
    ]);
  });

  it('has a catalogue whose every example works', async () => {
    const { effects } = (await (await worker.fetch('/v1/effects')).json()) as {
      effects: {
        name: string;
        examples: string[];
        parameters: { properties: Record<string, { description?: string }> };
      }[];
    };
    expect(effects.map((e) => e.name)).toEqual(names);
    for (const { name, examples, parameters } of effects) {
      for (const [parameter, schema] of Object.entries(parameters.properties))
        expect(`${name}.${parameter}: ${schema.description ?? ''}`.length).toBeGreaterThan(
          name.length + parameter.length + 8,
        );
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples.filter((url) => !gpuOnlyExamples.has(url))) {
        const response = await worker.fetch(example);
        expect([example, response.status]).toEqual([example, 200]);
        expect(probe(await bytesOf(response)).width).toBeGreaterThan(0);
      }
    }
  }, 180_000);

  it('describes itself in OpenAPI 3.1', async () => {
    const document = (await (await worker.fetch('/openapi.json')).json()) as {
      openapi: string;
      paths: Record<string, object>;
      components: { schemas: Record<string, object> };
    };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual([
      '/t/{plan}/{source}',
      '/t/{plan}',
      '/v1/jobs',
      '/v1/jobs/{id}',
      '/v1/jobs/{id}/events',
      '/v1/jobs/{id}/result',
      '/v1/jobs/{id}/preview',
      '/v1/cache',
      '/v1/effects',
      '/openapi.json',
      '/health',
      '/metrics',
    ]);
    expect(Object.keys(document.components.schemas)).toEqual([...names, 'Job', 'Problem']);
  });
});
