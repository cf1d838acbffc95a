// Cloudflare's bindings as the ports that the rest of the project uses.
import type { ResponseCache } from '../cache/response-cache.ts';

/** Static assets binding. */
export type Assets = { fetch: (request: Request) => Promise<Response> };

// Assets are addressed by URL; nothing resolves the host.
const ASSET_ORIGIN = 'https://assets.invalid';

/** Reads a file of `public/`; `undefined` if there is none. */
export function createAssetReader(assets: Assets): (path: string) => Promise<Response | undefined> {
  return async (path) => {
    const response = await assets.fetch(new Request(new URL(path, ASSET_ORIGIN)));
    if (response.ok) return response;
    await response.body?.cancel();
    return undefined;
  };
}

/** The cache that all requests of a data centre share. */
export const defaultCache = (): Cache => (caches as unknown as { default: Cache }).default;

/**
 * The cache of the data centre. It follows the `Cache-Control` of each response. `origin` is that of the requests that are answered: the
 * platform resolves the host of a key, so a host that does not exist would cost time at each look-up.
 */
export function createEdgeCache(
  origin: string,
  cache: Pick<Cache, 'match' | 'put' | 'delete'> = defaultCache(),
): ResponseCache {
  const request = (key: string): Request => new Request(`${origin}/cache/${key}`);
  return {
    match: (key) => cache.match(request(key)),
    put: (key, response) => cache.put(request(key), response),
    delete: async (key) => void (await cache.delete(request(key))),
  };
}
