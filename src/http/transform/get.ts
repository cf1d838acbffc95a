// Answers `GET /t/<segments>/<source>`. The order of the checks keeps refusals and repeated requests cheap.
import type { Context } from 'hono';
import type { Answered, Made, MakeOptions } from '../../cache/answer-types.ts';
import { matchesTag } from '../../cache/matches-tag.ts';
import type { Place } from '../../cost/place.ts';
import { AppError } from '../../errors.ts';
import { isLoop } from '../../sources/fetch-source.ts';
import { formatSource } from '../../sources/source.ts';
import { capFreshness, checkExpiry } from '../access/expiry.ts';
import { checkUrlSignature } from '../access/signature.ts';
import { entityTag, freshness, notModified } from '../caching.ts';
import type { Submitted } from '../jobs/request.ts';
import { note } from '../observe/request-details.ts';
import type { Services } from '../services.ts';
import { jobIndexKey, transformKey } from './key.ts';
import { answerForKey, type KeyedPlan, knownJobAnswer } from './known-job.ts';
import { onErrorResponse } from './onerror.ts';
import { nameOf, pictureHeaders } from './picture-response.ts';
import { renderOrSubmit } from './render-or-submit.ts';
import { type SourceFiles, validatorsOf } from './source-files.ts';
import {
  blobsOf,
  pixelSourceIndexes,
  readPath,
  readTransform,
  sourcesOf,
  type TransformRequest,
} from './url.ts';

/** An answer that is not shared with other requests: a response, or a job to wait for. */
type Unshared = Response | Pick<Submitted, 'job'>;

type Asked = Omit<KeyedPlan, 'indexKey'> & {
  request: TransformRequest;
  ifNoneMatch: string | null;
};

/** State after the sources were opened: `early` is the tag if it follows from their validators, `began` the time when they were asked, in milliseconds. */
type Opened = {
  asked: Asked;
  use: MakeOptions;
  places: readonly Place[];
  early: string | undefined;
  began: number;
};

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
  await checkUrlSignature(path, config.SIGNING_KEYS);
  const request = readTransform(path, rules, config.SOURCE_BASE);
  note(c, { plan: request.plan });
  checkExpiry(request.plan, clock);
  try {
    const response = await answer(c, request, services);
    capFreshness(response.headers, request.plan, clock);
    return response;
  } catch (error) {
    return await onErrorResponse(error, c, request, services);
  }
}

async function answer(
  c: Context,
  request: TransformRequest,
  services: Services,
): Promise<Response> {
  const { cache, clock, config, renderer } = services;
  const { plan } = request;
  const sources = sourcesOf(request);
  const output = renderer.choose(plan, c.req.header('accept') ?? null);
  const key = await transformKey(request, output, config.EDGE_BUDGET_MS);
  // Even a stored answer is sent only if its sources are allowed now.
  for (const source of sources) services.files.check(source);
  const ifNoneMatch = c.req.header('if-none-match') ?? null;
  const asked: Asked = { request, plan, output, key, at: clock.date(), ifNoneMatch };
  const answered = await cache.answer<Unshared>({
    key,
    sources: sources.map(formatSource),
    ifNoneMatch,
    background: (work) => c.executionCtx.waitUntil(work),
    make: (use) => make(c, asked, use, services),
  });
  if (answered.from !== 'work') note(c, { cache: 'hit' });
  // The files and the slot are released by now, so the request may wait for a job.
  if (answered.kind === 'unshared') return unsharedResponse(c, answered.value, asked, services);
  return toResponse(answered, ifNoneMatch, config.CACHE_MAX_AGE);
}

/** Makes the answer: a picture, a job, a stand-in for its picture, or the finding that nothing has changed. */
async function make(
  c: Context,
  asked: Asked,
  use: MakeOptions,
  services: Services,
): Promise<Made<Unshared>> {
  const { request, plan, key } = asked;
  const known = await knownJobAnswer(
    c,
    { ...asked, indexKey: jobIndexKey(key, use.purgedAt) },
    services,
  );
  if (known) return unshared(c, known, asked, use, services);
  const places = await services.renderer.check(plan);
  const began = services.clock.now();
  // With several sources, one may have changed; an unchanged one would then have to be asked again.
  const unlessChanged = request.further.size === 0 && use.tag !== undefined;
  const validator = unlessChanged ? use.validator : undefined;
  await using files = await services.files.open(sourcesOf(request), validator);
  const early = await tagOf(key, files.validators);
  const same = early !== undefined && nothingNew(c, early, asked, use);
  return same || (await makeOf(c, files, { asked, use, places, early, began }, services));
}

