// URLs that end: refused from then on, and fresh no longer than until then.
import { paramError } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Clock } from '../services.ts';

type Dated = Pick<Clock, 'date'>;

/** Throws `expired`. */
export function checkExpiry({ output: { exp } }: Plan, { date }: Dated): void {
  if (exp === undefined || date() < 1000 * exp) return;
  throw paramError({
    code: 'expired',
    param: 'exp',
    expected: `a time to come, ${exp} has passed`,
  });
}

/**
 * Lets an answer be fresh no longer than the plan's URL is good, and never be served stale. What the cache stores keeps its own freshness:
 * it is the picture's, whatever URL asks for it.
 */
export function capFreshness(headers: Headers, { output: { exp } }: Plan, { date }: Dated): void {
  const stated = /\bmax-age=(\d+)/.exec(headers.get('cache-control') ?? '');
  if (exp === undefined || !stated) return;
  const left = Math.max(0, Math.floor(exp - date() / 1000));
  // Freshness counts from when the answer was made.
  const age = Number(headers.get('age') ?? 0);
  headers.set('Cache-Control', `public, max-age=${Math.min(Number(stated[1]), age + left)}`);
}
