// Answers from the cache, and answers kept for it.
import type { Context } from 'hono';
import { matchesTag, notModified } from './caching.ts';
import type { Services } from './services.ts';

/** A stored answer as it is sent, or 304. */
export async function storedAnswer(
  stored: Response,
  ifNoneMatch: string | null,
): Promise<Response> {
  const headers = new Headers(stored.headers);
  headers.set('Cache-Status', 'tessera; hit');
  headers.delete('Server-Timing');
  headers.delete('Preference-Applied');
  if (ifNoneMatch?.trim() === '*' || matchesTag(ifNoneMatch, headers.get('etag') ?? '')) {
    await stored.body?.cancel();
    return notModified(headers);
  }
  return new Response(stored.body, { headers });
}

/** Stores a copy of an answer while it is sent; a failure is only logged. */
export function keepAnswer(c: Context, key: string, response: Response, services: Services): void {
  const stored = services.cache.put(key, response.clone());
  const failed = (error: unknown): void =>
    services.log({ event: 'cache_put_failed', message: String(error) });
  c.executionCtx.waitUntil(stored.catch(failed));
}