/** Makes the answer from open files. */
async function makeOf(
  c: Context,
  files: SourceFiles,
  { asked, use, places, early, began }: Opened,
  services: Services,
): Promise<Made<Unshared>> {
  const { config, renderer } = services;
  const { request, plan, output, key } = asked;
  const heads = await files.heads(pixelSourceIndexes(request));
  const byHeads = { plan, choose: output.choose, heads };
  // If only the digest of the file tells whether the answer is known, nothing is decoded before that.
  const isOpen = early === undefined && (use.tag !== undefined || asked.ifNoneMatch !== null);
  if (isOpen) renderer.refuse(byHeads, places);
  using decoding = isOpen ? undefined : renderer.begin(byHeads, places);
  const bytes = await files.read(decoding);
  if (use.sent) note(c, { bytesIn: bytes.reduce((sum, file) => sum + file.length, 0) });
  const tag = early ?? (await entityTag(key, await validatorsOf(files, bytes)));
  const old = nothingNew(c, tag, asked, use);
  if (old) return old;

  const fetched = services.clock.now() - began;
  const name = nameOf(request.source);
  const indexKey = jobIndexKey(key, use.purgedAt);
  const blobs = { ...blobsOf(request, bytes), early: decoding };
  const work = { plan, output, indexKey, places, blobs, name };
  const made = await renderOrSubmit(c, work, services);
  if (made instanceof Response || 'job' in made) return unshared(c, made, asked, use, services);
  if (use.sent) note(c, { cache: 'miss', rendered: made });
  const about = { fetched, budget: config.EDGE_BUDGET_MS, name };
  return {
    kind: 'answer',
    body: made.blob as Uint8Array<ArrayBuffer>,
    headers: pictureHeaders(made, { ...cacheHeaders(config.CACHE_MAX_AGE), ETag: tag }, about),
    validator: request.further.size === 0 ? files.validators[0] : undefined,
  };
}

/** The tag of an answer if each of its sources has a validator of its own. */
async function tagOf(
  key: string,
  validators: readonly (string | undefined)[],
): Promise<string | undefined> {
  const own = validators.flatMap((validator) => validator ?? []);
  return own.length === validators.length ? entityTag(key, own) : undefined;
}

/** `unchanged` if the stored answer has this tag, `known` if the client's copy has it, else undefined. Background renewals have no client. */
function nothingNew(
  c: Context,
  tag: string,
  { ifNoneMatch }: Asked,
  { tag: stored, sent }: MakeOptions,
): Made<never> | undefined {
  const known = sent && matchesTag(ifNoneMatch, tag);
  if (tag !== stored && !known) return undefined;
  // Background renewals must not show up in this request's log line.
  if (sent) note(c, { cache: 'revalidated' });
  return tag === stored ? { kind: 'unchanged' } : { kind: 'known', tag };
}

/** An answer that is not shared. In a background renewal no client waits, so a job's picture is stored at once. */
async function unshared(
  c: Context,
  value: Unshared,
  asked: Asked,
  { sent }: MakeOptions,
  services: Services,
): Promise<Made<Unshared>> {
  if (sent) return { kind: 'unshared', value };
  const response = await unsharedResponse(c, value, asked, services);
  await response.body?.cancel();
  return { kind: 'unshared', value: response };
}

const unsharedResponse = async (
  c: Context,
  value: Unshared,
  asked: Asked,
  services: Services,
): Promise<Response> =>
  value instanceof Response ? value : answerForKey(c, value, asked, services);

/** The response: the answer, or 304 if the client has it. `If-None-Match: *` matches only answers that were stored before. */
async function toResponse(
  answered: Exclude<Answered<never>, { kind: 'unshared' }>,
  ifNoneMatch: string | null,
  maxAge: number,
): Promise<Response> {
  if (answered.kind === 'known') {
    const status = { 'Cache-Status': 'tessera; fwd=miss', ETag: answered.tag };
    return notModified(new Headers({ ...cacheHeaders(maxAge), ...status }));
  }
  const { body, headers, from } = answered;
  const tag = headers.get('ETag');
  const any = ifNoneMatch?.trim() === '*' && from === 'store';
  if (tag === null || !(any || matchesTag(ifNoneMatch, tag)))
    return new Response(body, { headers });
  if (body instanceof ReadableStream) await body.cancel();
  return notModified(headers);
}

const cacheHeaders = (maxAge: number) => ({ 'Cache-Control': freshness(maxAge), Vary: 'Accept' });
