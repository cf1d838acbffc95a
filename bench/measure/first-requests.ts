// Times the first picture of a cold isolate, in Workers that were just started.
import { startBundledWorker } from '../../test/helpers/servers/bundled-worker.ts';
import { closing } from './cleanup.ts';
import { atMost, mediansTable, type Table, type Target } from './report.ts';
import { offline } from './runtime.ts';
import { within } from './time-limit.ts';

const PATH = '/t/w=128,f=webp/asset:chess.jpg';
const LIMIT_MS = 400;

/** 95th percentile. */
const p95 = (samples: readonly number[]): number =>
  samples.toSorted((a, b) => a - b)[Math.ceil(0.95 * samples.length) - 1]!;

export async function firstRequests(
  starts: number,
): Promise<{ first: number[]; table: Table; target: Target; notes: string[] }> {
  Object.assign(process.env, offline);
  const samples: Record<'first' | 'second' | 'no work', number[]> = {
    first: [],
    second: [],
    'no work': [],
  };
  for (let i = 0; i < starts; i++) {
    const worker = await within(120, 'building and starting the Worker', startBundledWorker());
    await closing(worker.close, async () => {
      // Starts the process and evaluates the script, which `bundle` measures. Codecs and tensors are made when they are needed.
      await timed(worker.fetch, '/health');
      samples.first.push(await timed(worker.fetch, PATH));
      // Another size, so that the cache does not answer.
      samples.second.push(await timed(worker.fetch, PATH.replace('128', '129')));
      samples['no work'].push(await timed(worker.fetch, '/health'));
    });
  }
  const named = {
    [`first picture of an isolate, \`${PATH}\``]: samples.first,
    'second picture, one pixel wider': samples.second,
    'a request without work (`/health`)': samples['no work'],
  };
  return {
    first: samples.first,
    table: mediansTable('A Worker just started, from outside', 'ms', named),
    target: atMost('first picture of a cold isolate, p95', LIMIT_MS, p95(samples.first), 'ms'),
    notes: [
      'The isolate has answered `/health` before its first picture; the time of its start is under `bundle`.',
    ],
  };
}

async function timed(ask: (path: string) => Promise<Response>, path: string): Promise<number> {
  const began = performance.now();
  const response = await ask(path);
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return performance.now() - began;
}
