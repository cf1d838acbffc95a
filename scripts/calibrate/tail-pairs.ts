// Reads pairs of counted work and CPU time from the logs of a deployed Worker.

import type { Rates } from '../../src/cost/rates.ts';
import { pairsOf } from '../../src/edge/tail.ts';
import type { Pair } from './fit-totals.ts';

export type Tail = {
  pairs: Pair[];
  /** Number of records that are no JSON, no completely computed request, took less than 1 ms, or count a term without a rate. */
  skipped: number;
};

/** Reads log lines of the Tail Worker, `{ event: 'cost', work, cpuMs }`, and the output of `wrangler tail --format json`, in any mixture. */
export function readTail(text: string, rates: Rates): Tail {
  const records = text.split(/^(?=\{)/m).flatMap(recordsOf);
  const found = records.map((record) =>
    [...costLines(record), ...pairsOf(record)].filter((pair) => isUsable(pair, rates)),
  );
  return {
    pairs: found.flat().map(({ work, cpuMs }) => ({ work, cpuMs })),
    skipped: found.filter((pairs) => pairs.length === 0).length,
  };
}

// A record may be indented over many lines, and there may be other text between records.
function recordsOf(part: string): unknown[] {
  const whole = parsed(part);
  if (whole !== undefined) return [whole];
  const lines = part.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => parsed(line) ?? null);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function costLines(record: unknown): Pair[] {
  const { event, work, cpuMs } = (record ?? {}) as Record<string, unknown>;
  const isPair = event === 'cost' && typeof work === 'object' && work !== null;
  return isPair && typeof cpuMs === 'number' ? [{ work: work as Pair['work'], cpuMs }] : [];
}

function isUsable({ work, cpuMs }: Pair, rates: Rates): boolean {
  const counts = Object.entries(work);
  const isPriced = ([term, count]: [string, number]): boolean =>
    Object.hasOwn(rates, term) && Number.isFinite(count) && count >= 0;
  return (
    Number.isFinite(cpuMs) &&
    cpuMs > 0 &&
    counts.some(([, count]) => count > 0) &&
    counts.every(isPriced)
  );
}
