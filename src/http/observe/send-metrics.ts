// Answers `GET /metrics`.
import type { Context } from 'hono';
import { digestOf } from '../../crypto.ts';
import { AppError } from '../../errors.ts';
import { METRICS_TYPE } from '../../prometheus.ts';
import { bearerToken } from '../access/bearer.ts';
import type { Services } from '../services.ts';

/** The counts of this isolate in Prometheus' text format. Throws `not_allowed` without the token of `METRICS_TOKEN`. */
export async function sendMetrics(c: Context, services: Services): Promise<Response> {
  await checkReader(c, services);
  return new Response(services.observer.metrics.text(), {
    headers: { 'Cache-Control': 'no-store', 'Content-Type': METRICS_TYPE },
  });
}

async function checkReader(
  c: Context,
  { config: { METRICS_TOKEN, DEVELOPMENT } }: Pick<Services, 'config'>,
): Promise<void> {
  if (METRICS_TOKEN === 'public' || (METRICS_TOKEN === '' && DEVELOPMENT)) return;
  if (METRICS_TOKEN === '')
    throw new AppError('not_allowed', 'expected METRICS_TOKEN to be set, nobody may read metrics');
  const given = bearerToken(c);
  // Digests are compared, so that the time tells nothing about the token.
  const same = given !== undefined && (await digestOf(given)) === (await digestOf(METRICS_TOKEN));
  if (!same)
    throw new AppError('not_allowed', 'Authorization: expected Bearer and the token for metrics');
}
