// Counts each client's uploads, submitted jobs and unsigned requests for new pictures, and refuses those over the limit.
import type { Context } from 'hono';
import type { RateLimit } from '../../config.ts';
import { AppError } from '../../errors.ts';
import { ipv6Groups } from '../../sources/ipv6-groups.ts';

/** Counts one request of a client. Returns undefined within the limit, else the seconds to wait before asking again. */
export type RateLimiter = (client: string) => Promise<number | undefined>;

/** The client that all requests without a usable address are counted under. */
const UNKNOWN = 'unknown';

/** Most clients that an isolate counts at a time; one more replaces the oldest. */
const MAX_CLIENTS = 10_000;

/** Throws `rate_limited` if the client is over its limit. A request counts once, however often this is called. */
export async function countRequest(
  c: Context,
  rateLimiter: RateLimiter | undefined,
): Promise<void> {
  if (!rateLimiter || c.get('counted')) return;
  c.set('counted', true);
  const retryAfter = await rateLimiter(clientOf(c.req.header('cf-connecting-ip') ?? null));
  if (retryAfter === undefined) return;
  throw new AppError(
    'rate_limited',
    'expected fewer uploads, jobs and new pictures from this client',
    {
      retryable: true,
      retryAfter,
    },
  );
}

/**
 * The client of an address: the address itself for IPv4, its first 64 bits for IPv6, which belong to one customer. The platform sends the
 * address in `CF-Connecting-IP`; all requests without a valid one count as one client.
 */
export function clientOf(address: string | null): string {
  const text = address?.trim() ?? '';
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return text;
  if (!/^[0-9a-f:.]{2,45}$/i.test(text) || !URL.canParse(`http://[${text}]/`)) return UNKNOWN;
  const groups = ipv6Groups(new URL(`http://[${text}]/`).hostname.slice(1, -1)) ?? [];
  const isMapped = groups.slice(0, 6).join() === '0,0,0,0,0,65535';
  if (isMapped)
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 255])
      .join('.');
  const prefix = groups.slice(0, 4).map((group) => group.toString(16));
  return `${prefix.join(':')}::/64`;
}

/** Counts in this isolate only, in windows that begin for all clients at the same time; `now` is in milliseconds. */
export function createWindowLimiter(
  { count, seconds }: RateLimit,
  now: () => number,
  maxClients: number = MAX_CLIENTS,
): RateLimiter {
  const counts = new Map<string, number>();
  let window = Number.NaN;
  return async (client) => {
    const at = now() / (1000 * seconds);
    if (Math.floor(at) !== window) {
      counts.clear();
      window = Math.floor(at);
    }
    const used = counts.get(client) ?? 0;
    if (used >= count) return Math.max(1, Math.ceil((window + 1 - at) * seconds));
    if (used === 0 && counts.size >= maxClients) counts.delete(counts.keys().next().value ?? '');
    counts.set(client, used + 1);
    return undefined;
  };
}
