// Requests without a body that are refused, each with its status and code.
import { describe, expect, it } from 'vitest';
import { startBundledWorker } from '../helpers/servers/bundled-worker.ts';
import { startForAllTests, type WorkerWithOrigin } from '../helpers/servers/worker-with-origin.ts';

let worker: WorkerWithOrigin['worker'];
let origin: WorkerWithOrigin['origin'];
startForAllTests((started) => {
  ({ worker, origin } = started);
});

describe('refusals', () => {
  const cases: [string, () => string, number, string][] = [
    ['an unknown effect', () => '/t/blurry/asset:chess.jpg', 400, 'unknown_effect'],
    ['a wrong option', () => '/t/w=0/asset:chess.jpg', 400, 'bad_option'],
    ['no source', () => '/t/w=10', 400, 'bad_source'],
    ['nothing at all', () => '/t/', 400, 'bad_source'],
    ['another scheme', () => '/t/w=1/ftp://h/x.png', 400, 'bad_source'],
    ['user info', () => `/t/w=1/http://user@${origin.host}/x.png`, 400, 'bad_source'],
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
    ['a missing source', () => `/t/w=1/${origin.source('/missing')}`, 404, 'source_missing'],
    ['HTML called PNG', () => `/t/w=1/${origin.source('/html')}`, 415, 'not_an_image'],
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
    const count = origin.asked.length;
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
    if (status === 400 || status === 403) expect(origin.asked.length).toBe(count);
    expect(JSON.stringify(problem)).not.toMatch(/\bat \w+ \(|node_modules|tessera\.invalid/);
  });

  it('steps without end on a tiny picture', async () => {
    const response = await worker.fetch(
      '/t/w=1,h=1/hybrid,far=asset:bust.jpg,steps=100000/asset:chess.jpg',
    );
    expect([response.status, response.headers.get('x-error')]).toEqual([422, 'over_budget']);
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

describe('the Worker', () => {
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
});
