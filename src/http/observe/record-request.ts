// Adds an answered request to the metrics and the log.
import type { Context } from 'hono';
import { priceOf } from '../../cost/rates.ts';
import type { ErrorCode } from '../../errors.ts';
import type { Rendered } from '../../render/render.ts';
import { routeOf } from '../routes.ts';
import type { Observer } from '../services.ts';
import type { Metrics } from './metrics.ts';
import { detailsOf } from './request-details.ts';
import { requestLog } from './request-log.ts';

/** The status, as other servers count it, of a request whose client has left before its turn came. */
const CLIENT_GONE = 499;

/** Call this when the response is ready; `ms` is the time since the request arrived. */
export function recordRequest(
  c: Context,
  { metrics, log }: Observer,
  { id, ms }: { id: string; ms: number },
): void {
  const { headers } = c.res;
  const route = routeOf(c.req.method, new URL(c.req.url).pathname);
  const error = (headers.get('X-Error') ?? undefined) as ErrorCode | undefined;
  // No request was refused, so this must not count as a busy service.
  const isGone = error === 'busy' && c.req.raw.signal.aborted;
  const [status, code] = isGone ? [CLIENT_GONE, undefined] : [c.res.status, error];
  const { plan, cache, bytesIn, rendered, job, submitted } = detailsOf(c);
  metrics.request({ route, code: code ?? status, seconds: ms / 1000 });
  if (cache) metrics.cache(cache);
  if (job) metrics.job(submitted ? 'submitted' : 'asked', job.state);
  if (rendered) countWork(metrics, rendered);
  // Health checks and scrapes are frequent; logging them would hide the other requests.
  if (route === 'health' || route === 'metrics') return;
  log(
    requestLog({
      id,
      method: c.req.method,
      route,
      status,
      code,
      ms,
      cache,
      plan,
      bytesIn,
      job,
      ...(rendered && {
        format: rendered.extension,
        bytesOut: rendered.blob.length,
        size: rendered.size,
        predicted: {
          ms: rendered.estimate.ms,
          bytes: rendered.estimate.bytes + rendered.estimate.heap,
          work: rendered.estimate.work,
        },
        queueMs: rendered.timings.queue,
        steps: rendered.timings.steps,
      }),
    }),
  );
}

function countWork(metrics: Metrics, { estimate, timings }: Rendered): void {
  const { vectors, decode, steps, encode } = estimate.stages;
  const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0);
  const seconds = (predicted: number, measured: number) => ({
    predicted: predicted / 1000,
    measured: measured / 1000,
  });
  metrics.work('decode', seconds(priceOf(decode), timings.decode));
  metrics.work(
    'effects',
    seconds(
      priceOf(vectors) + sum(steps.map((work) => priceOf(work))),
      (timings.vectors?.making ?? 0) + sum(timings.steps.map((step) => step.ms)),
    ),
  );
  metrics.work('encode', seconds(priceOf(encode), timings.encode));
}
