// Fits rates to whole requests, of which only the sum is known: first another machine, then owners, then terms.
import { priceOf, type Rates } from '../../src/cost/rates.ts';
import type { Work } from '../../src/work.ts';
import { type Row, solveFactors } from './solve-factors.ts';

/** One request: what was counted for it, and the CPU milliseconds that the platform reported. */
export type Pair = { work: Work; cpuMs: number };

export type TotalsFit = {
  rates: Rates;
  /** What all rates were multiplied by first. */
  machine: number;
  /** What the rates of each owner (`resize`, `jpeg.decode`) were multiplied by after that. */
  owners: Record<string, number>;
};

// In lines that consist of nothing else: a common factor is learnt from a few, one of a single term from many.
const PULLS = { machine: 0.5, owner: 2, term: 15 };
// Ratios vary by this much for reasons that no count has, and the platform reports whole milliseconds.
const SPREAD = 0.15;
const ROUNDING_MS = 0.29;

/** The term's owner: all but its last part. */
export const ownerOf = (term: string): string => term.slice(0, term.lastIndexOf('.'));

/** Rates that explain the totals; terms without evidence follow their owner, owners without evidence the machine. */
export function fitTotals(pairs: readonly Pair[], present: Rates): TotalsFit {
  const machine = factorsBy(() => 'machine', PULLS.machine, pairs, present);
  const scaled = multiplied(present, () => machine.get('machine') ?? 1);
  const owners = factorsBy(ownerOf, PULLS.owner, pairs, scaled);
  const owned = multiplied(scaled, (term) => owners.get(ownerOf(term)) ?? 1);
  const terms = factorsBy((term) => term, PULLS.term, pairs, owned);
  return {
    rates: multiplied(owned, (term) => terms.get(term) ?? 1),
    machine: machine.get('machine') ?? 1,
    owners: Object.fromEntries(owners),
  };
}

const multiplied = (rates: Rates, factorOf: (term: string) => number): Rates =>
  Object.fromEntries(Object.entries(rates).map(([term, rate]) => [term, rate * factorOf(term)]));

function factorsBy(
  groupOf: (term: string) => string,
  pull: number,
  pairs: readonly Pair[],
  rates: Rates,
): Map<string, number> {
  const rows = pairs.map((pair) => rowOf(pair, groupOf, rates));
  const groups = new Set(rows.flatMap(({ shares }) => [...shares.keys()]));
  return solveFactors(rows, new Map([...groups].map((group) => [group, pull])));
}

function rowOf({ work, cpuMs }: Pair, groupOf: (term: string) => string, rates: Rates): Row {
  const shares = new Map<string, number>();
  for (const [term, count] of Object.entries(work)) {
    const group = groupOf(term);
    shares.set(group, (shares.get(group) ?? 0) + priceOf({ [term]: count }, rates) / cpuMs);
  }
  return { shares, weight: SPREAD ** 2 / (SPREAD ** 2 + (ROUNDING_MS / cpuMs) ** 2) };
}
