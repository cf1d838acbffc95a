// A seeded fuzzer: in each round a parser has to accept one mutated input, or refuse it as documented, within a time limit.
import { writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { createRandom, mutate } from './mutate.ts';

export type FuzzTarget = {
  name: string;
  /** Valid inputs. */
  seeds: readonly Uint8Array[];
  tokens?: readonly (string | Uint8Array)[];
  /** Parses one input; throws an undocumented error if something is wrong. */
  run: (bytes: Uint8Array) => unknown;
  /** Whether an error is a documented refusal. */
  refuses: (error: unknown) => boolean;
  maxBytes?: number;
  /** Repairs checksums and the like after a mutation, to get beyond the first check. */
  mend?: (bytes: Uint8Array) => Uint8Array;
};

export type Finding = { target: string; round: number; problem: string; bytes: string };

export type FuzzReport = {
  findings: Finding[];
  rows: { target: string; rounds: number; refused: number; slowestMs: number }[];
};

/** Longest time of one input, in milliseconds. */
const MAX_MS = 1000;
/** Milliseconds in one round after which the process is ended, which is the only way out of an endless loop. */
const HANG_MS = 30_000;
/** Most findings per target. */
const MAX_FINDINGS = 3;
const MAX_INPUT_BYTES = 64 * 1024;

/** The input of one round; the same for the same numbers. */
export function inputOf(target: FuzzTarget, seed: number, round: number): Uint8Array {
  const tokens = (target.tokens ?? []).map((token) =>
    typeof token === 'string' ? new Uint8Array(Buffer.from(token, 'latin1')) : token,
  );
  const { seeds, maxBytes = MAX_INPUT_BYTES, mend = (bytes) => bytes } = target;
  return mend(mutate(createRandom(seed, target.name, round), { seeds, tokens, maxBytes }));
}

/** Runs the targets until `rounds` each are done, or `seconds` in all have passed. */
export async function runFuzz(
  targets: readonly FuzzTarget[],
  { seed, rounds, seconds }: { seed: number; rounds?: number; seconds?: number },
): Promise<FuzzReport> {
  const report: FuzzReport = { findings: [], rows: [] };
  const watch = startWatch(targets, seed);
  try {
    for (const [index, target] of targets.entries()) {
      let found = 0;
      const row = { target: target.name, rounds: 0, refused: 0, slowestMs: 0 };
      report.rows.push(row);
      const until =
        performance.now() + (1000 * (seconds ?? Number.POSITIVE_INFINITY)) / targets.length;
      for (let round = 0; round < (rounds ?? Number.POSITIVE_INFINITY); round++) {
        if (performance.now() > until || found >= MAX_FINDINGS) break;
        watch.begin(index, round);
        const bytes = inputOf(target, seed, round);
        const { problem, refused, ms } = await tryInput(target, bytes);
        row.rounds++;
        row.refused += refused ? 1 : 0;
        row.slowestMs = Math.max(row.slowestMs, ms);
        if (problem === undefined) continue;
        found++;
        const shown = Buffer.from(bytes).toString('base64');
        report.findings.push({ target: target.name, round, problem, bytes: shown });
      }
    }
  } finally {
    await watch.end();
  }
  return report;
}

type Try = { problem?: string; refused: boolean; ms: number };

/** Tries one input; repeats it if it took too long, because the machine may have been busy. */
export async function tryInput(target: FuzzTarget, bytes: Uint8Array): Promise<Try> {
  const first = await tryOnce(target, bytes);
  if (first.ms < MAX_MS) return first;
  const second = await tryOnce(target, bytes);
  const ms = Math.min(first.ms, second.ms);
  return ms < MAX_MS
    ? { ...second, ms }
    : { problem: `took ${ms.toFixed(0)} ms`, refused: false, ms };
}

async function tryOnce({ run, refuses }: FuzzTarget, bytes: Uint8Array): Promise<Try> {
  const began = performance.now();
  try {
    await run(bytes);
    return { refused: false, ms: performance.now() - began };
  } catch (error) {
    const ms = performance.now() - began;
    if (refuses(error)) return { refused: true, ms };
    const { name, message, stack = '' } = error as Error;
    const place =
      stack
        .split('\n')
        .find((line) => line.includes('/src/'))
        ?.trim() ?? '';
    return { problem: `${name}: ${message} ${place}`, refused: false, ms };
  }
}

const watchdog = `
const { workerData: { shared, names, seed, hangMs } } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const state = new Int32Array(shared);
let last = -1, since = Date.now();
setInterval(() => {
  const beat = Atomics.load(state, 2);
  if (beat !== last) { last = beat; since = Date.now(); }
  else if (Date.now() - since > hangMs) {
    writeSync(2, 'fuzz: hangs, target ' + names[state[0]] + ', seed ' + seed + ', round ' + state[1] + '\\n');
    process.kill(process.pid, 'SIGKILL');
  }
}, 500);
`;

/** Reports a round that does not end, and ends the process. */
function startWatch(targets: readonly FuzzTarget[], seed: number) {
  const shared = new SharedArrayBuffer(12);
  const state = new Int32Array(shared);
  const names = targets.map(({ name }) => name);
  const workerData = { shared, names, seed, hangMs: HANG_MS };
  const thread = new Worker(watchdog, { eval: true, workerData });
  thread.unref();
  return {
    begin(target: number, round: number) {
      state[0] = target;
      state[1] = round;
      Atomics.add(state, 2, 1);
    },
    end: () => thread.terminate(),
  };
}

/** Prints the rows as a table, then the findings with the numbers that reproduce them. */
export function printReport({ findings, rows }: FuzzReport, seed: number): void {
  for (const { target, rounds, refused, slowestMs } of rows) {
    writeSync(
      1,
      `${target.padEnd(24)} ${String(rounds).padStart(8)} rounds ${String(refused).padStart(8)} refused  slowest ${slowestMs.toFixed(0)} ms\n`,
    );
  }
  for (const { target, round, problem, bytes } of findings) {
    writeSync(
      1,
      `\n${target}, seed ${seed}, round ${round}: ${problem}\n${bytes.slice(0, 4000)}\n`,
    );
  }
}
