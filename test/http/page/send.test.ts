import { describe, expect, it } from 'vitest';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import { createInMemoryService } from '../../helpers/services/in-memory-service.ts';

const codecs = await loadCodecs();
const page = '<!doctype html><title>Tessera</title>';
const service = createInMemoryService({ codecs, page });

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
