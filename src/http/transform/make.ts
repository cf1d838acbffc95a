// Makes the answer of a transform: finds its job, opens its sources, decides the place, renders or submits a job.
import type { Context } from 'hono';
import type { Made, MakeOptions } from '../../cache/answer-types.ts';
import { matchesTag } from '../../cache/matches-tag.ts';
import type { Place } from '../../cost/place.ts';
import { AppError, type ErrorCode } from '../../errors.ts';
import type { Waiting } from '../../gate/queue.ts';
import { isGpuOnly } from '../../plan/plan.ts';
import { countRequest } from '../access/rate-limit.ts';
import { cacheHeaders, entityTag, notModified } from '../caching.ts';
import { note } from '../observe/request-details.ts';
import type { Services } from '../services.ts';
import { type AnswerControl, answerControl } from './answer-control.ts';
import { jobIndexKey, mayBePurged } from './key.ts';
import {
  type Among,
  answerForKey,
  type KeyedPlan,
  knownJobAnswer,
  type PendingJob,
} from './known-job.ts';
import { nameOf, pictureHeaders } from './picture-response.ts';
import { renderOrSubmit } from './render-or-submit.ts';
import { type SourceFiles, validatorsOf } from './source-files.ts';
import { blobsOf, pixelSourceIndexes, sourcesOf, type TransformRequest } from './url.ts';

/** An answer that is not shared with other requests: a response, or a job to wait for. */
export type Unshared = Response | PendingJob;

export type Asked = Omit<KeyedPlan, 'indexKey'> & {
  request: TransformRequest;
  ifNoneMatch: string | null;
  waiting: Waiting;
};

/** State before the sources are opened. */
type Ready = {
  asked: Asked;
  use: MakeOptions;
  places: readonly Place[];
  waiting: Waiting;
  /** Key of the request's job; undefined if it is not known. */
  indexKey: string | undefined;
  /** The answer of the job that the request led to before. */
  knownJob: (among: Among) => Promise<Made<Unshared> | undefined>;
};

/** State after that: `early` is the tag if it follows from their validators, `began` the time when they were asked, in milliseconds. */
type Opened = Ready & { control: AnswerControl; early: string | undefined; began: number };

/** Makes the answer: a picture, a job, a stand-in for its picture, or the finding that nothing has changed. */
export async function make(
  c: Context,
  asked: Asked,
  use: MakeOptions,
  services: Services,
): Promise<Made<Unshared>> {
  const made = await makeOrFind(c, asked, use, services);
  if (use.sent || made.kind !== 'unshared') return made;
  // In a background renewal no client waits, so a job's picture is stored at once.
  const response = await unsharedResponse(c, made.value, asked, services);
  await response.body?.cancel();
  return { ...made, value: response };
}

/** The answer of the job that the request led to before, or one that is made now. */
async function makeOrFind(
  c: Context,
  asked: Asked,
  use: MakeOptions,
  services: Services,
): Promise<Made<Unshared>> {
  const { plan, key } = asked;
  const indexKey = jobIndexKey(key, use.purged);
  const knownJob = async (among: Among): Promise<Made<Unshared> | undefined> => {
    const value = await knownJobAnswer(c, { ...asked, indexKey, among }, services);
    return value && { kind: 'unshared', value };
  };
  // Whether another plan becomes a job is known only from its source; most never do, so the index is not read for them.
  const isAlwaysJob = plan.steps.some(isGpuOnly);
  const known = await knownJob(isAlwaysJob ? 'all' : 'seen');
  if (known) return known;
  // Requests without a signature for new pictures are rate-limited.
  if (use.sent && services.config.SIGNING_KEYS.length === 0)
    await countRequest(c, services.rateLimiter);
  const waiting = use.sent ? asked.waiting : {};
  const places = await services.renderer.check(plan, { waiting });
  const ready = { asked, use, places, waiting, indexKey, knownJob };
  try {
    return await makeFromSources(c, ready, services);
  } catch (error) {
    // The picture of a job stays when its source is gone.
    const mayBeJob = places.includes('gpu') && !isAlwaysJob && isOfSource(error);
    const job = mayBeJob ? await knownJob('all') : undefined;
    if (job) return job;
    throw error;
  }
}

const sourceCodes: ReadonlySet<ErrorCode> = new Set([
  'source_missing',
  'source_unreachable',
  'source_timeout',
  'too_many_redirects',
]);

const isOfSource = (error: unknown): boolean =>
  error instanceof AppError && sourceCodes.has(error.code);

/** Opens the sources, and makes the answer unless they have not changed. */
async function makeFromSources(
  c: Context,
  ready: Ready,
  services: Services,
): Promise<Made<Unshared>> {
  const { asked, use, waiting } = ready;
  const { request, key } = asked;
  const began = services.clock.now();
  // With several sources, one may have changed; an unchanged one would then have to be asked again.
  const unlessChanged = request.further.size === 0 && use.tag !== undefined;
  const validator = unlessChanged ? use.validator : undefined;
  // Copies of a source between it and this service may be as old as what is renewed, or older than the purge.
  const renew = use.tag !== undefined || mayBePurged(use.purged);
  await using files = await services.files.open(sourcesOf(request), {
    known: validator,
    renew,
    waiting,
  });
  const control = answerControl(files.controls, services.config);
  const early = await tagOf(key, files.validators);
  const opened = { ...ready, control, early, began };
  const same = early !== undefined && unchangedAnswer(c, early, opened);
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
  const { asked, use, control, places, early, began, waiting, indexKey } = opened;
  const { request, plan, output, key } = asked;
  const heads = await files.heads(pixelSourceIndexes(request));
  const byHeads = { plan, choose: output.choose, heads };
  // If only the digest of the file tells whether the answer is known, nothing is decoded before that.
  const isOpen = early === undefined && (use.tag !== undefined || asked.ifNoneMatch !== null);
  const placed = renderer.placeByHeads(byHeads, places);
  const isJob = placed.place === 'gpu' && !plan.steps.some(isGpuOnly) && control.shared;
  const known = isJob ? await opened.knownJob('all') : undefined;
  if (known) return known;
  using decoding = isOpen ? undefined : placed.begin();
  const bytes = await files.read(decoding);
  if (use.sent) note(c, { bytesIn: bytes.reduce((sum, file) => sum + file.length, 0) });
  const tag = early ?? (await entityTag(key, await validatorsOf(files, bytes)));
  const old = unchangedAnswer(c, tag, opened);
  if (old) return old;

  const fetched = services.clock.now() - began;
  const name = nameOf(request.source);
  // A job that is found by its key would answer without asking the sources.
  const blobs = { ...blobsOf(request, bytes), early: decoding, releaseFiles: files.releaseMemory };
  const work = {
    plan,
    output,
    ...(control.shared && { indexKey }),
    places,
    blobs,
    name,
    private: !control.shared,
    waiting,
  };
  const made = await renderOrSubmit(c, work, services);
  if (made instanceof Response) return { kind: 'unshared', value: made };
  if ('job' in made) return { kind: 'unshared', value: { ...made, control } };
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
function unchangedAnswer(
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

/** The response for an answer that is not shared; waits for its job as long as the client prefers. */
export const unsharedResponse = async (
  c: Context,
  value: Unshared,
  asked: Asked,
  services: Services,
): Promise<Response> =>
  value instanceof Response ? value : answerForKey(c, value, asked, services);
