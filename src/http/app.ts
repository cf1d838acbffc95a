// The application: the routes, and the headers, log line and error handling that all responses share.
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { requestId } from 'hono/request-id';
import type { Effect } from '../effects/effect.ts';
import { AppError } from '../errors.ts';
import { planRules } from './catalogue/presets.ts';
import { drainBody } from './drain-body.ts';
import { createJobIndex } from './jobs/job-index.ts';
import { recordRequest } from './observe/record-request.ts';
import { problemResponse } from './problem.ts';
import { knownPaths, methodsByPath, type Route, routes } from './routes.ts';
import type { Ports, Services } from './services.ts';
import { createRequestFiles } from './transform/source-files.ts';

/** Headers that scripts of other origins may read in a response, and send with a request. */
const exposeHeaders = [
  'Age',
  'ETag',
  'Content-Length',
  'Location',
  'Preference-Applied',
  'Retry-After',
  'Server-Timing',
  'X-Cost',
  'X-Error',
  'X-Request-Id',
  'X-Status',
  'Cache-Status',
];
const allowHeaders = [
  'Accept',
  'Authorization',
  'Content-Type',
  'If-None-Match',
  'Last-Event-ID',
  'Prefer',
  'X-Signature',
];
/** How long browsers may keep the answer to a preflight, in seconds. */
const PREFLIGHT_SECONDS = 86_400;

type Env = { Variables: { requestId: string } };

/** The service as a Hono application. Throws `Error` if the configuration is wrong. */
export function createApp(ports: Ports, effects: readonly Effect[]): Hono<Env> {
  const services: Services = {
    ...ports,
    rules: planRules(ports.config, effects),
    files: createRequestFiles(ports),
    jobIndex: createJobIndex(ports.jobs, ports.observer.log),
  };
  const app = new Hono<Env>();
  // An empty header name keeps hono from using an id that the client sent.
  app.use(requestId({ headerName: '', generator: services.requestId }));
  app.use(finish(services));
  for (const [path, methods] of methodsByPath) {
    const allowMethods = [methods];
    const maxAge = PREFLIGHT_SECONDS;
    app.use(path, cors({ origin: '*', exposeHeaders, allowHeaders, maxAge, allowMethods }));
  }
  for (const route of routes) app.on(route.method, route.path, (c) => answer(c, route, services));
  for (const [path, methods] of methodsByPath) app.all(path, (c) => refuseMethod(c, methods));
  app.notFound(() =>
    problemResponse(new AppError('not_found', knownPaths), {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Expose-Headers': exposeHeaders.join(','),
    }),
  );
  app.onError((error, c) => {
    if (!(error instanceof AppError))
      services.observer.log({
        event: 'internal_error',
        request: c.get('requestId'),
        message: error.message,
        stack: error.stack,
      });
    return problemResponse(error);
  });
  return app;
}

/** Records a request once it is answered, and adds the headers that every response has. */
function finish({ clock, observer }: Services): MiddlewareHandler<Env> {
  return async (c, next) => {
    const id = c.get('requestId');
    const began = clock.now();
    await next();
    recordRequest(c, observer, { id, ms: clock.now() - began });
    const { headers } = c.res;
    headers.set('X-Request-Id', id);
    headers.set('X-Content-Type-Options', 'nosniff');
    headers.set('Referrer-Policy', 'no-referrer');
    // Pages that isolate themselves may show the pictures, and pages may measure how long they took.
    headers.set('Cross-Origin-Resource-Policy', 'cross-origin');
    headers.set('Timing-Allow-Origin', '*');
    // Answers to preflights lack `Allow`; refusals of a method already have it.
    const methods = headers.get('Access-Control-Allow-Methods');
    if (methods !== null) headers.set('Allow', methods);
    if (!headers.has('Content-Security-Policy'))
      headers.set('Content-Security-Policy', "default-src 'none'");
    if (c.res.status >= 400) await drainBody(c.req.raw.body);
  };
}

function answer(c: Context, route: Route, services: Services): Response | Promise<Response> {
  const response = route.answer(c, services);
  if (!route.runsToEnd) return response;
  const done = () => {};
  c.executionCtx.waitUntil(Promise.resolve(response).then(done, done));
  return response;
}

function refuseMethod(c: Context, methods: string): Response {
  const message = `expected ${methods}, got ${c.req.method}`;
  return problemResponse(new AppError('method_not_allowed', message), { Allow: methods });
}
