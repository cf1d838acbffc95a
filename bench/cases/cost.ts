// The cost model's predictions against measurements, on stages that calibration has not seen, and what requests cost on the platform.
import { calibrationCases } from '../../scripts/calibrate/cases.ts';
import { measureStages } from '../../scripts/calibrate/measure.ts';
import { priceOf } from '../../src/cost/rates.ts';
import { type Bill, billedRequests } from '../measure/billed-requests.ts';
import type { Effort } from '../measure/effort.ts';
import { firstRequests } from '../measure/first-requests.ts';
import { atLeast, type Outcome, rounded, type Table } from '../measure/report.ts';
import { assertDisjoint, heldOutCases } from '../stages/held-out.ts';

/** A prediction within this factor of the measurement is good. */
const GOOD_FACTOR = 1.5;
/** Quick runs measure one of this many stages. */
const QUICK_SHARE = 120;

/** Milliseconds of CPU. */
type Compared = { name: string; predicted: number; measured: number };

const ratioOf = ({ predicted, measured }: Compared): number => predicted / measured;
// Smaller differences cannot be measured well and do not matter for admission.
const SLIGHT_MS = 0.1;
const isGood = (one: Compared): boolean =>
  Math.abs(one.predicted - one.measured) < SLIGHT_MS ||
  (ratioOf(one) <= GOOD_FACTOR && ratioOf(one) >= 1 / GOOD_FACTOR);
const shareGood = (all: readonly Compared[]): number =>
  (100 * all.filter(isGood).length) / all.length;

export async function cost(effort: Effort): Promise<Outcome> {
  const held = heldOutCases();
  assertDisjoint(held, calibrationCases());
  const some = held.filter((_, i) => !effort.quick || i % QUICK_SHARE === 0);
  const measured = await measureStages(some, { rounds: effort.rounds(3) });
  const stages = measured.map(({ name, work, ms }) => ({
    name,
    predicted: priceOf(work),
    measured: ms,
  }));
  const bills = await billedRequests(effort);
  const requests = bills.map(({ name, predicted, cpuMs }) => ({
    name,
    predicted,
    measured: cpuMs,
  }));
  const first = await effort.once('first requests', () => firstRequests(effort.rounds(12)));
  return {
    tables: [
      stagesTable(stages),
      comparison('Whole requests, ms of CPU', requests),
      prices(bills),
      first.table,
    ],
    targets: [
      atLeast(`stages within a factor of ${GOOD_FACTOR}`, 90, shareGood(stages), '%'),
      atLeast(`whole requests within a factor of ${GOOD_FACTOR}`, 90, shareGood(requests), '%'),
      first.target,
    ],
    notes: [
      'Sizes, pictures and parameters that calibration has not seen. Measured is the CPU time of the thread that runs the Worker; for whole requests, the time of `/health` is subtracted.',
      `Predicted / measured of those not within a factor of ${GOOD_FACTOR}: ${offenders([...stages, ...requests])}.`,
      'Price: Workers Paid bills $0.02 per million CPU milliseconds and $0.30 per million requests beyond the included amounts. An answer from the cache costs a request and almost no CPU.',
      ...first.notes,
    ],
  };
}

const offenders = (all: readonly Compared[]): string =>
  all
    .filter((one) => !isGood(one))
    .map((one) => `${one.name} (${rounded(ratioOf(one))})`)
    .join('; ') || 'none';

const comparison = (title: string, all: readonly Compared[]): Table => ({
  title,
  columns: ['', 'predicted', 'measured', 'predicted / measured'],
  rows: all.map((one) => [
    one.name,
    rounded(one.predicted),
    rounded(one.measured),
    rounded(ratioOf(one)),
  ]),
});

const stagesTable = (all: readonly Compared[]): Table =>
  comparison('Stages, predicted against measured, ms of CPU', all);

const DOLLARS_PER_MS = 0.02 / 1e6;
const DOLLARS_PER_REQUEST = 0.3 / 1e6;

const prices = (bills: readonly Bill[]): Table => ({
  title: 'What a thousand images cost',
  columns: ['', 'CPU ms', '$ of CPU', '$ with requests'],
  rows: bills.map(({ name, cpuMs }) => {
    const cpu = 1000 * cpuMs * DOLLARS_PER_MS;
    return [name, rounded(cpuMs), cpu.toFixed(5), (cpu + 1000 * DOLLARS_PER_REQUEST).toFixed(5)];
  }),
});
