// Fits rates to measured stages, each of which has few terms.
import type { Rates } from '../../src/cost/rates.ts';
import type { Work } from '../../src/work.ts';
import { type Row, solveFactors } from './solve-factors.ts';

/** One measurement: counted work and the milliseconds that it took. */
export type Sample = { name: string; work: Work; ms: number };

export type Fit = {
  rates: Rates;
  /** Terms that no sample has; their rates are unchanged. */
  unseen: string[];
  /** Terms that had no rate before. */
  added: string[];
};

// Pull of a factor towards 1, in rows. It decides between terms that always occur together, and is too weak to outweigh one
// clear sample. Rates that were only guessed get the smaller one.
const PULL = 0.01;
const GUESS_PULL = 0.001;

// Fits in a row, each starting from the last one's rates, because the pull holds back a rate that is far off.
const PASSES = 4;
// Smallest factor on a rate in one calibration, in case requests consist of work that hardly occurs here.
const LEAST_FACTOR = 0.1;
// Stages of this many milliseconds count half, shorter ones less.
const MATTERS_MS = 0.1;

/** Rates that explain the samples, close to the `present` ones if the samples leave a choice. */
export function fitRates(samples: readonly Sample[], present: Rates): Fit {
  const seen = termsOf(samples);
  const start = startingRates(samples, present);
  const pulls = new Map(
    [...seen].map((term) => [term, (present[term] ?? 0) > 0 ? PULL : GUESS_PULL]),
  );
  let from = start;
  for (let pass = 1; pass <= PASSES; pass++) {
    const rows = samples.map((sample) => rowOf(sample, from));
    const factors = solveFactors(rows, pulls);
    from = Object.fromEntries(
      [...seen].map((term) => {
        const fitted = (from[term] as number) * (factors.get(term) as number);
        return [term, Math.max(fitted, LEAST_FACTOR * (start[term] as number))];
      }),
    );
  }
  return {
    rates: { ...present, ...from },
    unseen: Object.keys(present).filter((term) => !seen.has(term)),
    added: [...seen].filter((term) => present[term] === undefined),
  };
}

function rowOf({ work, ms }: Sample, rates: Rates): Row {
  const shares = Object.entries(work)
    .filter(isCounted)
    .map(([term, count]) => [term, (count * (rates[term] as number)) / (1e6 * ms)] as const);
  return { shares: new Map(shares), weight: ms / (ms + MATTERS_MS) };
}

const isCounted = ([, count]: [string, number]): boolean => count > 0;

const termsOf = (samples: readonly Sample[]): Set<string> =>
  new Set(
    samples.flatMap(({ work }) =>
      Object.entries(work)
        .filter(isCounted)
        .map(([term]) => term),
    ),
  );

/** The present rates; for a term without one, the median over its samples of their time, divided evenly among their terms. */
function startingRates(samples: readonly Sample[], rates: Rates): Record<string, number> {
  const start: Record<string, number> = {};
  for (const term of termsOf(samples)) {
    const rate = rates[term] ?? 0;
    if (rate > 0) {
      start[term] = rate;
      continue;
    }
    const shares = samples
      .filter(({ work }) => (work[term] ?? 0) > 0)
      .map(({ work, ms }) => {
        const terms = Object.entries(work).filter(isCounted).length;
        return (1e6 * ms) / terms / (work[term] as number);
      })
      .sort((a, b) => a - b);
    start[term] = shares[shares.length >> 1] as number;
  }
  return start;
}
