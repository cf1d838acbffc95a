// Makes the answer of a transform whose sources are named: fetches them, sees whether they are what they were, renders or submits.
import type { Context } from 'hono';
import type { Made, MakeUse } from '../../cache/answer-types.ts';
import { digestOf } from '../../digest.ts';
import { isGpuOnly } from '../../plan/plan.ts';
import type { Blobs, Rendered } from '../../render/render.ts';
import type { OpenSource } from '../../sources/fetch-source.ts';
import { entityTag, freshness, matchesTag, notModified } from '../caching.ts';
import type { Submitted } from '../jobs/request.ts';
import { note } from '../observe/request-details.ts';
import type { Services } from '../services.ts';
import { type KeyedPlan, renderOrSubmit } from './job.ts';
import { nameOf, pictureResponse } from './picture-response.ts';
import { placesOf } from './places.ts';
import { withFiles } from './render-request.ts';
import { sourcesOf, type TransformRequest } from './url.ts';

type Answer = Made<Response | Submitted>;

/** A picture; a job or what stands in for its picture; or that there is nothing new. */
export async function makeAnswer(
  c: Context,
  { request, asked }: { request: TransformRequest; asked: KeyedPlan },
  { tag: stored, validator, sent }: MakeUse,
  services: Services,
): Promise<Answer> {
  const { plan } = request;
  await placesOf(plan, services);
  if (!plan.steps.some(isGpuOnly)) services.gate.check();
  const ifNoneMatch = sent ? (c.req.header('if-none-match') ?? null) : null;
  const began = services.now();
  const headers = answerHeaders(services);
  // What goes on behind a request's back is none of its own.
  const tell = (details: Parameters<typeof note>[1]): void => void (sent && note(c, details));
  const nothingNew = (tag: string): Answer | undefined => {
    const known = matchesTag(ifNoneMatch, tag);
    if (tag !== stored && !known) return undefined;
    tell({ cache: 'revalidated' });
    if (tag === stored) return { kind: 'unchanged' };
    return { kind: 'known', tag, response: knownAnswer(tag, services) };
  };
  const { key } = asked;
  const sources = sourcesOf(request);
  const only = sources.length === 1;
  return withFiles<Answer>(sources, services, {
    // Of several, one could have changed, and the others would have to be asked again.
    known: only && stored !== undefined ? validator : undefined,
    async early(opened) {
      if (ifNoneMatch === null && stored === undefined) return undefined;
      const validators = opened.flatMap(({ validator }) => validator ?? []);
      if (validators.length < opened.length) return undefined;
      return nothingNew(await entityTag(key, validators));
    },
    async use(files, opened) {
      tell({ bytesIn: files.reduce((sum, file) => sum + file.length, 0) });
      const tag = await entityTag(key, await validatorsOf(files, opened));
      const old = nothingNew(tag);
      if (old) return old;
      const fetched = services.now() - began;
      const name = nameOf(request.source);
      const timing = { fetched, budget: services.config.EDGE_BUDGET_MS, name };
      const respond = (rendered: Rendered): Answer => {
        tell({ cache: 'miss', rendered });
        const response = pictureResponse(rendered, { ...headers, ETag: tag }, timing);
        const body = rendered.blob as Uint8Array<ArrayBuffer>;
        const own = only ? opened[0]?.validator : undefined;
        return { kind: 'answer', body, headers: response.headers, validator: own };
      };
      const blobs = blobsOf(request, files);
      const made = await renderOrSubmit(c, asked, { blobs, name, respond }, services);
      return 'kind' in made ? made : { kind: 'aside', value: made };
    },
  });
}

/** 304 of an answer of that tag, which its sources still give. */
export const knownAnswer = (tag: string, services: Pick<Services, 'config'>): Response =>
  notModified(
    new Headers({ ...answerHeaders(services), 'Cache-Status': 'tessera; fwd=miss', ETag: tag }),
  );

const answerHeaders = ({ config }: Pick<Services, 'config'>) => ({
  'Cache-Control': freshness(config.CACHE_MAX_AGE),
  Vary: 'Accept',
});

/** Of each source its own, or the digest of its bytes. */
const validatorsOf = (
  files: readonly Uint8Array[],
  opened: readonly OpenSource[],
): Promise<string[]> =>
  Promise.all(opened.map(async ({ validator }, i) => validator ?? digestOf(files[i]!)));

function blobsOf({ further }: TransformRequest, files: readonly Uint8Array[]): Blobs {
  const [main, ...rest] = files as [Uint8Array, ...Uint8Array[]];
  return {
    main,
    further: new Map([...further.keys()].map((text, i) => [text, rest[i]!])),
  };
}
