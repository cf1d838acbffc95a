// What calibration found, as tables.
import { markdown, median, rounded, type Table } from '../../bench/measure/report.ts';
import { priceOf, type Rates } from '../../src/cost/rates.ts';
import type { Sample } from './fit-rates.ts';

/** Ratios of predicted and measured up to this, either way, are what is aimed at. */
export const GOOD_RATIO = 1.5;

export type Compared = { before: Rates; after: Rates };

/** A prediction by rates that need not have every term. */
const predicted = ({ work }: Sample, rates: Rates): number =>
  priceOf(Object.fromEntries(Object.entries(work).filter(([term]) => term in rates)), rates);

/** Every measurement beside its predictions, then how many are near. */
export function samplesText(samples: readonly Sample[], { before, after }: Compared): string {
  const rows = samples.map((sample) => {
    const [old, now] = [predicted(sample, before), predicted(sample, after)];
    return [sample.name, rounded(sample.ms), rounded(old), rounded(now), rounded(now / sample.ms)];
  });
  const cases: Table = {
    title: 'Stages, ms',
    columns: ['', 'measured', 'predicted before', 'predicted now', 'now / measured'],
    rows,
  };
  const summary: Table = {
    title: `Predicted / measured`,
    columns: ['', 'median', `within a factor of ${GOOD_RATIO}`],
    rows: (
      [
        ['before', before],
        ['now', after],
      ] as const
    ).map(([name, rates]) => {
      const ratios = samples.map((sample) => predicted(sample, rates) / sample.ms);
      const good = ratios.filter((r) => r <= GOOD_RATIO && r >= 1 / GOOD_RATIO).length;
      return [name, rounded(median(ratios)), `${good} of ${ratios.length}`];
    }),
  };
  return markdown({ tables: [cases, summary], targets: [], notes: [] });
}

/** Rates that changed. */
export function ratesText({ before, after }: Compared): string {
  const changed = Object.keys(after)
    .sort()
    .filter((term) => before[term] !== after[term])
    .map((term) => [term, before[term] ?? 'none', rounded(after[term] as number)]);
  const table: Table = { title: 'Nanoseconds', columns: ['', 'before', 'now'], rows: changed };
  return markdown({ tables: [table], targets: [], notes: [] });
}
