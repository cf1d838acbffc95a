// URLs that end: refused from then on, and fresh no longer than until then.
import { AppError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { freshness } from './caching.ts';
import type { Services } from './services.ts';

type Clock = Pick<Services, 'date'>;

/** Whole seconds that a plan's URL is still good for; undefined where it has no end. */
export function secondsLeft({ output: { exp } }: Plan, { date }: Clock): number | undefined {
  return exp === undefined ? undefined : Math.max(0, Math.floor(exp - date() / 1000));
}

/** Throws `expired`. */
export function checkExpiry({ output: { exp } }: Plan, { date }: Clock): void {
  if (exp === undefined || date() < 1000 * exp) return;
  throw new AppError('expired', `exp: expected a time to come, ${exp} has been`, { param: 'exp' });
}

/** `Cache-Control` of an answer to a plan's URL. */
export const freshnessOf = (plan: Plan, services: Clock & Pick<Services, 'config'>): string =>
  freshness(services.config.CACHE_MAX_AGE, secondsLeft(plan, services));
