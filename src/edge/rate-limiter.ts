// Limits clients by the platform's counters, and where there are none by this isolate's own.
import type { Config, RateLimit } from '../config.ts';
import { createWindowLimiter, type RateLimiter } from '../http/access/rate-limit.ts';
import { within } from '../timing.ts';

/** What is counted in production unless `RATE_LIMIT` says otherwise. */
const USUAL: RateLimit = { count: 60, seconds: 60 };

/** A counter that is slower than this is not waited for, in milliseconds. */
const PATIENCE_MS = 1000;

/** The name of the binding that counts to this limit. */
export const bindingName = ({ count, seconds }: RateLimit): string =>
  `RATE_LIMIT_${count}_PER_${seconds}`;

/** The limit of a configuration; undefined: none. */
export function rateLimitOf({
  RATE_LIMIT: limit,
  DEVELOPMENT,
}: Pick<Config, 'RATE_LIMIT' | 'DEVELOPMENT'>): RateLimit | undefined {
  if (limit === 'off') return undefined;
  if (limit !== '') return limit;
  return DEVELOPMENT ? undefined : USUAL;
}

/** The limiter of a configuration; undefined where nothing is limited. */
export function createEdgeRateLimiter(
  env: Readonly<Record<string, unknown>>,
  config: Pick<Config, 'RATE_LIMIT' | 'DEVELOPMENT'>,
  patienceMs = PATIENCE_MS,
): RateLimiter | undefined {
  const limit = rateLimitOf(config);
  if (!limit) return undefined;
  const alone = createWindowLimiter(limit, () => Date.now());
  const binding = env[bindingName(limit)] as RateLimitBinding | undefined;
  if (!binding) return alone;
  return async (client) => {
    const success = await counted(binding, client, patienceMs);
    if (success === undefined) return alone(client);
    // When the platform's window ends is not known.
    return success ? undefined : limit.seconds;
  };
}

/** Whether the client is within the limit; undefined where the counter does not say. */
function counted(
  binding: RateLimitBinding,
  key: string,
  patienceMs: number,
): Promise<boolean | undefined> {
  const asked = binding.limit({ key }).then(
    ({ success }) => success,
    () => undefined,
  );
  return within({ ms: patienceMs }, asked, () => undefined);
}
