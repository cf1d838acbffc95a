import { describe, expect, it } from 'vitest';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import { createInMemoryService } from '../../helpers/services/in-memory-service.ts';

const codecs = await loadCodecs();
const page = '<!doctype html><title>Tessera</title>';
const service = createInMemoryService({
  codecs,
  pages: {
    '/index.html': page,
    '/docs/index.html': '<title>Start</title>',
    '/docs/404.html': '<title>No such page</title>',
    '/docs/pictures/0a1b.webp': 'picture',
  },
});

describe('a file of the page', () => {
  it('is 304 for clients that have it, with the same security policy', async () => {
    const whole = await service.ask('/');
    const etag = whole.headers.get('etag') as string;
    const policy = whole.headers.get('content-security-policy');
    expect(policy).toContain("script-src 'self'");
    for (const method of ['GET', 'HEAD']) {
      for (const tag of [etag, `"other", ${etag}`, '*']) {
        const same = await service.ask('/', { method, headers: { 'If-None-Match': tag } });
        expect([same.status, await same.text()]).toEqual([304, '']);
        expect(same.headers.get('etag')).toBe(etag);
        // The headers of a 304 replace those that the client has stored.
        expect(same.headers.get('content-security-policy')).toBe(policy);
      }
    }
    const other = await service.ask('/', { headers: { 'If-None-Match': '"other"' } });
    expect([other.status, await other.text()]).toEqual([200, page]);
  });

  it('has a length for HEAD', async () => {
    const { status, headers } = await service.ask('/', { method: 'HEAD' });
    expect([status, headers.get('content-length')]).toEqual([200, String(page.length)]);
  });
});

describe('the documentation', () => {
  it('is at /docs/, where /docs leads', async () => {
    const { status, headers } = await service.ask('/docs');
    expect([status, headers.get('location')]).toEqual([308, '/docs/']);
    const start = await service.ask('/docs/');
    expect([start.status, await start.text()]).toEqual([200, '<title>Start</title>']);
    expect(start.headers.get('content-security-policy')).toContain("script-src 'self'");
  });

  it('has a page for addresses that do not exist, which other clients than browsers do not get', async () => {
    const headers = { Accept: 'text/html,*/*;q=0.8' };
    const missing = await service.ask('/docs/effects/nothing.html', { headers });
    expect([missing.status, await missing.text()]).toEqual([404, '<title>No such page</title>']);
    expect(missing.headers.get('cache-control')).toBe('no-store');
    expect(missing.headers.get('content-security-policy')).toContain("script-src 'self'");
    const other = await service.ask('/docs/effects/nothing.html');
    expect([other.status, other.headers.get('x-error')]).toEqual([404, 'not_found']);
  });

  it('is 503 in development until it is built, with a page that reloads itself, and 404 elsewhere', async () => {
    const pages: Record<string, string> = { '/index.html': page };
    const vars = { DEVELOPMENT: 'true' };
    const started = createInMemoryService({ codecs, pages, vars });
    for (const path of ['/docs/', '/docs/effects/blur.html']) {
      const { status, headers } = await started.ask(path);
      expect([path, status, headers.get('x-error')]).toEqual([path, 503, null]);
      expect([headers.get('retry-after'), headers.get('refresh')]).toEqual(['3', '3']);
      expect(headers.get('cache-control')).toBe('no-store');
    }
    const body = await (await started.ask('/docs/')).text();
    expect(body).toContain('The documentation is being built.');
    pages['/docs/index.html'] = '<title>Start</title>';
    expect((await started.ask('/docs/')).status).toBe(200);
    expect((await started.ask('/docs/nothing.html')).status).toBe(404);
    const deployed = createInMemoryService({ codecs, pages: { '/index.html': page } });
    expect((await deployed.ask('/docs/')).status).toBe(404);
  });

  it('has pictures that may be kept for ever, since their names change with them', async () => {
    const { headers } = await service.ask('/docs/pictures/0a1b.webp');
    expect(headers.get('cache-control')).toContain('immutable');
    const start = await service.ask('/docs/');
    expect(start.headers.get('cache-control') ?? '').not.toContain('immutable');
  });
});
