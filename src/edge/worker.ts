// Entry of the Cloudflare Worker: wires modules and bindings into the application.
import type { Hono } from 'hono';
import { readConfig } from '../config.ts';
import { effects } from '../effects/index.ts';
import { createApp } from '../http/app.ts';
import { problemResponse } from '../http/problem.ts';
import { parseAllowList } from '../sources/allow-list.ts';
import { createSourceReader } from '../sources/fetch-source.ts';
import { checkBase } from '../sources/source-url.ts';
import { createEdgeAnswers } from './answers/answers.ts';
import { createAssetReader, createEdgeCache, defaultCache } from './cloudflare.ts';
import type { Env } from './env.ts';
import { createIsolate } from './isolate.ts';
import { createJobs } from './jobs/jobs.ts';
import { createEdgeModels } from './models/models.ts';
import { createObjectReader } from './r2-sources.ts';
import { createEdgeRateLimiter } from './rate-limiter.ts';
import { createEdgeVectors } from './vector-store.ts';

export { GpuDay, JobObject, JobWorkflow } from './jobs/jobs.ts';

const isolate = createIsolate();

function createService(env: Env): ReturnType<typeof createApp> {
  const config = readConfig(env);
  checkBase(config.SOURCE_BASE);
  const asset = createAssetReader(env.ASSETS);
  const jobs = createJobs(env, config);
  const date = (): number => Date.now();
  const log = (entry: Record<string, unknown>): void => console.log(JSON.stringify(entry));
  const rateLimiter = createEdgeRateLimiter(env, config);
  const { SOURCE_BUCKET } = env;
  return createApp({
    ...isolate,
    ...(jobs && { jobs }),
    ...(rateLimiter && { rateLimiter }),
    config,
    effects,
    sources: createSourceReader(
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
    ),
    cache: createEdgeAnswers(
      { ...isolate, near: createEdgeCache(), bucket: env.JOB_BLOBS, date, log },
      config,
    ),
    models: createEdgeModels(env.ASSETS, isolate),
    vectors: createEdgeVectors({ cache: defaultCache(), bucket: env.JOB_BLOBS }),
    page: asset,
    date,
    requestId: () => crypto.randomUUID(),
    log,
  });
}

let service: ReturnType<typeof createApp> | undefined;

export default {
  fetch(request: Request, env: Env, context: { waitUntil: (promise: Promise<unknown>) => void }) {
    try {
      service ??= createService(env);
    } catch (error) {
      console.error(JSON.stringify({ event: 'misconfigured', message: String(error) }));
      return problemResponse(error, { 'X-Request-Id': crypto.randomUUID() });
    }
    return service.fetch(request, env, context as Parameters<Hono['fetch']>[2]);
  },
};
