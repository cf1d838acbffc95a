// Prints the results of calibration as tables.
import { markdown, median, rounded, type Table } from '../../bench/measure/report.ts';
import { priceOf, type Rates } from '../../src/cost/rates.ts';
import type { Sample } from './fit-rates.ts';

/** Predictions are good if they are within this factor of the measurement. */
export const GOOD_RATIO = 1.5;

export type Compared = { before: Rates; after: Rates };

/** Predicted milliseconds; terms without a rate do not count. */
const predicted = ({ work }: Sample, rates: Rates): number =>
  priceOf(Object.fromEntries(Object.entries(work).filter(([term]) => term in rates)), rates);

/** Every measurement with its predictions, then the share of good predictions. */
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

/** A table of the rates that changed. */
export function ratesText({ before, after }: Compared): string {
  const changed = Object.keys(after)
    .sort()
    .filter((term) => before[term] !== after[term])
    .map((term) => [term, before[term] ?? 'none', rounded(after[term] as number)]);
  const table: Table = { title: 'Nanoseconds', columns: ['', 'before', 'now'], rows: changed };
  return markdown({ tables: [table], targets: [], notes: [] });
}
