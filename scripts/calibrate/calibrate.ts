// `npm run calibrate`: measures what counted work takes inside workerd and writes `src/cost/rates.json`. `--check` only prints;
// `--only <owners>` measures the stages that count the work of effects, formats or `icc`, joined by commas, and writes their rates alone;
// `--from-tail <file>` reads CPU times of real requests instead, from the Tail Worker's log or `wrangler tail --format json`.
import { readFile } from 'node:fs/promises';
import { endAll } from '../../bench/measure/cleanup.ts';
import { rates as before } from '../../src/cost/rates.ts';
import { readArguments } from '../command-line.ts';
import { calibrationCases, isAbout } from './cases.ts';
import { fitRates } from './fit-rates.ts';
import { fitTotals } from './fit-totals.ts';
import { measureStages } from './measure.ts';
import { measureRequests } from './measure-requests.ts';
import { ratesText, samplesText } from './print.ts';
import { fromHere, fromPlatform, roundedRates, writeRates } from './rates-file.ts';
import { readTail } from './tail-pairs.ts';

const USAGE = `usage: npm run calibrate -- [options]
  --check             prints the new rates without writing them
  --only <names>      measures these alone: effects, formats or icc, separated by commas
  --from-tail <file>  takes the requests of this file, as \`wrangler tail\` records them, instead of measuring`;

const { values } = readArguments(USAGE, {
  options: {
    check: { type: 'boolean', default: false },
    only: { type: 'string' },
    'from-tail': { type: 'string' },
  },
});

async function fromWorkerd(only?: string): Promise<void> {
  const owners = only?.split(',');
  const cases = calibrationCases().filter(
    (one) => !owners || owners.some((owner) => isAbout(one, owner)),
  );
  if (cases.length === 0) {
    throw new Error(`--only: expected an effect, a format or icc, got ${only}`);
  }
  const samples = [
    ...(only === undefined ? await measureRequests() : []),
    ...(await measureStages(cases, { progress: (text) => console.error(text) })),
  ];
  const fit = fitRates(samples, before);
  const isAsked = (term: string): boolean => !owners || owners.includes(term.split('.')[0]!);
  const asked = Object.entries(roundedRates(fit.rates)).filter(([term]) => isAsked(term));
  const after = { ...before, ...Object.fromEntries(asked) };
  console.log(samplesText(samples, { before, after }));
  console.log(ratesText({ before, after }));
  if (fit.added.length > 0) console.log(`New terms: ${fit.added.join(', ')}`);
  if (fit.unseen.length > 0) {
    console.log(`No case has these terms, their rates are as before: ${fit.unseen.join(', ')}`);
  }
  if (!values.check) await writeRates(after, fromHere());
}

async function fromTail(file: string): Promise<void> {
  const { pairs, skipped } = readTail(await readFile(file, 'utf8'), before);
  console.log(`${pairs.length} requests, ${skipped} records skipped`);
  if (pairs.length === 0) throw new Error(`${file}: expected requests with a CPU time, got none`);
  const { rates, machine, owners } = fitTotals(pairs, before);
  const after = roundedRates(rates);
  console.log(`all rates × ${machine.toPrecision(3)}`);
  for (const [owner, factor] of Object.entries(owners).sort()) {
    console.log(`then ${owner} × ${factor.toPrecision(3)}`);
  }
  console.log(ratesText({ before, after }));
  if (!values.check) await writeRates(after, fromPlatform(pairs.length));
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => void endAll().then(() => process.exit(130)));
}
const file = values['from-tail'];
try {
  await (file === undefined ? fromWorkerd(values.only) : fromTail(file));
} finally {
  await endAll();
}
// The runtime's pipes may keep the process alive after everything is closed.
process.exit(0);
