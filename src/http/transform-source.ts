// Answers `GET /t/<segments>/<source>`: parse, cache, fetch, render, in that order, so that refusals and repeats cost little.
import type { Context } from 'hono';
import { AppError } from '../errors.ts';
import { formatPlan } from '../plan/grammar.ts';
import { isLoop, type OpenSource } from '../sources/fetch-source.ts';
import { formatSource } from '../sources/source.ts';
import { cacheKey, digestOf, entityTag, freshness, matchesTag, notModified } from './caching.ts';
import { type OutputChoice, outputChoice } from './output-format.ts';
import { nameOf, pictureResponse } from './picture-response.ts';
import { closeAll, expectedOf, openAll, readAll, render } from './render-request.ts';
import { note } from './request-details.ts';
import type { Services } from './services.ts';
import { readTransformUrl, type TransformRequest } from './transform-url.ts';

/** The picture, from the cache where it is there, or 304. */
export async function transformSource(c: Context, services: Services): Promise<Response> {
  const { config, cache, effects } = services;
  if (isLoop(c.req.header('via') ?? null))
    throw new AppError(
      'loop',
      'expected a request from elsewhere, this one came from Tessera itself',
    );
  const request = readTransformUrl(c.req.raw.url, effects, config.SOURCE_BASE);
  note(c, { plan: request.plan });
  const output = outputChoice(request.plan, c.req.header('accept') ?? null, services);
  const key = await keyOf(request, output, config.EDGE_BUDGET_MS);
  const sources = [request.source, ...request.further.values()];
  // Also what is stored is only for sources that are allowed now.
  for (const each of sources) services.sources.check(each);
  const ifNoneMatch = c.req.header('if-none-match') ?? null;
  const stored = await cache.match(key);
  if (stored) {
    note(c, { cache: 'hit' });
    return storedResponse(stored, ifNoneMatch);
  }

  services.gate.check();
  const began = services.now();
  const opened = await openAll(sources, services);
  const reserved: { release: () => void }[] = [];
  try {
    const headers = {
      'Cache-Control': freshness(config.CACHE_MAX_AGE),
      Vary: 'Accept',
      'Cache-Status': 'tessera; fwd=miss',
    };
    const revalidated = (tag: string): Response => {
      note(c, { cache: 'revalidated' });
      return notModified(new Headers({ ...headers, ETag: tag }));
    };
    const early = await earlyTag(key, opened, ifNoneMatch);
    if (early !== undefined) return revalidated(early);
    const reservation = await services.encoded.reserve(expectedOf(opened));
    reserved.push(reservation);
    const [main, ...rest] = await readAll(opened, reservation.grow);
    const bytes = [main as Uint8Array, ...rest];
    note(c, { bytesIn: bytes.reduce((sum, file) => sum + file.length, 0) });
    const validators = opened.map(
      ({ validator }, i) => validator ?? digestOf(bytes[i] as Uint8Array),
    );
    const tag = await entityTag(key, await Promise.all(validators));
    if (matchesTag(ifNoneMatch, tag)) return revalidated(tag);
    const fetched = services.now() - began;

    const names = [...request.further.keys()];
    const further = new Map(names.map((name, i) => [name, rest[i] as Uint8Array]));
    const blobs = { main: main as Uint8Array, further };
    const rendered = await render(request.plan, blobs, output.choose, services);
    note(c, { cache: 'miss', rendered });
    const response = pictureResponse(
      rendered,
      { ...headers, ETag: tag },
      { fetched, budget: config.EDGE_BUDGET_MS, name: nameOf(request.source) },
    );
    c.executionCtx.waitUntil(store(services, key, response.clone()));
    return response;
  } finally {
    for (const reservation of reserved) reservation.release();
    await closeAll(opened);
  }
}

/** Where a plan leaves something to the budget, another budget gives another picture. */
function keyOf({ plan, source, further }: TransformRequest, output: OutputChoice, budget: number) {
  const named = new Map([...further].map(([text, s]) => [text, formatSource(s)]));
  const auto = plan.steps.some(
    ({ effect, params }) => effect.auto && params[effect.auto.param] === 'auto',
  );
  return cacheKey({
    plan: `${formatPlan(plan, named)}${auto ? `|${budget}` : ''}`,
    sources: [source, ...further.values()].map(formatSource),
    format: output.key,
  });
}

async function storedResponse(stored: Response, ifNoneMatch: string | null): Promise<Response> {
  const headers = new Headers(stored.headers);
  headers.set('Cache-Status', 'tessera; hit');
  headers.delete('Server-Timing');
  if (ifNoneMatch?.trim() === '*' || matchesTag(ifNoneMatch, headers.get('etag') ?? '')) {
    await stored.body?.cancel();
    return notModified(headers);
  }
  return new Response(stored.body, { headers });
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

async function store(services: Services, key: string, response: Response): Promise<void> {
  try {
    await services.cache.put(key, response);
  } catch (error) {
    services.log({ event: 'cache_put_failed', message: String(error) });
  }
}
