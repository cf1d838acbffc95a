// Answers `GET /t/<segments>/<source>`. The order of the checks keeps refusals and repeated requests cheap.
import type { Context } from 'hono';
import type { Answered, Made, MakeOptions } from '../../cache/answer-types.ts';
import { matchesTag } from '../../cache/matches-tag.ts';
import type { Place } from '../../cost/place.ts';
import { AppError } from '../../errors.ts';
import type { Waiting } from '../../gate/queue.ts';
import { isLoop } from '../../sources/fetch-source.ts';
import { formatSource } from '../../sources/source.ts';
import { capFreshness, checkExpiry } from '../access/expiry.ts';
import { countRequest } from '../access/rate-limit.ts';
import { checkUrlSignature } from '../access/signature.ts';
import { cacheHeaders, entityTag, notModified } from '../caching.ts';
import type { Submitted } from '../jobs/request.ts';
import { note } from '../observe/request-details.ts';
import type { Services } from '../services.ts';
import { waitingOf } from '../waiting.ts';
import { type AnswerControl, answerControl } from './answer-control.ts';
import { jobIndexKey, mayBePurged, transformKey } from './key.ts';
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

/** An answer that is not shared with other requests: a response, or a job to wait for and how its picture may be kept. */
type Unshared = Response | (Pick<Submitted, 'job'> & { control: AnswerControl });

type Asked = Omit<KeyedPlan, 'indexKey'> & {
  request: TransformRequest;
  ifNoneMatch: string | null;
  waiting: Waiting;
};

/** State after the sources were opened: `early` is the tag if it follows from their validators, `began` the time when they were asked, in milliseconds. */
type Opened = {
  asked: Asked;
  use: MakeOptions;
  control: AnswerControl;
  places: readonly Place[];
  early: string | undefined;
  began: number;
  waiting: Waiting;
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

/** Makes the answer: a picture, a job, a stand-in for its picture, or the finding that nothing has changed. */
async function make(
  c: Context,
  asked: Asked,
  use: MakeOptions,
  services: Services,
): Promise<Made<Unshared>> {
  const { request, plan, key } = asked;
  const job = await knownJobAnswer(
    c,
    { ...asked, indexKey: jobIndexKey(key, use.purged) },
    services,
  );
  const usual = answerControl([], services.config);
  if (job) return unshared(c, withControl(job, usual), asked, use, services);
  // Whoever has no signature may ask for new pictures only so often.
  if (use.sent && services.config.SIGNING_KEYS.length === 0)
    await countRequest(c, services.rateLimiter);
  const waiting = use.sent ? asked.waiting : {};
  const places = await services.renderer.check(plan, { waiting });
  const began = services.clock.now();
  // With several sources, one may have changed; an unchanged one would then have to be asked again.
  const unlessChanged = request.further.size === 0 && use.tag !== undefined;
  const known = unlessChanged ? use.validator : undefined;
  // Copies of a source between it and this service may be as old as what is renewed, or older than the purge.
  const renew = use.tag !== undefined || mayBePurged(use.purged);
  await using files = await services.files.open(sourcesOf(request), { known, renew, waiting });
  const control = answerControl(files.controls, services.config);
  const early = await tagOf(key, files.validators);
  const opened = { asked, use, control, places, early, began, waiting };
  const same = early !== undefined && nothingNew(c, early, opened);
  return same || (await makeOf(c, files, opened, services));
}

/** Makes the answer from open files. */
async function makeOf(
  c: Context,
  files: SourceFiles,
  opened: Opened,
  services: Services,
): Promise<Made<Unshared>> {
  const { config, renderer } = services;
  const { asked, use, control, places, early, began, waiting } = opened;
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
  const old = nothingNew(c, tag, opened);
  if (old) return old;

  const fetched = services.clock.now() - began;
  const name = nameOf(request.source);
  // A job that is found by its key would answer without asking the sources.
  const indexKey = control.shared ? jobIndexKey(key, use.purged) : undefined;
  const blobs = { ...blobsOf(request, bytes), early: decoding, spent: files.spend };
  const work = { plan, output, indexKey, places, blobs, name, private: !control.shared, waiting };
  const made = await renderOrSubmit(c, work, services);
  if (made instanceof Response || 'job' in made)
    return unshared(c, withControl(made, control), asked, use, services);
  if (use.sent) note(c, { cache: 'miss', rendered: made });
  const about = { fetched, budget: config.EDGE_BUDGET_MS, name, source: request.source };
  const body = made.blob as Uint8Array<ArrayBuffer>;
  const kept = { ...cacheHeaders(control.header, output), ETag: tag };
  const headers = pictureHeaders(made, kept, about);
  if (!control.shared)
    return { kind: 'unshared', value: new Response(body, { headers }), forget: true };
  const validator = request.further.size === 0 ? files.validators[0] : undefined;
  return { kind: 'answer', body, headers, validator };
}

const withControl = (value: Response | Pick<Submitted, 'job'>, control: AnswerControl): Unshared =>
  value instanceof Response ? value : { ...value, control };

/** The tag of an answer if each of its sources has a validator of its own. */
async function tagOf(
  key: string,
  validators: readonly (string | undefined)[],
): Promise<string | undefined> {
  const own = validators.flatMap((validator) => validator ?? []);
  return own.length === validators.length ? entityTag(key, own) : undefined;
}

/**
 * `unchanged` if the stored answer has this tag, `known` if the client's copy has it, else undefined. Background renewals have no client.
 * If the answer must not be shared, only the client's copy counts.
 */
function nothingNew(
  c: Context,
  tag: string,
  { asked: { ifNoneMatch, output }, use: { tag: stored, sent }, control }: Opened,
): Made<Response> | undefined {
  const known = sent && matchesTag(ifNoneMatch, tag);
  const same = control.shared && tag === stored;
  if (!same && !known) return undefined;
  // Background renewals must not show up in this request's log line.
  if (sent) note(c, { cache: 'revalidated' });
  if (same) return { kind: 'unchanged' };
  const { header, shared } = control;
  if (shared) return { kind: 'known', tag, control: header };
  const headers = new Headers({ ...cacheHeaders(header, output), ETag: tag });
  return { kind: 'unshared', value: notModified(headers), forget: true };
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
  value instanceof Response ? value : answerForKey(c, value, { ...asked, ...value }, services);

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
