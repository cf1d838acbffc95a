// Answers `GET /t/<segments>/<source>`: parse, cache, known job, fetch, render, in that order, so that refusals and repeats cost little.
import type { Context } from 'hono';
import { digestOf } from '../digest.ts';
import { AppError } from '../errors.ts';
import { isHeavy } from '../plan/plan.ts';
import type { Blobs, Rendered } from '../plan/render.ts';
import { isLoop, type OpenSource } from '../sources/fetch-source.ts';
import { entityTag, freshness, matchesTag, notModified } from './caching.ts';
import { checkExpiry, untilExpiry } from './expiry.ts';
import { withFallback } from './onerror.ts';
import { outputChoice } from './output-format.ts';
import { nameOf, pictureResponse } from './picture-response.ts';
import { placesOf } from './places.ts';
import { withFiles } from './render-request.ts';
import { note } from './request-details.ts';
import type { Services } from './services.ts';
import { checkUrlSignature } from './signature.ts';
import { keepAnswer, storedAnswer } from './stored-answer.ts';
import { answerForKey, answerOfKnownJob, type KeyedPlan, renderOrSubmit } from './transform-job.ts';
import { transformKey } from './transform-key.ts';
import { readTransformUrl, type TransformRequest } from './transform-url.ts';

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
  checkExpiry(request.plan, services);
  const answered = await withFallback(c, request, () => answer(c, request, services), services);
  return untilExpiry(answered, request.plan, services);
}

async function answer(
  c: Context,
  request: TransformRequest,
  services: Services,
): Promise<Response> {
  const { config, cache } = services;
  const { plan } = request;
  const output = outputChoice(plan, c.req.header('accept') ?? null, services);
  const key = await transformKey(request, output, config.EDGE_BUDGET_MS);
  // Also what is stored is only for sources that are allowed now.
  for (const each of sourcesOf(request)) services.sources.check(each);
  const stored = await cache.match(key);
  if (stored) {
    note(c, { cache: 'hit' });
    return storedAnswer(stored, c.req.header('if-none-match') ?? null);
  }
  const asked = { plan, output, key };
  const known = await answerOfKnownJob(c, asked, services);
  if (known) return known;

  await placesOf(plan, services);
  if (!plan.steps.some(isHeavy)) services.gate.check();
  const made = await transformFiles(c, { request, asked }, services);
  // Waiting for a job holds no files any more.
  return made instanceof Response ? made : answerForKey(c, made, key, services);
}

const sourcesOf = ({ source, further }: TransformRequest) => [source, ...further.values()];

function transformFiles(
  c: Context,
  { request, asked }: { request: TransformRequest; asked: KeyedPlan },
  services: Services,
): ReturnType<typeof renderOrSubmit> {
  const { config } = services;
  const { key } = asked;
  const ifNoneMatch = c.req.header('if-none-match') ?? null;
  const began = services.now();
  const headers = {
    'Cache-Control': freshness(config.CACHE_MAX_AGE),
    Vary: 'Accept',
    'Cache-Status': 'tessera; fwd=miss',
  };
  const revalidated = (tag: string): Response => {
    note(c, { cache: 'revalidated' });
    return notModified(new Headers({ ...headers, ETag: tag }));
  };
  return withFiles(sourcesOf(request), services, {
    async early(opened) {
      const tag = await earlyTag(key, opened, ifNoneMatch);
      return tag === undefined ? undefined : revalidated(tag);
    },
    async use(files, opened) {
      note(c, { bytesIn: files.reduce((sum, file) => sum + file.length, 0) });
      const validators = opened.map(
        ({ validator }, i) => validator ?? digestOf(files[i] as Uint8Array),
      );
      const tag = await entityTag(key, await Promise.all(validators));
      if (matchesTag(ifNoneMatch, tag)) return revalidated(tag);
      const fetched = services.now() - began;
      const name = nameOf(request.source);
      const timing = { fetched, budget: config.EDGE_BUDGET_MS, name };
      const respond = (rendered: Rendered): Response => {
        note(c, { cache: 'miss', rendered });
        const response = pictureResponse(rendered, { ...headers, ETag: tag }, timing);
        keepAnswer(c, key, response, services);
        return response;
      };
      return renderOrSubmit(c, asked, { blobs: blobsOf(request, files), name, respond }, services);
    },
  });
}

function blobsOf({ further }: TransformRequest, files: readonly Uint8Array[]): Blobs {
  const [main, ...rest] = files as [Uint8Array, ...Uint8Array[]];
  return {
    main,
    further: new Map([...further.keys()].map((text, i) => [text, rest[i] as Uint8Array])),
  };
}

/** The tag, where it is known before anything is read and the client has it. */
async function earlyTag(
  key: string,
  opened: readonly OpenSource[],
  ifNoneMatch: string | null,
): Promise<string | undefined> {
  const validators = opened.flatMap(({ validator }) => validator ?? []);
  if (ifNoneMatch === null || validators.length < opened.length) return undefined;
  const tag = await entityTag(key, validators);
  return matchesTag(ifNoneMatch, tag) ? tag : undefined;
}
