import { describe, expect, it } from 'vitest';
import packageFile from '../../package.json' with { type: 'json' };
import { PIPELINE_VERSION } from '../../src/http/caching.ts';
import { methodsByPath, routes } from '../../src/http/routes.ts';
import { createInMemoryService } from '../helpers/services/in-memory-service.ts';

const ask = (path: string, init?: RequestInit) =>
  createInMemoryService({ codecs: {} }).ask(path, init);
const exampleOf = (path: string): string =>
  path.replace(':id', 'a'.repeat(52)).replace('*', 'nothing');

describe('the table of routes', () => {
  it.each([...methodsByPath])(
    'has %s refuse other methods and answer preflights',
    async (path, methods) => {
      const refused = await ask(exampleOf(path), { method: 'PATCH' });
      expect([refused.status, refused.headers.get('allow')]).toEqual([405, methods]);
      expect(refused.headers.get('x-error')).toBe('method_not_allowed');
      const preflight = await ask(exampleOf(path), { method: 'OPTIONS' });
      const { headers } = preflight;
      expect([preflight.status, headers.get('allow')]).toEqual([204, methods]);
      expect(headers.get('access-control-allow-methods')).toBe(methods);
      expect(headers.get('access-control-max-age')).toBe('86400');
    },
  );

  it('answers /health with its versions, of which one is that of the package', async () => {
    const response = await ask('/health');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const { version } = packageFile as { version: string };
    expect(await response.json()).toEqual({ status: 'ok', version, pipeline: PIPELINE_VERSION });
  });

  it('has each method of a path once', () => {
    const entries = routes.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(entries).size).toBe(entries.length);
  });

  it('is listed in the message of 404, without the paths of single jobs', async () => {
    for (const method of ['GET', 'OPTIONS']) {
      const response = await ask('/nothing', { method });
      expect([response.status, response.headers.get('x-error')]).toEqual([404, 'not_found']);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      const { detail } = (await response.json()) as { detail: string };
      for (const path of ['/t/…', '/v1/jobs', '/v1/effects', '/metrics'])
        expect(detail).toContain(path);
    }
  });

  it('gives requests its own ids, and ignores ids that clients send', async () => {
    const response = await ask('/health', { headers: { 'X-Request-Id': 'mine' } });
    expect(response.headers.get('x-request-id')).toBe('request-1');
  });
});
