// Prices of counted work: the constants that `npm run calibrate` measures.
import type { Work } from '../work.ts';
import file from './rates.json' with { type: 'json' };

/** Nanoseconds by owner and term, such as `resize.source` or `jpeg.encode.pixels`. */
export type Rates = Readonly<Record<string, number>>;

/** What the calibration machine measured inside workerd. */
export const rates: Rates = file.nanoseconds;

/** The same work with its owner's name in front of every term. */
export const ownedBy = (owner: string, work: Work): Work =>
  Object.fromEntries(Object.entries(work).map(([term, count]) => [`${owner}.${term}`, count]));

/** Adds up works term by term. */
export function totalWork(works: readonly Work[]): Work {
  const total: Record<string, number> = {};
  for (const work of works) {
    for (const [term, count] of Object.entries(work)) total[term] = (total[term] ?? 0) + count;
  }
  return total;
}

/** Milliseconds of work with owned terms. Throws `RangeError` for a term without a rate. */
export function priceOf(work: Work, prices: Rates = rates): number {
  let ns = 0;
  for (const [term, count] of Object.entries(work)) {
    const price = prices[term];
    if (price === undefined) throw new RangeError(`rates.json: expected a rate for ${term}`);
    ns += price * count;
  }
  return ns / 1e6;
}
