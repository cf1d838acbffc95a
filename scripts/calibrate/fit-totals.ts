// Fits rates to whole requests, of which only the total time is known: first a factor for the machine, then for owners, then for terms.
import { priceOf, type Rates } from '../../src/cost/rates.ts';
import type { Work } from '../../src/work.ts';
import { type Row, solveFactors } from './solve-factors.ts';

/** One request: its counted work, and the CPU milliseconds that the platform reported. */
export type Pair = { work: Work; cpuMs: number };

export type TotalsFit = {
  rates: Rates;
  /** Factor of all rates. */
  machine: number;
  /** Further factor of the rates of each owner (`resize`, `jpeg.decode`). */
  owners: Record<string, number>;
};

// Pull of a factor towards 1, in rows that consist of its work alone: a common factor needs few requests, that of one term many.
const PULLS = { machine: 0.5, owner: 2, term: 15 };
// Standard deviation of predicted ÷ measured for causes that are not counted.
const SPREAD = 0.15;
// Standard deviation of the platform's rounding to whole milliseconds.
const ROUNDING_MS = 0.29;

/** The term's owner: the term without its last part. */
export const ownerOf = (term: string): string => term.slice(0, term.lastIndexOf('.'));

/** Rates that explain the totals. Terms without evidence get the factor of their owner, owners without evidence that of the machine. */
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
