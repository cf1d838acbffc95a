// Writes `src/cost/rates.json`.
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Rates } from '../../src/cost/rates.ts';

const root = join(import.meta.dirname, '../..');

/** Path of the rates. */
export const RATES_FILE = join(root, 'src/cost/rates.json');

/** Rates rounded to three significant digits. */
export const roundedRates = (rates: Rates): Rates =>
  Object.fromEntries(
    Object.entries(rates)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([term, rate]) => [term, Number(rate.toPrecision(3))]),
  );

/** The file's text; `machine` is the origin of the rates. */
export const ratesText = (rates: Rates, { measured, machine }: RatesOrigin): string =>
  `${JSON.stringify({ measured, machine, nanoseconds: roundedRates(rates) }, null, 2)}\n`;

export type RatesOrigin = { measured: string; machine: string };

/** Origin of rates that were measured today on this machine. */
export const fromHere = (): RatesOrigin => ({
  measured: today(),
  machine: `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, workerd ${versionOf('workerd')}`,
});

/** Origin of rates that were fitted today to `count` requests reported by the platform. */
export const fromPlatform = (count: number): RatesOrigin => ({
  measured: today(),
  machine: `${count} requests as reported by the platform`,
});

export const writeRates = (rates: Rates, origin: RatesOrigin): Promise<void> =>
  writeFile(RATES_FILE, ratesText(rates, origin));

const today = (): string => new Date().toISOString().slice(0, 10);

const versionOf = (name: string): string =>
  JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;
