// Writes `src/cost/rates.json`.
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Rates } from '../../src/cost/rates.ts';

const root = join(import.meta.dirname, '../..');

/** Where the rates lie. */
export const RATES_FILE = join(root, 'src/cost/rates.json');

/** Three significant digits. */
export const roundedRates = (rates: Rates): Rates =>
  Object.fromEntries(
    Object.entries(rates)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([term, rate]) => [term, Number(rate.toPrecision(3))]),
  );

/** The file's text; `machine` says where the rates are from. */
export const ratesText = (rates: Rates, { measured, machine }: RatesOrigin): string =>
  `${JSON.stringify({ measured, machine, nanoseconds: roundedRates(rates) }, null, 2)}\n`;

export type RatesOrigin = { measured: string; machine: string };

/** Rates of today from this machine. */
export const fromHere = (): RatesOrigin => ({
  measured: today(),
  machine: `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, workerd ${versionOf('workerd')}`,
});

/** Rates of today from what the platform reported of `count` requests. */
export const fromPlatform = (count: number): RatesOrigin => ({
  measured: today(),
  machine: `${count} requests as reported by the platform`,
});

export const writeRates = (rates: Rates, origin: RatesOrigin): Promise<void> =>
  writeFile(RATES_FILE, ratesText(rates, origin));

const today = (): string => new Date().toISOString().slice(0, 10);

const versionOf = (name: string): string =>
  JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;
