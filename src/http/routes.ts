// All routes. Registration, 405 and `Allow`, the text of 404, labels of metrics, and the paths of OpenAPI come from this table.
import type { Context } from 'hono';
import { purgeSource } from './access/purge.ts';
import { PIPELINE_VERSION } from './caching.ts';
import { offered } from './catalogue/catalogue.ts';
import { openApi } from './catalogue/openapi.ts';
import * as docs from './catalogue/operations.ts';
import * as jobDocs from './catalogue/operations-jobs.ts';
import { PLAN_SCHEMA_PATH, planSchemaDocument } from './catalogue/plan-schema.ts';
import { cancelJob, jobEvents, jobPreview, jobResult, jobState } from './jobs/jobs.ts';
import { submitToJobs } from './jobs/submit.ts';
import { sendMetrics } from './observe/send-metrics.ts';
import { keepPicture } from './page/keep-picture.ts';
import { sendDocsFile, sendPageFile } from './page/send.ts';
import type { Services } from './services.ts';
import { transformSource } from './transform/get.ts';
import { transformUpload } from './transform/post.ts';
import { VERSION } from './version.ts';

export type Route = {
  /** Label in metrics and in the log. */
  name: string;
  method: 'GET' | 'POST' | 'DELETE';
  /** Pattern of the path: `:id` is one part, `*` at the end is anything. GET answers HEAD too. */
  path: string;
  answer: (c: Context, services: Services) => Response | Promise<Response>;
  /** Whether the work must continue after the client disconnects, so that it releases what it holds. */
  runsToEnd?: boolean;
  /** Its operation in OpenAPI; the page has none. */
  doc?: docs.Operation;
};

const STATIC = { 'Cache-Control': 'public, max-age=300' };
const NO_STORE = { 'Cache-Control': 'no-store' };

export const routes: readonly Route[] = [
  {
    name: 'transform',
    method: 'GET',
    path: '/t/*',
    doc: docs.transform,
    answer: transformSource,
    runsToEnd: true,
  },
  {
    name: 'upload',
    method: 'POST',
    path: '/t/*',
    doc: docs.transformUpload,
    answer: transformUpload,
    runsToEnd: true,
  },
  {
    name: 'submit',
    method: 'POST',
    path: '/v1/jobs',
    doc: jobDocs.submit,
    answer: submitToJobs,
    runsToEnd: true,
  },
  { name: 'job', method: 'GET', path: '/v1/jobs/:id', doc: jobDocs.job, answer: jobState },
  { name: 'job', method: 'DELETE', path: '/v1/jobs/:id', doc: jobDocs.cancel, answer: cancelJob },
  {
    name: 'events',
    method: 'GET',
    path: '/v1/jobs/:id/events',
    doc: jobDocs.events,
    answer: jobEvents,
  },
  {
    name: 'result',
    method: 'GET',
    path: '/v1/jobs/:id/result',
    doc: jobDocs.result,
    answer: jobResult,
  },
  {
    name: 'preview',
    method: 'GET',
    path: '/v1/jobs/:id/preview',
    doc: jobDocs.preview,
    answer: jobPreview,
  },
  { name: 'purge', method: 'DELETE', path: '/v1/cache', doc: docs.purge, answer: purgeSource },
  {
    name: 'effects',
    method: 'GET',
    path: '/v1/effects',
    doc: docs.effects,
    answer: (c, services) => c.json(offered(services), 200, STATIC),
  },
  {
    name: 'keep',
    method: 'POST',
    path: '/v1/pictures',
    doc: docs.keepPicture,
    answer: keepPicture,
  },
  {
    name: 'plan-schema',
    method: 'GET',
    path: PLAN_SCHEMA_PATH,
    doc: docs.planSchema,
    answer: (c, { rules }) =>
      c.body(
        JSON.stringify(planSchemaDocument(rules, new URL(PLAN_SCHEMA_PATH, c.req.url).href)),
        200,
        {
          ...STATIC,
          'Content-Type': 'application/schema+json',
        },
      ),
  },
  {
    name: 'openapi',
    method: 'GET',
    path: '/openapi.json',
    doc: docs.openApiDocument,
    answer: (c, { rules }) => c.json(openApi(rules, routes), 200, STATIC),
  },
  {
    name: 'health',
    method: 'GET',
    path: '/health',
    doc: docs.health,
    answer: (c) =>
      c.json({ status: 'ok', version: VERSION, pipeline: PIPELINE_VERSION }, 200, NO_STORE),
  },
  {
    name: 'metrics',
    method: 'GET',
    path: '/metrics',
    doc: docs.metrics,
    answer: sendMetrics,
  },
  { name: 'page', method: 'GET', path: '/', answer: sendPageFile },
  { name: 'page', method: 'GET', path: '/page/*', answer: sendPageFile },
  { name: 'page', method: 'GET', path: '/samples/*', answer: sendPageFile },
  // Links in the documentation are relative to its folder.
  { name: 'page', method: 'GET', path: '/docs', answer: (c) => c.redirect('/docs/', 308) },
  { name: 'page', method: 'GET', path: '/docs/*', answer: sendDocsFile },
  { name: 'page', method: 'GET', path: '/llms.txt', answer: sendPageFile },
];

/** Name for requests that no route answers, preflights included. */
const OTHER = 'other';

/** All names. The set is closed, so that clients cannot add labels to the metrics. */
export const routeNames: readonly string[] = [...new Set(routes.map(({ name }) => name)), OTHER];

/** The methods of each path, written as in `Allow`. */
export const methodsByPath: ReadonlyMap<string, string> = new Map(
  routes.map(({ path }) => {
    const methods = routes.filter((route) => route.path === path).map(({ method }) => method);
    const all = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
    return [path, [...all, 'OPTIONS'].join(', ')];
  }),
);

/** Lists the known paths, for the message of 404. */
export const knownPaths: string = `expected ${[...methodsByPath.keys()]
  .filter((path) => !path.includes(':'))
  .map((path) => path.replace('*', '…'))
  .join(', ')}`;

const patterns = routes.map((route) => {
  const pattern = route.path.replaceAll('.', '\\.').replace(/:\w+/g, '[^/]+').replace('*', '[^]*');
  return { ...route, pattern: new RegExp(`^${pattern}$`) };
});

/** The name of the route that answers a method and a path. */
export function routeOf(method: string, path: string): string {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const found = patterns.find((route) => route.method === wanted && route.pattern.test(path));
  return found?.name ?? OTHER;
}
