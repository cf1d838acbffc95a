// A store for answers in memory that counts its calls.
import type { ResponseCache } from '../../src/cache/response-cache.ts';

/** Makes an empty store; `held` has the stored answers. */
export function createMemoryCache() {
  const held = new Map<string, { body: ArrayBuffer; headers: [string, string][] }>();
  const counts = { match: 0, put: 0, delete: 0 };
  const cache: ResponseCache = {
    async match(key) {
      counts.match++;
      const found = held.get(key);
      return found && new Response(found.body, { headers: found.headers });
    },
    async put(key, response) {
      counts.put++;
      held.set(key, { body: await response.arrayBuffer(), headers: [...response.headers] });
    },
    async delete(key) {
      counts.delete++;
      held.delete(key);
    },
  };
  return { ...cache, held, counts };
}
