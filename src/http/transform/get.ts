// Answers `GET /t/<segments>/<source>`: parse, cache, known job, fetch, render, in that order, so that refusals and repeats cost little.
import type { Context } from 'hono';
import { AppError } from '../../errors.ts';
import { isLoop } from '../../sources/fetch-source.ts';
import { formatSource } from '../../sources/source.ts';
import { checkExpiry, untilExpiry } from '../access/expiry.ts';
import { checkUrlSignature } from '../access/signature.ts';
import { matchesTag } from '../caching.ts';
import type { Submitted } from '../jobs/request.ts';
import { note } from '../observe/request-details.ts';
import type { Services } from '../services.ts';
import { answerForKey, answerOfKnownJob, type KeyedPlan } from './job.ts';
import { jobIndexKey, transformKey } from './key.ts';
import { knownAnswer, makeAnswer } from './make-answer.ts';
import { withFallback } from './onerror.ts';
import { unlessKnown } from './stored-answer.ts';
import { readTransformUrl, sourcesOf, type TransformRequest } from './url.ts';

/** The picture, from the cache where it is there, or 304; of a job 202 until it is done. */
export async function transformSource(c: Context, services: Services): Promise<Response> {
  const { config, rules } = services;
  if (isLoop(c.req.header('via') ?? null))
    throw new AppError(
      'loop',
      'expected a request from elsewhere, this one came from Tessera itself',
    );
  await checkUrlSignature(c.req.raw.url, services);
  const request = readTransformUrl(c.req.raw.url, rules, config.SOURCE_BASE);
  note(c, { plan: request.plan });
  checkExpiry(request.plan, services.clock);
  const answered = await withFallback(c, request, () => answer(c, request, services), services);
  return untilExpiry(answered, request.plan, services.clock);
}

async function answer(
  c: Context,
  request: TransformRequest,
  services: Services,
): Promise<Response> {
  const { config, cache } = services;
  const { plan } = request;
  const output = services.renderer.choose(plan, c.req.header('accept') ?? null);
  const key = await transformKey(request, output, config.EDGE_BUDGET_MS);
  // Also what is stored is only for sources that are allowed now.
  for (const each of sourcesOf(request)) services.sources.check(each);
  const ifNoneMatch = c.req.header('if-none-match') ?? null;
  const at = services.clock.date();
  const keyed = (purgedAt: number): KeyedPlan => ({
    plan,
    output,
    key,
    indexKey: jobIndexKey(key, purgedAt),
    at,
  });
  const answered = await cache.answer<Response | Submitted>({
    key,
    sources: sourcesOf(request).map(formatSource),
    background: (work) => c.executionCtx.waitUntil(work),
    elsewhere: (purgedAt) => answerOfKnownJob(c, keyed(purgedAt), services),
    make: (use) => makeAnswer(c, { request, asked: keyed(use.purgedAt) }, use, services),
    known: (tag) => (matchesTag(ifNoneMatch, tag) ? knownAnswer(tag, services) : undefined),
    // Waiting for a job holds no files any more.
    finish: async (made) =>
      made instanceof Response ? made : answerForKey(c, made, { key, at }, services),
  });
  if (answered.from !== 'work') note(c, { cache: 'hit' });
  return unlessKnown(answered, ifNoneMatch);
}
