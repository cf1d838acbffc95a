// URLs that end: refused from then on, and fresh no longer than until then.
import { paramError } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Services } from '../services.ts';

type Clock = Pick<Services, 'date'>;

/** Throws `expired`. */
export function checkExpiry({ output: { exp } }: Plan, { date }: Clock): void {
  if (exp === undefined || date() < 1000 * exp) return;
  throw paramError({
    code: 'expired',
    param: 'exp',
    expected: `a time to come, ${exp} has passed`,
  });
}

/**
 * The answer, fresh no longer than the plan's URL is good, and never served stale. What the cache stores keeps its own freshness: it is
 * the picture's, whatever URL asks for it.
 */
export function untilExpiry(
  response: Response,
  { output: { exp } }: Plan,
  { date }: Clock,
): Response {
  const stated = /\bmax-age=(\d+)/.exec(response.headers.get('cache-control') ?? '');
  if (exp === undefined || !stated) return response;
  const left = Math.max(0, Math.floor(exp - date() / 1000));
  // Freshness counts from when the answer was made.
  const age = Number(response.headers.get('age') ?? 0);
  const headers = new Headers(response.headers);
  headers.set('Cache-Control', `public, max-age=${Math.min(Number(stated[1]), age + left)}`);
  return new Response(response.body, { status: response.status, headers });
}
