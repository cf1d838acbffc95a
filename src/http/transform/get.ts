// Answers `GET /t/<segments>/<source>`. The order of the checks keeps refusals and repeated requests cheap.
import type { Context } from 'hono';
import type { Answered } from '../../cache/answer-types.ts';
import { matchesTag } from '../../cache/matches-tag.ts';
import { AppError } from '../../errors.ts';
import { isLoop } from '../../sources/fetch-source.ts';
import { formatSource } from '../../sources/source.ts';
import { capFreshness, checkExpiry } from '../access/expiry.ts';
import { checkUrlSignature } from '../access/signature.ts';
import { cacheHeaders, notModified } from '../caching.ts';
import { note } from '../observe/request-details.ts';
import { problemResponse } from '../problem.ts';
import type { Services } from '../services.ts';
import { waitingOf } from '../waiting.ts';
import { transformKey } from './key.ts';
import { type Asked, make, type Unshared, unsharedResponse } from './make.ts';
import { onErrorResponse } from './onerror.ts';
import { askRenderer, forPlatform } from './rendered.ts';
import {
  readPath,
  readTransform,
  sourcesOf,
  type TransformPath,
  type TransformRequest,
} from './url.ts';

/** The picture, from the cache if possible, or 304; 202 while a job is making it. */
export async function transformSource(c: Context, services: Services): Promise<Response> {
  const { clock, config, rules } = services;
  if (isLoop(c.req.header('via') ?? null)) {
    throw new AppError(
      'loop',
      'expected a request from elsewhere, this one came from Tessera itself',
    );
  }
  const path = readPath(c.req.raw.url);
  if (!services.isRenderer) await checkUrlSignature(path, config.SIGNING_KEYS);
  const request = readTransform(path, rules, config.SOURCE_BASE);
  note(c, { plan: request.plan });
  checkExpiry(request.plan, clock);
  const answered = answer(c, { request, path }, services);
  // Expiry and fallbacks are not part of the key under which the platform stores a renderer's answer.
  if (services.isRenderer) {
    const about = { sources: sourcesOf(request), at: clock.date() };
    return forPlatform(c, await answered.catch(asProblem), about, services);
  }
  try {
    const response = await answered;
    capFreshness(response.headers, request.plan, clock);
    return response;
  } catch (error) {
    return await onErrorResponse(error, c, request, services);
  }
}

function asProblem(error: unknown): Response {
  if (error instanceof AppError) return problemResponse(error);
  throw error;
}

async function answer(
  c: Context,
  { request, path }: { request: TransformRequest; path: TransformPath },
  services: Services,
): Promise<Response> {
  const { cache, clock, config, renderer, rendered } = services;
  const { plan } = request;
  const sources = sourcesOf(request);
  const output = renderer.choose(plan, c.req.header('accept') ?? null);
  const key = await transformKey(request, output, config.EDGE_BUDGET_MS);
  // Even a stored answer is sent only if its sources are allowed now.
  for (const source of sources) services.files.check(source);
  const ifNoneMatch = c.req.header('if-none-match') ?? null;
  if (rendered) {
    const about = { request, path, output, key, ifNoneMatch };
    return askRenderer(c, about, { ...services, rendered });
  }
  // Browsers do not ask again for the pictures of a page.
  const waiting = waitingOf(c, { clock, patient: true });
  const asked: Asked = { request, plan, output, key, at: clock.date(), ifNoneMatch, waiting };
  const answered = await cache.answer<Unshared>({
    key,
    sources: sources.map(formatSource),
    ifNoneMatch,
    gone: waiting.signal,
    background: (work) => c.executionCtx.waitUntil(work),
    make: (use) => make(c, asked, use, services),
  });
  if (answered.from !== 'work') note(c, { cache: 'hit' });
  // The files and the slot are released by now, so the request may wait for a job.
  if (answered.kind === 'unshared') return unsharedResponse(c, answered.value, asked, services);
  return toResponse(answered, asked);
}

/** The response: the answer, or 304 if the client has it. `If-None-Match: *` matches only answers that were stored before. */
async function toResponse(
  answered: Exclude<Answered<never>, { kind: 'unshared' }>,
  { ifNoneMatch, output }: Asked,
): Promise<Response> {
  if (answered.kind === 'known') {
    const status = { 'Cache-Status': 'tessera; fwd=miss', ETag: answered.tag };
    return notModified(new Headers({ ...cacheHeaders(answered.control, output), ...status }));
  }
  const { body, headers, from } = answered;
  const tag = headers.get('ETag');
  const any = ifNoneMatch?.trim() === '*' && from === 'store';
  if (tag === null || !(any || matchesTag(ifNoneMatch, tag)))
    return new Response(body, { headers });
  if (body instanceof ReadableStream) await body.cancel();
  return notModified(headers);
}
