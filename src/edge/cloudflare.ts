// Cloudflare's bindings as the ports that the rest of the project knows.
import type { ResponseCache } from '../cache/response-cache.ts';

/** Static assets binding. */
export type Assets = { fetch: (request: Request) => Promise<Response> };

export type Env = { ASSETS: Assets } & Record<string, unknown>;

// Assets and cache entries are addressed by URL; the host names nothing.
const ORIGIN = 'https://tessera.invalid';

/** Reads a file of `public/`; `undefined` where there is none. */
export function createAssetReader(assets: Assets): (path: string) => Promise<Response | undefined> {
  return async (path) => {
    const response = await assets.fetch(new Request(new URL(path, ORIGIN)));
    if (response.ok) return response;
    await response.body?.cancel();
    return undefined;
  };
}

/** The cache that all of a data centre's requests share. */
export const defaultCache = (): Cache => (caches as unknown as { default: Cache }).default;

/** The data centre's cache. It keeps to each response's own `Cache-Control`. */
export function createEdgeCache(): ResponseCache {
  const cache = defaultCache();
  const request = (key: string): Request => new Request(`${ORIGIN}/cache/${key}`);
  return {
    match: (key) => cache.match(request(key)),
    put: (key, response) => cache.put(request(key), response),
    delete: async (key) => void (await cache.delete(request(key))),
  };
}
