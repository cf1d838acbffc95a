// Answers transform requests: parse, cache, fetch, render, in that order, so that refusals and repeats cost little.
import type { Context } from 'hono';
import type { Format } from '../codecs/codec.ts';
import { negotiate } from '../codecs/negotiate.ts';
import { AppError } from '../errors.ts';
import type { Size } from '../image.ts';
import { formatPlan } from '../plan/grammar.ts';
import { furtherImages, type Plan } from '../plan/plan.ts';
import { type Blobs, type Rendered, renderPlan } from '../plan/render.ts';
import { isLoop, type OpenSource } from '../sources/fetch-source.ts';
import { formatSource, type Source } from '../sources/source.ts';
import { cacheKey, digestOf, entityTag, freshness, matchesTag, notModified } from './caching.ts';
import { EDGE_MEMORY_BYTES, type Services } from './services.ts';
import { furtherSources, readTransformUrl, readUploadUrl, UPLOAD } from './transform-url.ts';
import { readUpload } from './upload.ts';

/** GET `/t/<segments>/<source>`. */
export async function transformSource(c: Context, services: Services): Promise<Response> {
  const { config, cache, effects } = services;
  if (isLoop(c.req.header('via') ?? null))
    throw new AppError(
      'loop',
      'expected a request from elsewhere, this one came from Tessera itself',
    );
  const request = readTransformUrl(c.req.raw.url, effects, config.SOURCE_BASE);
  const { plan, source, further } = request;
  const choose = chooser(plan, c.req.header('accept') ?? null, services);
  const ifNoneMatch = c.req.header('if-none-match') ?? null;
  const sources = [source, ...further.values()];
  const key = await cacheKey({
    plan: formatPlan(plan, new Map([...further].map(([text, s]) => [text, formatSource(s)]))),
    sources: sources.map(formatSource),
    format: formatClass(plan, choose),
  });

  // Also what is stored is only for sources that are allowed now.
  for (const each of sources) services.sources.check(each);
  const stored = await cache.match(key);
  if (stored) {
    const headers = new Headers(stored.headers);
    headers.set('Cache-Status', 'tessera; hit');
    headers.delete('Server-Timing');
    if (ifNoneMatch?.trim() === '*' || matchesTag(ifNoneMatch, headers.get('etag') ?? '')) {
      await stored.body?.cancel();
      return notModified(headers);
    }
    return new Response(stored.body, { headers });
  }

  const began = services.now();
  const opened = await openAll(sources, services);
  try {
    const headers = {
      'Cache-Control': freshness(config.CACHE_MAX_AGE),
      Vary: 'Accept',
      'Cache-Status': 'tessera; fwd=miss',
    };
    const early = opened.map((o) => o.validator);
    if (ifNoneMatch !== null && early.every((validator) => validator !== undefined)) {
      const tag = await entityTag(key, early);
      if (matchesTag(ifNoneMatch, tag)) return notModified(new Headers({ ...headers, ETag: tag }));
    }
    const bytes = await Promise.all(opened.map((o) => o.read()));
    const validators = await Promise.all(
      early.map((validator, i) => validator ?? digestOf(bytes[i] as Uint8Array)),
    );
    const tag = await entityTag(key, validators);
    if (matchesTag(ifNoneMatch, tag)) return notModified(new Headers({ ...headers, ETag: tag }));
    const fetched = services.now() - began;

    const [main, ...rest] = bytes;
    const blobs = {
      main: main as Uint8Array,
      further: new Map([...further.keys()].map((name, i) => [name, rest[i] as Uint8Array])),
    };
    const rendered = await render(plan, blobs, choose, services);
    const response = pictureResponse(
      rendered,
      { ...headers, ETag: tag },
      fetched,
      services,
      nameOf(source),
    );
    c.executionCtx.waitUntil(store(services, key, response.clone()));
    return response;
  } finally {
    await Promise.all(opened.map((o) => o.cancel()));
  }
}

