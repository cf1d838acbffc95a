// Answers `DELETE /v1/cache?source=…`: answers made from the source before the purge are no longer used.
import type { Context } from 'hono';
import { AppError, paramError } from '../../errors.ts';
import { readLimited } from '../../sources/read-limited.ts';
import { formatSource } from '../../sources/source.ts';
import type { Services } from '../services.ts';
import { sourceTag } from '../transform/rendered.ts';
import { readSourceText } from '../transform/url.ts';
import { requestSignature } from './signature.ts';

/** Most bytes of a request's body; a purge needs none. */
const MAX_BODY_BYTES = 1024;
const BODY_TIMEOUT_MS = 5000;

/** 200 with the purged source. Signed like a job; without keys, allowed in development only. Throws `bad_signature`, `bad_option`, `bad_source`, `not_allowed`. */
export async function purgeSource(c: Context, services: Services): Promise<Response> {
  const { config, cache } = services;
  const checkBody = requestSignature(c, services);
  if (config.SIGNING_KEYS.length === 0 && !config.DEVELOPMENT) {
    throw new AppError('not_allowed', 'expected SIGNING_KEYS to be set: purges are signed');
  }
  const body = await readLimited(c.req.raw.body, {
    maxBytes: MAX_BODY_BYTES,
    contentLength: c.req.header('content-length') ?? null,
    timeoutMs: BODY_TIMEOUT_MS,
  });
  await checkBody(body);
  const source = formatSource(readSourceText(sourceParam(c.req.raw.url), config.SOURCE_BASE));
  await cache.purge(source);
  // Last: the renderer must not answer with what it had before.
  await services.rendered?.purge([await sourceTag(source)], c.executionCtx);
  return c.json({ purged: { source } }, 200, { 'Cache-Control': 'no-store' });
}

function sourceParam(url: string): string {
  const params = [...new URL(url).searchParams];
  const [name] = params.find(([one]) => one !== 'source') ?? [];
  if (name !== undefined) {
    throw new AppError(
      'bad_option',
      `expected source only, got ${JSON.stringify(name.slice(0, 64))}`,
    );
  }
  const [first, ...more] = params;
  if (first && more.length === 0 && first[1] !== '') return first[1];
  throw paramError({ param: 'source', expected: 'once', got: `it ${params.length} times` });
}
