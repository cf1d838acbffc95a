// Rates of counted work, which `npm run calibrate` measures.
import type { Work } from '../work.ts';
import file from './rates.json' with { type: 'json' };

/** Nanoseconds by owner and term, such as `resize.source` or `jpeg.encode.pixels`. */
export type Rates = Readonly<Record<string, number>>;

/** Rates measured on the calibration machine inside workerd. */
export const rates: Rates = file.nanoseconds;

/** The same work with its owner's name in front of every term. */
export const ownedBy = (owner: string, work: Work): Work =>
  Object.fromEntries(Object.entries(work).map(([term, count]) => [`${owner}.${term}`, count]));

/**
 * Nanoseconds of a term without a rate, which a test reports. Most terms count pixels, and the most expensive effect takes 814 ns
 * per pixel. Too high a rate refuses large pictures; too low a rate would let them block other requests.
 */
export const UNPRICED_NS = 1000;

/** Adds up works term by term. */
export function totalWork(works: readonly Work[]): Work {
  const total: Record<string, number> = {};
  for (const work of works) {
    for (const [term, count] of Object.entries(work)) total[term] = (total[term] ?? 0) + count;
  }
  return total;
}

/** The work, so many times. */
export const timesWork = (work: Work, times: number): Work =>
  Object.fromEntries(Object.entries(work).map(([term, count]) => [term, times * count]));

/** Milliseconds of work with owned terms; a term without a rate counts `UNPRICED_NS`. */
export function priceOf(work: Work, prices: Rates = rates): number {
  let ns = 0;
  for (const [term, count] of Object.entries(work)) {
    ns += (prices[term] ?? UNPRICED_NS) * count;
  }
  return ns / 1e6;
}
