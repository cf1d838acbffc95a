// Limits clients by the counters of the platform, or by those of this isolate if the platform has none.
import type { Config, RateLimit } from '../config.ts';
import { createWindowLimiter, type RateLimiter } from '../http/access/rate-limit.ts';
import { within } from '../timing.ts';

/** Limit in production if `RATE_LIMIT` is not set. */
const DEFAULT_LIMIT: RateLimit = { count: 60, seconds: 60 };

/** How long the platform's counter may take to answer, in milliseconds. */
const TIMEOUT_MS = 1000;

/** The name of the binding that counts to this limit. */
export const bindingName = ({ count, seconds }: RateLimit): string =>
  `RATE_LIMIT_${count}_PER_${seconds}`;

/** The limit of a configuration; undefined if there is none. */
export function rateLimitOf({
  RATE_LIMIT: limit,
  DEVELOPMENT,
}: Pick<Config, 'RATE_LIMIT' | 'DEVELOPMENT'>): RateLimit | undefined {
  if (limit === 'off') return undefined;
  if (limit !== '') return limit;
  return DEVELOPMENT ? undefined : DEFAULT_LIMIT;
}

/** The limiter of a configuration; undefined if nothing is limited. */
export function createEdgeRateLimiter(
  env: Readonly<Record<string, unknown>>,
  config: Pick<Config, 'RATE_LIMIT' | 'DEVELOPMENT'>,
  timeoutMs = TIMEOUT_MS,
): RateLimiter | undefined {
  const limit = rateLimitOf(config);
  if (!limit) return undefined;
  const alone = createWindowLimiter(limit, () => Date.now());
  const binding = env[bindingName(limit)] as RateLimitBinding | undefined;
  if (!binding) return alone;
  return async (client) => {
    const success = await counted(binding, client, timeoutMs);
    if (success === undefined) return alone(client);
    // The platform does not report when its window ends, so the client waits for a whole one.
    return success ? undefined : limit.seconds;
  };
}

/** Whether the client is within the limit; undefined if the counter fails or is too slow. */
function counted(
  binding: RateLimitBinding,
  key: string,
  timeoutMs: number,
): Promise<boolean | undefined> {
  const asked = binding.limit({ key }).then(
    ({ success }) => success,
    () => undefined,
  );
  return within({ ms: timeoutMs }, asked, () => undefined);
}
