// Expiry of URLs (`exp`): refuses an expired URL, and limits how long its answer is fresh.
import { paramError } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Clock } from '../services.ts';

type Dated = Pick<Clock, 'date'>;

/** Throws `expired` if the plan's `exp` has passed. */
export function checkExpiry({ output: { exp } }: Plan, { date }: Dated): void {
  if (exp === undefined || date() < 1000 * exp) return;
  throw paramError({
    code: 'expired',
    param: 'exp',
    expected: `a time to come, ${exp} has passed`,
  });
}

/**
 * Limits an answer's `max-age` to the time until the plan's `exp`, and forbids stale use. The stored answer keeps its own freshness,
 * because URLs with and without `exp` share it.
 */
export function capFreshness(headers: Headers, { output: { exp } }: Plan, { date }: Dated): void {
  const control = headers.get('cache-control') ?? '';
  const stated = /\bmax-age=(\d+)/.exec(control);
  if (exp === undefined || !stated) return;
  const scope = /\bprivate\b/.test(control) ? 'private' : 'public';
  const left = Math.max(0, Math.floor(exp - date() / 1000));
  // Freshness counts from when the answer was made.
  const age = Number(headers.get('age') ?? 0);
  headers.set('Cache-Control', `${scope}, max-age=${Math.min(Number(stated[1]), age + left)}`);
}
