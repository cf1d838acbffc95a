// Answers that the platform caches: the requests that an entrypoint with a cache in front gets, and what it answers them.
//
// The entrypoint that clients reach has checked signature, expiry and sources. It asks for the answer by its key, which contains the plan,
// the sources and the negotiated format; so the answer has no `Vary`. Everything else that making the answer needs is in headers, which
// are no part of the platform's key.
import type { Context } from 'hono';
import { cacheStatus } from '../../cache/cache-status.ts';
import { readFreshness } from '../../cache/freshness.ts';
import { matchesTag } from '../../cache/matches-tag.ts';
import { digestOf } from '../../crypto.ts';
import { AppError, type ErrorCode, errorCodes } from '../../errors.ts';
import type { OutputChoice } from '../../render/output-format.ts';
import { formatSource, type Source } from '../../sources/source.ts';
import type { TransformPath } from '../../url-text.ts';
import { cacheHeaders, notModified } from '../caching.ts';
import { canonicalAccept } from '../canonical-accept.ts';
import { note } from '../observe/request-details.ts';
import type { Services } from '../services.ts';
import type { TransformRequest } from './url.ts';

/** The entrypoint with the platform's cache in front; `context` is that of the request that asks. */
export type RenderedAnswers = {
  fetch: (request: Request, context: unknown) => Promise<Response>;
  /** Drops all cached answers with one of the tags, everywhere. Throws `busy` if the platform refuses. */
  purge: (tags: readonly string[], context: unknown) => Promise<void>;
};

/** The transform that is to be answered, as a path with its query. */
const PATH = 'X-Tessera-Path';
/** When the answer was made, in milliseconds since 1970. */
const MADE_AT = 'X-Tessera-Made-At';
/** `Cache-Control` for the platform alone. */
const FOR_PLATFORM = 'Cloudflare-CDN-Cache-Control';
const TAGS = 'Cache-Tag';
/** Headers of the client's request that the renderer gets, and the names that they have on the way. */
const FORWARDED = [
  ['Prefer', 'X-Tessera-Prefer'],
  ['CF-Connecting-IP', 'X-Tessera-Client'],
] as const;

/** Headers that are replaced by the entrypoint that clients reach, or not meant for clients. */
const NOT_SENT = [FOR_PLATFORM, TAGS, MADE_AT, 'CF-Cache-Status'] as const;

/** Values of `CF-Cache-Status` of answers that were stored. */
const STORED: ReadonlySet<string> = new Set(['HIT', 'STALE', 'UPDATING', 'REVALIDATED']);

/** The tag of all answers that are made from a source. */
export const sourceTag = async (source: string): Promise<string> =>
  (await digestOf(source)).slice(0, 32);

type Asked = {
  request: TransformRequest;
  path: TransformPath;
  output: OutputChoice;
  key: string;
  ifNoneMatch: string | null;
};

/** Asks the renderer. Throws the `AppError` that it answers. */
export async function askRenderer(
  c: Context,
  { request, path: { path, query }, output, key, ifNoneMatch }: Asked,
  services: Services & { rendered: RenderedAnswers },
): Promise<Response> {
  const { clock, rendered } = services;
  const headers = new Headers({ [PATH]: `/t/${path}${query}` });
  const accept = canonicalAccept(request.plan.output, c.req.header('accept') ?? null);
  if (accept !== null) headers.set('Accept', accept);
  for (const [name, onTheWay] of FORWARDED) {
    const value = c.req.header(name);
    if (value !== undefined) headers.set(onTheWay, value);
  }
  const url = new URL(`/rendered/${key}`, c.req.raw.url);
  const response = await rendered.fetch(new Request(url, { headers }), c.executionCtx);
  if (response.status >= 400) throw await errorIn(response);
  const sent = sentHeaders(response.headers, output, clock.date());
  if (sent.isStored) note(c, { cache: 'hit' });
  const tag = sent.headers.get('ETag');
  const any = ifNoneMatch?.trim() === '*' && sent.isStored;
  if (response.status !== 200 || tag === null || !(any || matchesTag(ifNoneMatch, tag)))
    return new Response(response.body, { status: response.status, headers: sent.headers });
  await response.body?.cancel();
  return notModified(sent.headers);
}

