// Wires modules and bindings into the application, and keeps it for later requests.
import type { ShrinkDecoder } from '../codecs/outside/outside.ts';
import type { Config } from '../config.ts';
import { effects } from '../effects/index.ts';
import { createApp } from '../http/app.ts';
import type { Observer, Ports } from '../http/services.ts';
import { noJobs } from '../jobs/no-jobs.ts';
import type { JobService } from '../jobs/service/service.ts';
import { createRenderer, type Renderer } from '../render/renderer.ts';
import { parseAllowList } from '../sources/allow-list.ts';
import { createSourceReader } from '../sources/fetch-source.ts';
import { createEdgeAnswers } from './answers/answers.ts';
import { createAssetReader, createEdgeCache, defaultCache } from './cloudflare.ts';
import type { Env } from './env.ts';
import { createEdgeImages } from './images/images.ts';
import { createIsolate, type Isolate } from './isolate.ts';
import { createJobs } from './jobs/jobs.ts';
import { createEdgeModels } from './models/models.ts';
import { createKeptPictures } from './r2-kept.ts';
import { createObjectReader } from './r2-sources.ts';
import { createEdgeRateLimiter } from './rate-limiter.ts';
import { loopback } from './rendered.ts';
import { readSettings } from './settings.ts';
import { createEdgeVectors } from './vector-store.ts';

/** What all requests share; made with the first one, because its size is a setting. */
let shared: Isolate | undefined;

type App = ReturnType<typeof createApp>;

export type Service = {
  /** What clients reach. */
  app: App;
  /** What the renderer behind Workers Cache answers with; without that cache it is not called. */
  renderer: () => App;
};

/** The service for requests to an origin, under which it keeps what it caches. */
function createService(env: Env, origin: string): Service {
  const config = readSettings(env);
  shared ??= createIsolate(config.EDGE_MEMORY_MIB);
  const isolate = shared;
  const asset = createAssetReader(env.ASSETS);
  const jobs = createJobs(env, config);
  const date = (): number => Date.now();
  const log = (entry: Record<string, unknown>): void => console.log(JSON.stringify(entry));
  const rateLimiter = createEdgeRateLimiter(env, config);
  const { SOURCE_BUCKET } = env;
  const { encoded, metrics, now, wait } = isolate;
  const sources = createSourceReader(
    {
      fetch: (request) => fetch(request),
      asset: (name) => asset(`/samples/${name}`),
      ...(SOURCE_BUCKET && { object: createObjectReader(SOURCE_BUCKET) }),
    },
    {
      allowed: parseAllowList(config.ALLOWED_SOURCES),
      allowPrivate: config.ALLOW_PRIVATE_SOURCES,
      maxBytes: config.MAX_SOURCE_BYTES,
      timeoutMs: config.SOURCE_TIMEOUT_MS,
    },
  );
  const near = createEdgeCache(origin);
  const answerPorts = { near, bucket: env.JOB_BLOBS, encoded, wait, now, date, log };
  const ports: Ports = {
    config,
    renderer: rendererOf(env, config, { isolate, jobs, log, origin }),
    sources,
    encoded,
    cache: createEdgeAnswers(answerPorts, config),
    jobs: jobs ?? noJobs,
    ...(rateLimiter && { rateLimiter }),
    clock: { now, date },
    observer: { metrics, log },
    page: asset,
    ...(config.DEVELOPMENT && SOURCE_BUCKET && { kept: createKeptPictures(SOURCE_BUCKET) }),
    requestId: () => crypto.randomUUID(),
  };
  const rendered = config.WORKERS_CACHE ? { rendered: loopback } : {};
  let renderer: App | undefined;
  return {
    app: createApp({ ...ports, ...rendered }, effects),
    renderer() {
      renderer ??= createApp(rendererPorts(ports), effects);
      return renderer;
    },
  };
}

/** The ports of the renderer. Its requests are counted and logged as such by the application that clients reach. */
function rendererPorts(ports: Ports): Ports {
  const { metrics, log } = ports.observer;
  const observer: Observer = {
    metrics: { ...metrics, request: () => {} },
    log: (entry) => log(entry.event === 'request' ? { ...entry, event: 'rendered' } : entry),
  };
  return { ...ports, observer, isRenderer: true };
}

/** Renders in this isolate; what is too much for it goes to the GPU backend if there is one. */
function rendererOf(
  env: Env,
  config: Config,
  {
    isolate,
    jobs,
    log,
    origin,
  }: {
    isolate: Isolate;
    jobs: JobService | undefined;
    log: (entry: Record<string, unknown>) => void;
    origin: string;
  },
): Renderer {
  const { codecs, limits, gate, kernels, tensors, now, pause } = isolate;
  return createRenderer({
    codecs,
    gate,
    kernels,
    tensors,
    now,
    pause,
    log,
    limits: {
      ...limits,
      maxSourcePixels: config.MAX_SOURCE_PIXELS,
      maxResultPixels: config.MAX_RESULT_PIXELS,
      edgeBudgetMs: config.EDGE_BUDGET_MS,
    },
    places: jobs ? ['edge', 'gpu'] : ['edge'],
    ...(env.IMAGES && { shrinkDecoder: imagesOf(env, env.IMAGES, { isolate, config, log }) }),
    models: createEdgeModels(env.ASSETS, { now }),
    vectors: createEdgeVectors({ origin, cache: defaultCache(), bucket: env.JOB_BLOBS }),
  });
}

/** Most origins that a Worker serves under caches of their own: its domains. A further one uses the cache of the first. */
const MAX_ORIGINS = 8;

const services = new Map<string, Service>();

/** The service for a request. Throws `Error` that names a wrong setting. */
export function serviceFor({ url }: Request, env: Env): Service {
  const { origin } = new URL(url);
  const known = services.get(origin);
  if (known) return known;
  const [first] = services.values();
  if (first && services.size >= MAX_ORIGINS) return first;
  const made = createService(env, origin);
  services.set(origin, made);
  return made;
}

/** The decoder of pictures that are too much for this isolate. */
function imagesOf(
  env: Env,
  binding: ImagesBinding,
  {
    isolate,
    config,
    log,
  }: { isolate: Isolate; config: Config; log: (entry: Record<string, unknown>) => void },
): ShrinkDecoder {
  return createEdgeImages(binding, {
    account: isolate.shrunk,
    count: isolate.metrics.outside,
    log,
    ledgers: env.GPU_DAY,
    perDay: config.IMAGES_PER_DAY,
    date: () => Date.now(),
    newKey: () => crypto.randomUUID(),
  });
}
