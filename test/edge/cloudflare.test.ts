import { describe, expect, it } from 'vitest';
import { createEdgeCache } from '../../src/edge/cloudflare.ts';

describe('the cache of the data centre', () => {
  it('has keys under the host of the requests, as the platform requires', async () => {
    const kept = new Map<string, Response>();
    const cache = createEdgeCache('https://img.example', {
      match: async (request) => kept.get((request as Request).url)?.clone(),
      put: async (request, response) => void kept.set((request as Request).url, response),
      delete: async (request) => kept.delete((request as Request).url),
    });
    await cache.put('key', new Response('picture'));
    expect([...kept.keys()]).toEqual(['https://img.example/cache/key']);
    expect(await (await cache.match('key'))?.text()).toBe('picture');
    await cache.delete('key');
    expect(await cache.match('key')).toBe(undefined);
  });
});