/** The headers for the client, and whether the answer was stored. */
function sentHeaders(
  received: Headers,
  { negotiated }: OutputChoice,
  now: number,
): { headers: Headers; isStored: boolean } {
  const headers = new Headers(received);
  const isStored = STORED.has(received.get('CF-Cache-Status')?.toUpperCase() ?? '');
  const control = received.get('Cache-Control') ?? '';
  if (isStored) {
    // These are of the request that the answer was made for.
    headers.delete('Server-Timing');
    const age = Math.max(0, Math.floor((now - Number(received.get(MADE_AT))) / 1000));
    const ttl = readFreshness(control).maxAge - age;
    headers.set('Age', String(age));
    headers.set('Cache-Status', cacheStatus({ hit: true, ttl, detail: 'workers-cache' }));
  }
  for (const name of NOT_SENT) headers.delete(name);
  for (const [name, value] of Object.entries(cacheHeaders(control, { negotiated })))
    if (value !== '') headers.set(name, value);
  return { headers, isStored };
}

/** The request for the application of the renderer. Throws `Error` if `askRenderer` did not make it. */
export function rendererRequest(request: Request): Request {
  const path = request.headers.get(PATH);
  if (path === null) throw new Error(`expected a request with ${PATH}`);
  const accept = request.headers.get('Accept');
  const headers = new Headers(accept === null ? {} : { Accept: accept });
  for (const [name, onTheWay] of FORWARDED) {
    const value = request.headers.get(onTheWay);
    if (value !== null) headers.set(name, value);
  }
  return new Request(new URL(path, request.url), { headers, signal: request.signal });
}

/**
 * The renderer's answer, with what the platform needs to cache it: for how long, and the tags of its sources. `at` is when the request
 * arrived, in milliseconds since 1970.
 */
export async function forPlatform(
  c: Context,
  { status, body, headers: made }: Response,
  { sources, at }: { sources: readonly Source[]; at: number },
  { cache }: Pick<Services, 'cache'>,
): Promise<Response> {
  const headers = new Headers(made);
  headers.delete('Vary');
  const control = made.get('Cache-Control') ?? '';
  const { maxAge, staleWhileRevalidate, staleIfError } = readFreshness(control);
  const madeAt = at - 1000 * Number(made.get('Age') ?? 0);
  const left = maxAge - Number(made.get('Age') ?? 0);
  const texts = sources.map(formatSource);
  // A picture that was being made during a purge must not be stored after it.
  const purged = await cache.purged(texts, (work) => c.executionCtx.waitUntil(work));
  const isShared = status === 200 && control.startsWith('public') && left > 0;
  const isKept = isShared && purged.at <= madeAt;
  const kept = [
    'public',
    `max-age=${left}`,
    `stale-while-revalidate=${staleWhileRevalidate}`,
    `stale-if-error=${staleIfError}`,
  ];
  headers.set(FOR_PLATFORM, isKept ? kept.join(', ') : 'no-store');
  if (isKept) {
    headers.set(TAGS, (await Promise.all(texts.map(sourceTag))).join(','));
    headers.set(MADE_AT, String(madeAt));
  }
  return new Response(body, { status, headers });
}

/** The error in a problem document of the renderer. */
async function errorIn(response: Response): Promise<AppError> {
  const { headers } = response;
  const code = errorCodes.find((one) => one === headers.get('X-Error')) ?? 'internal';
  const problem = (await response.json().catch(() => ({}))) as { detail?: string; param?: string };
  const retryAfter = Number(headers.get('Retry-After') ?? Number.NaN);
  return new AppError(code satisfies ErrorCode, problem.detail ?? 'please report the request id', {
    ...(problem.param !== undefined && { param: problem.param }),
    ...(Number.isFinite(retryAfter) && { retryable: true, retryAfter }),
  });
}
