// What the cost model predicts against what is measured, on stages that calibration has not seen; what requests cost on the platform.
import { calibrationCases } from '../../scripts/calibrate/cases.ts';
import { measureStages } from '../../scripts/calibrate/measure.ts';
import { priceOf } from '../../src/cost/rates.ts';
import { type Bill, billedRequests } from '../measure/billed-requests.ts';
import { firstRequests } from '../measure/first-requests.ts';
import { atLeast, type Outcome, rounded, type Table } from '../measure/report.ts';
import { assertDisjoint, heldOutCases } from '../stages/held-out.ts';

const GOOD = 1.5;

/** A prediction and a measurement, in milliseconds. */
type Compared = { name: string; predicted: number; measured: number };

const ratioOf = ({ predicted, measured }: Compared): number => predicted / measured;
// Less is neither worth a refusal nor measured well.
const SLIGHT_MS = 0.1;
const isGood = (one: Compared): boolean =>
  Math.abs(one.predicted - one.measured) < SLIGHT_MS ||
  (ratioOf(one) <= GOOD && ratioOf(one) >= 1 / GOOD);
const shareGood = (all: readonly Compared[]): number =>
  (100 * all.filter(isGood).length) / all.length;

export async function cost(rounds: (n: number) => number): Promise<Outcome> {
  const held = heldOutCases();
  assertDisjoint(held, calibrationCases());
  const samples = await measureStages(held, { rounds: rounds(3) });
  const stages = samples.map(({ name, work, ms }) => ({
    name,
    predicted: priceOf(work),
    measured: ms,
  }));
  const bills = await billedRequests(rounds(9));
  const requests = bills.map(({ name, predicted, cpuMs }) => ({
    name,
    predicted,
    measured: cpuMs,
  }));
  const first = await firstRequests(rounds(12));
  return {
    tables: [
      stagesTable(stages),
      comparison('Whole requests, ms of CPU', requests),
      prices(bills),
      first.table,
    ],
    targets: [
      atLeast(`stages within a factor of ${GOOD}`, 90, shareGood(stages), '%'),
      atLeast(`whole requests within a factor of ${GOOD}`, 90, shareGood(requests), '%'),
      first.target,
    ],
    notes: [
      'Sizes, pictures and parameters that calibration has not seen; CPU time of the thread that runs the Worker; of whole requests, what is beyond `/health`.',
      `Not within a factor of ${GOOD}: ${offenders([...stages, ...requests])}.`,
      'Price: Workers Paid bills $0.02 per million CPU milliseconds and $0.30 per million requests, both beyond what the plan includes; answers from the cache cost a request and next to no CPU.',
      ...first.notes,
    ],
    samples: {
      ...Object.fromEntries(
        [...stages, ...requests].map((one) => [one.name, [one.predicted, one.measured]]),
      ),
      ...first.samples,
    },
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
