// The routes, and what every response has in common.
import { type Context, Hono } from 'hono';
import type { Effect } from '../effects/effect.ts';
import { AppError } from '../errors.ts';
import { METRICS_TYPE } from '../prometheus.ts';
import { purgeSource } from './access/purge.ts';
import { offered } from './catalogue/catalogue.ts';
import { openApi } from './catalogue/openapi.ts';
import { planRules } from './catalogue/presets.ts';
import { drainBody } from './drain-body.ts';
import { cancelJob, jobEvents, jobPreview, jobResult, jobState } from './jobs/jobs.ts';
import { submitToJobs } from './jobs/submit.ts';
import { recordRequest } from './observe/record-request.ts';
import { openPage } from './page/open.ts';
import { sendPage } from './page/send.ts';
import { problemResponse } from './problem.ts';
import type { Services } from './services.ts';
import { transformSource } from './transform/get.ts';
import { transformUpload } from './transform/post.ts';

const exposed =
  'Age, ETag, Content-Length, Location, Preference-Applied, Retry-After, Server-Timing, X-Cost, X-Error, X-Request-Id, X-Status, Cache-Status';
const sent =
  'Accept, Authorization, Content-Type, If-None-Match, Last-Event-ID, Prefer, X-Signature';
const PAGE_POLICY =
  "default-src 'none'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const STATIC_FRESHNESS = 'public, max-age=300';

type Variables = { requestId: string };

/** The service as a Hono application. Throws `Error` where the configuration is wrong. */
export function createApp(
  ports: Omit<Services, 'rules'>,
  effects: readonly Effect[],
): Hono<{ Variables: Variables }> {
  const rules = planRules(ports.config, effects);
  const services: Services = { ...ports, rules };
  const { clock, observer } = services;
  const app = new Hono<{ Variables: Variables }>();

  app.use(async (c, next) => {
    const id = services.requestId();
    const began = clock.now();
    c.set('requestId', id);
    await next();
    recordRequest(c, observer, { id, ms: clock.now() - began });
    const { headers } = c.res;
    headers.set('X-Request-Id', id);
    headers.set('X-Content-Type-Options', 'nosniff');
    headers.set('Access-Control-Allow-Origin', '*');
    headers.set('Access-Control-Expose-Headers', exposed);
    headers.set('Referrer-Policy', 'no-referrer');
    if (!headers.has('Content-Security-Policy'))
      headers.set('Content-Security-Policy', "default-src 'none'");
    if (c.res.status >= 400) await drainBody(c.req.raw.body);
  });

  app.get('/t/*', (c) => toItsEnd(c, transformSource(c, services)));
  app.post('/t/*', (c) => toItsEnd(c, transformUpload(c, services)));
  allow(app, '/t/*', 'GET, HEAD, POST, OPTIONS');

  app.post('/v1/jobs', (c) => toItsEnd(c, submitToJobs(c, services)));
  allow(app, '/v1/jobs', 'POST, OPTIONS');
  app.get('/v1/jobs/:id', (c) => jobState(c, services));
  app.delete('/v1/jobs/:id', (c) => cancelJob(c, services));
  allow(app, '/v1/jobs/:id', 'GET, HEAD, DELETE, OPTIONS');

  app.delete('/v1/cache', (c) => purgeSource(c, services));
  allow(app, '/v1/cache', 'DELETE, OPTIONS');

  const readable: Record<string, (c: Context) => Response | Promise<Response>> = {
    '/v1/jobs/:id/events': (c) => jobEvents(c, services),
    '/v1/jobs/:id/result': (c) => jobResult(c, services),
    '/v1/jobs/:id/preview': (c) => jobPreview(c, services),
    '/v1/effects': (c) => c.json(offered(rules), 200, { 'Cache-Control': STATIC_FRESHNESS }),
    '/openapi.json': (c) => c.json(openApi(rules.open), 200, { 'Cache-Control': STATIC_FRESHNESS }),
    '/metrics': () =>
      new Response(observer.metrics.text(), {
        headers: { 'Content-Type': METRICS_TYPE, 'Cache-Control': 'no-store' },
      }),
    '/health': (c) => c.json({ status: 'ok' }, 200, { 'Cache-Control': 'no-store' }),
    '/': async (c) => sendPage(c, await openPage(await pageFile(c, services), rules)),
    '/page/*': async (c) => sendPage(c, await pageFile(c, services)),
    '/samples/*': async (c) => sendPage(c, await pageFile(c, services)),
  };
  for (const [path, handler] of Object.entries(readable)) {
    app.get(path, handler);
    allow(app, path, 'GET, HEAD, OPTIONS');
  }

  app.notFound(() =>
    problemResponse(
      new AppError(
        'not_found',
        'expected /, /t/…, /v1/jobs, /v1/cache, /v1/effects, /openapi.json, /health or /metrics',
      ),
    ),
  );
  app.onError((error, c) => {
    if (!(error instanceof AppError))
      observer.log({
        event: 'internal_error',
        request: c.get('requestId'),
        message: error.message,
        stack: error.stack,
      });
    return problemResponse(error);
  });
  return app;
}

/** Work goes on where the client leaves: what it holds is given back only at its end. */
function toItsEnd(c: Context, answer: Promise<Response>): Promise<Response> {
  const done = () => {};
  c.executionCtx.waitUntil(answer.then(done, done));
  return answer;
}

// Every other method: OPTIONS is a preflight, the rest is refused.
function allow(app: Hono<{ Variables: Variables }>, path: string, methods: string): void {
  app.all(path, (c) => {
    if (c.req.method === 'OPTIONS') {
      return new Response(null, {
        status: 204,
        headers: {
          Allow: methods,
          'Access-Control-Allow-Methods': methods,
          'Access-Control-Allow-Headers': sent,
          'Access-Control-Max-Age': '86400',
        },
      });
    }
    return problemResponse(
      new AppError('method_not_allowed', `expected ${methods}, got ${c.req.method}`),
      { Allow: methods },
    );
  });
}

async function pageFile(c: Context, services: Services): Promise<Response> {
  const file = await services.page(new URL(c.req.url).pathname);
  if (!file) throw new AppError('not_found', 'there is no such file');
  const headers = new Headers(file.headers);
  headers.set('Content-Security-Policy', PAGE_POLICY);
  return new Response(file.body, { status: file.status, headers });
}
