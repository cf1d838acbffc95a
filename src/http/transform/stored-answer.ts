// Answers on their way from the cache to a client, and from the service into the cache.
import type { Context } from 'hono';
import type { Answered } from '../../cache/answer-types.ts';
import { matchesTag, notModified } from '../caching.ts';
import type { Services } from '../services.ts';

/** The answer, or 304 where the client has it. `*` is any that was there before it was asked for. */
export async function unlessKnown(
  { response, from }: Answered,
  ifNoneMatch: string | null,
): Promise<Response> {
  const tag = response.headers.get('ETag');
  if (response.status !== 200 || tag === null) return response;
  const known = matchesTag(ifNoneMatch, tag) || (ifNoneMatch?.trim() === '*' && from === 'store');
  if (!known) return response;
  await response.body?.cancel();
  return notModified(response.headers);
}

/** Stores a copy of an answer, made of what there was at `at`, while it is sent. */
export function keepAnswer(
  c: Context,
  { key, at }: { key: string; at: number },
  response: Response,
  services: Services,
): void {
  c.executionCtx.waitUntil(services.cache.put(key, response.clone(), at));
}
