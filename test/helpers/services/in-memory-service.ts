// The application on in-memory ports: sources by URL, a cache, a readable log, counting codecs.
import type { ExecutionContext } from 'hono';
import { createAnswerCache } from '../../../src/cache/answer-cache.ts';
import { createPurges } from '../../../src/cache/purges.ts';
import type { ResponseCache } from '../../../src/cache/response-cache.ts';
import type { Codec, Codecs, OutputFormat } from '../../../src/codecs/codec.ts';
import type { ShrinkDecoder } from '../../../src/codecs/outside/outside.ts';
import { readConfig } from '../../../src/config.ts';
import type { Effect } from '../../../src/effects/effect.ts';
import { effects as allEffects } from '../../../src/effects/index.ts';
import { AppError } from '../../../src/errors.ts';
import { createByteAccount } from '../../../src/gate/byte-account.ts';
import { createGate, type GateLimits, gateLimits } from '../../../src/gate/gate.ts';
import type { RateLimiter } from '../../../src/http/access/rate-limit.ts';
import { createApp } from '../../../src/http/app.ts';
import { createMetrics } from '../../../src/http/observe/metrics.ts';
import type { KeptPictures } from '../../../src/http/page/keep-picture.ts';
import type { Ports } from '../../../src/http/services.ts';
import { type RenderedAnswers, rendererRequest } from '../../../src/http/transform/rendered.ts';
import { noJobs } from '../../../src/jobs/no-jobs.ts';
import type { JobService } from '../../../src/jobs/service/service.ts';
import { createRenderer } from '../../../src/render/renderer.ts';
import type { VectorStore } from '../../../src/render/vectors.ts';
import { parseAllowList } from '../../../src/sources/allow-list.ts';
import { createSourceReader } from '../../../src/sources/fetch-source.ts';
import { kernels } from '../pixel-kernels.ts';

export type ServiceParts = {
  codecs: Codecs;
  /** Configuration by environment variables. */
  vars?: Record<string, string>;
  /** Files by their URLs, which all begin with `https://pictures.example/`. */
  pictures?: Readonly<Record<string, Uint8Array>>;
  /** Reads a sample picture by its name; there is none without. */
  asset?: (name: string) => Promise<Response | undefined>;
  /** Objects of the bucket by their keys; there is none without. */
  objects?: Readonly<Record<string, Uint8Array>>;
  /** Keeps pictures for the page; nothing does without. */
  kept?: KeptPictures;
  /** HTML by the paths of its files, such as `/index.html`. */
  pages?: Readonly<Record<string, string>>;
  rateLimiter?: RateLimiter;
  /** Answer of a source instead of its file. */
  respond?: (request: Request) => Response | undefined | Promise<Response | undefined>;
  gateLimits?: Partial<GateLimits>;
  /** Bytes of files that requests may hold. */
  encodedBytes?: number;
  effects?: readonly Effect[];
  jobs?: JobService;
  /** Names of the installed models; a test may add some. */
  models?: readonly string[];
  vectors?: VectorStore;
  /** Decodes what the service does not; nothing does without. */
  shrinkDecoder?: ShrinkDecoder;
  /** Milliseconds since 1970. */
  date?: () => number;
  /** Puts a cache of the platform in front of a renderer; clients then reach an application that asks it. */
  platform?: (
    renderer: (request: Request, context: unknown) => Promise<Response>,
  ) => RenderedAnswers;
};

export const PICTURES = 'https://pictures.example/';

const MEMORY = 2 ** 27;

const missing = (name: string): AppError =>
  new AppError('model_missing', `the model ${name} is not installed, run: npm run models ${name}`);