/** POST `/t/<segments>` with the picture in the body. */
export async function transformUpload(c: Context, services: Services): Promise<Response> {
  const { config, effects } = services;
  const began = services.now();
  const limits = { maxBytes: config.MAX_SOURCE_BYTES, timeoutMs: UPLOAD_TIMEOUT_MS };
  // Everything that the path alone tells is refused before a body is read.
  readUploadUrl(c.req.raw.url, effects, new Set(effects.flatMap((effect) => effect.inputs)));
  const parts = await readUpload(c.req.raw, limits);
  const extra = new Set([...parts.keys()].filter((name) => name !== 'image'));
  const plan = readUploadUrl(c.req.raw.url, effects, extra);
  const named = [...furtherImages(plan).keys()];
  for (const name of extra) {
    if (!named.includes(`${UPLOAD}${name}`)) {
      throw new AppError(
        'bad_body',
        `${JSON.stringify(name.slice(0, 64))}: expected parts that the plan uses, image first of all`,
      );
    }
  }
  const remote = furtherSources(plan, config.SOURCE_BASE, extra);
  const opened = await openAll([...remote.values()], services);
  try {
    const bytes = await Promise.all(opened.map((o) => o.read()));
    const fetchedBlobs = new Map(
      [...remote.keys()].map((text, i) => [text, bytes[i] as Uint8Array]),
    );
    const further = new Map(
      named.map((text) => [
        text,
        fetchedBlobs.get(text) ?? (parts.get(text.slice(UPLOAD.length)) as Uint8Array),
      ]),
    );
    const choose = chooser(plan, c.req.header('accept') ?? null, services);
    const fetched = services.now() - began;
    const rendered = await render(
      plan,
      { main: parts.get('image') as Uint8Array, further },
      choose,
      services,
    );
    return pictureResponse(
      rendered,
      { 'Cache-Control': 'no-store', Vary: 'Accept' },
      fetched,
      services,
      'upload',
    );
  } finally {
    await Promise.all(opened.map((o) => o.cancel()));
  }
}

const UPLOAD_TIMEOUT_MS = 30_000;

/** Opens all or none: where one fails, the others are closed. */
async function openAll(sources: readonly Source[], services: Services): Promise<OpenSource[]> {
  const results = await Promise.allSettled(sources.map((source) => services.sources.open(source)));
  const failed = results.find((result) => result.status === 'rejected');
  const opened = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  if (!failed) return opened;
  await Promise.all(opened.map((o) => o.cancel()));
  throw failed.reason;
}

type Choose = (transparent: boolean, size?: Size) => Format;

function chooser(plan: Plan, accept: string | null, { codecs }: Services): Choose {
  const requested = plan.output.f === 'json' ? 'auto' : plan.output.f;
  return (transparent, size) =>
    negotiate({ accept, requested, transparent, available: codecs, ...(size && { size }) });
}

/** What the key says of the format: both outcomes, since transparency is known only after decoding. */
function formatClass(plan: Plan, choose: Choose): string {
  return plan.output.f === 'json' ? 'json' : `${choose(false)}|${choose(true)}`;
}

function render(plan: Plan, blobs: Blobs, choose: Choose, services: Services): Promise<Rendered> {
  const { config, codecs, now, pause } = services;
  const limits = {
    maxSourcePixels: config.MAX_SOURCE_PIXELS,
    maxResultPixels: config.MAX_RESULT_PIXELS,
    edgeBudgetMs: config.EDGE_BUDGET_MS,
    edgeMemoryBytes: EDGE_MEMORY_BYTES,
  };
  return renderPlan(plan, blobs, choose, { codecs, limits, now, pause });
}

function pictureResponse(
  { blob, mime, extension, estimate, timings }: Rendered,
  headers: Record<string, string>,
  fetched: number,
  { config }: Services,
  name: string,
): Response {
  const steps = timings.steps.map(
    ({ name: step, ms }, i) => [step, ms, estimate.stepMs[i] as number] as const,
  );
  const all = [
    ['fetch', fetched],
    ['decode', timings.decode],
    ...steps,
    ['encode', timings.encode],
  ] as const;
  return new Response(blob as Uint8Array<ArrayBuffer>, {
    headers: {
      'Content-Type': mime,
      'Content-Length': String(blob.length),
      'Content-Disposition': `inline; filename="${name}.${extension}"`,
      'X-Cost': `estimate=${Math.ceil(estimate.ms)}, budget=${config.EDGE_BUDGET_MS}`,
      'Server-Timing': all.map(timing).join(', '),
      ...headers,
    },
  });
}

// In production the clock stands still while code computes: a step that took no time shows its estimate.
function timing([name, ms, predicted]: readonly [string, number, number?]): string {
  const shown = (value: number): string => `${name};dur=${Math.round(10 * value) / 10}`;
  return ms === 0 && predicted !== undefined ? `${shown(predicted)};desc=est` : shown(ms);
}

/** A file name from the source's own, reduced to what is safe in a header. */
function nameOf(source: Source): string {
  const path = source.kind === 'asset' ? source.name : source.url.pathname;
  const last = path.split('/').at(-1) ?? '';
  const stem = last
    .replace(/%[0-9A-F]{2}/gi, '-')
    .replace(/\.[^.]*$/, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-');
  return stem.replace(/^-+|-+$/g, '').slice(0, 80) || 'image';
}

async function store(services: Services, key: string, response: Response): Promise<void> {
  try {
    await services.cache.put(key, response);
  } catch (error) {
    services.log({ event: 'cache_put_failed', message: String(error) });
  }
}