/** A service with nothing stored and nothing logged. */
export function createInMemoryService({ vars = {}, pictures = {}, ...parts }: ServiceParts) {
  const config = readConfig({ ALLOWED_SOURCES: PICTURES, METRICS_TOKEN: 'public', ...vars });
  const stored = new Map<string, { body: ArrayBuffer; headers: Headers }>();
  const { models = [] } = parts;
  const lines: Record<string, unknown>[] = [];
  const fetched: string[] = [];
  const log = (entry: Record<string, unknown>): void => void lines.push(entry);
  const date = parts.date ?? (() => Date.now());
  const store: ResponseCache = {
    async match(key) {
      const known = stored.get(key);
      return known && new Response(known.body, { headers: known.headers });
    },
    async put(key, response) {
      stored.set(key, { body: await response.arrayBuffer(), headers: response.headers });
    },
    delete: async (key) => void stored.delete(key),
  };
  const now = (): number => performance.now();
  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const gate = createGate({
    capacityBytes: MEMORY,
    heaps: () => ({ small: 0, large: 0 }),
    wait,
    now,
    limits: { ...parts.gateLimits, patient: { ...gateLimits.patient, ...parts.gateLimits } },
  });
  const encoded = createByteAccount({ capacityBytes: parts.encodedBytes ?? MEMORY, wait, now });
  let serial = 0;
  const metrics = createMetrics(() => {
    const { exclusive, light, ...work } = gate.state();
    return {
      inFlight: { exclusive, light },
      accounts: { work, encoded: encoded.state() },
      heaps: { all: 0 },
    };
  });
  const renderer = createRenderer({
    codecs: parts.codecs,
    limits: {
      maxSourcePixels: config.MAX_SOURCE_PIXELS,
      maxResultPixels: config.MAX_RESULT_PIXELS,
      edgeBudgetMs: config.EDGE_BUDGET_MS,
      edgeMemoryBytes: MEMORY,
      edgeHeapBytes: MEMORY,
    },
    places: parts.jobs ? ['edge', 'gpu'] : ['edge'],
    gate,
    models: {
      async model(name) {
        if (!models.includes(name)) throw missing(name);
        return new Map();
      },
      async check(name) {
        if (!models.includes(name)) throw missing(name);
      },
    },
    ...(parts.vectors && { vectors: parts.vectors }),
    ...(parts.shrinkDecoder && { shrinkDecoder: parts.shrinkDecoder }),
    now,
    kernels,
    pause: () => wait(0),
    log,
  });
  const ports: Ports = {
    config,
    renderer,
    jobs: parts.jobs ?? noJobs,
    encoded,
    sources: createSourceReader(
      {
        async fetch(request) {
          const { url } = request;
          fetched.push(url);
          const instead = await parts.respond?.(request);
          if (instead) return instead;
          const file = pictures[url];
          return file
            ? new Response(file as Uint8Array<ArrayBuffer>, { headers: { ETag: '"1"' } })
            : new Response('no', { status: 404 });
        },
        asset: parts.asset ?? (async () => undefined),
        ...(parts.objects && {
          async object(key) {
            const file = parts.objects?.[key];
            fetched.push(`r2:${key}`);
            return (
              file &&
              new Response(file as Uint8Array<ArrayBuffer>, { headers: { ETag: `"${key}"` } })
            );
          },
        }),
      },
      {
        allowed: parseAllowList(config.ALLOWED_SOURCES),
        allowPrivate: false,
        maxBytes: config.MAX_SOURCE_BYTES,
        timeoutMs: config.SOURCE_TIMEOUT_MS,
      },
    ),
    cache: createAnswerCache({
      store,
      purges: createPurges({ near: store, wait, date, log }),
      wait,
      now,
      date,
      log,
    }),
    ...(parts.rateLimiter && { rateLimiter: parts.rateLimiter }),
    ...(parts.kept && { kept: parts.kept }),
    page: async (path) => {
      const text = parts.pages?.[path];
      return text === undefined
        ? undefined
        : new Response(text, { headers: { 'Content-Type': 'text/html' } });
    },
    clock: { now, date },
    observer: { log, metrics },
    requestId: () => `request-${++serial}`,
  };
  const effects = parts.effects ?? allEffects;
  const behind = parts.platform && createApp({ ...ports, isRenderer: true }, effects);
  const rendered =
    behind &&
    parts.platform?.(async (request, context) =>
      behind.request(rendererRequest(request), {}, {}, context as ExecutionContext),
    );
  const app = createApp({ ...ports, ...(rendered && { rendered }) }, effects);
  return {
    /** The log, line by line. */
    lines,
    /** Keys of stored answers. */
    keys: (): string[] => [...stored.keys()].filter((key) => !key.startsWith('purges/')),
    /** Requested URLs, in order. */
    fetched,
    gate,
    /** Bytes of files that requests hold. */
    heldBytes: (): number => encoded.state().bytes,
    /** Requests that wait for memory for their files. */
    waitingForBytes: (): number => encoded.state().queued,
    /** Resolves when the request and all its background work are done. */
    async ask(path: string, init?: RequestInit): Promise<Response> {
      const pending: Promise<unknown>[] = [];
      const context = {
        waitUntil: (promise: Promise<unknown>) => pending.push(promise),
        passThroughOnException: () => {},
        props: {},
      };
      const response = await app.request(`https://tessera.example${path}`, init, {}, context);
      // Background work may start more background work.
      while (pending.length > 0) await Promise.allSettled(pending.splice(0));
      return response;
    },
  };
}

/** The same codecs, which count decodes and encodes, and wait for `hold` before decoding. */
export function countingCodecs(codecs: Codecs, hold: () => Promise<void> = async () => {}) {
  const counts = { decoded: 0, encoded: 0 };
  const counting: Codecs = {};
  for (const [format, codec] of Object.entries(codecs) as [OutputFormat, Codec][]) {
    counting[format] = {
      ...codec,
      async decode(bytes, options) {
        counts.decoded++;
        await hold();
        return codec.decode(bytes, options);
      },
      encode(image, options) {
        counts.encoded++;
        return codec.encode(image, options);
      },
    };
  }
  return { codecs: counting, counts };
}

/** A URL as the value of an option that names a further image. */
export const asOption = (url: string): string => `b64:${Buffer.from(url).toString('base64url')}`;
