// CPU time of whole requests to the bundled Worker, which is what the platform bills.
import { startBundledWorker } from '../../test/helpers/servers/bundled-worker.ts';
import { closing } from './cleanup.ts';
import { cpuMs } from './cpu-time.ts';
import { median } from './report.ts';
import { offline, workerdsBelow } from './runtime.ts';
import { within } from './time-limit.ts';

/** A plan as in a URL, and the file that is posted with it; no cache answers uploads. */
export type BilledRequest = { plan: string; body: Uint8Array; type: string };

export type Billed = {
  /**
   * Median CPU milliseconds of `times` requests, minus those of a request without work. The same number of requests before do
   * not count. Without `/proc` the clock is used instead of CPU time.
   */
  billed: (request: BilledRequest, times: number) => Promise<number>;
};

const IDLE_TIMES = 40;

/** Builds and starts the Worker, hands it to `use`, and always closes it. */
export async function withBilled<T>(use: (billed: Billed) => Promise<T>): Promise<T> {
  Object.assign(process.env, offline);
  const before = new Set(workerdsBelow(process.pid));
  const vars = { EDGE_BUDGET_MS: '60000' };
  const worker = await within(120, 'building and starting the Worker', startBundledWorker(vars));
  return closing(worker.close, async () => {
    const send = async ({ plan, body, type }: BilledRequest): Promise<void> => {
      const response = await worker.fetch(`/t/${plan}`, {
        method: 'POST',
        headers: { 'Content-Type': type },
        body: body as Uint8Array<ArrayBuffer>,
      });
      const answer = await response.arrayBuffer();
      if (!response.ok) throw new Error(`${plan}: ${new TextDecoder().decode(answer)}`);
    };
    let width = 700;
    // Another size each time, so that the cache does not answer.
    const busy = async (): Promise<void> => {
      const response = await worker.fetch(`/t/w=${width++},blur=9,f=webp/asset:landscape.jpg`);
      await response.arrayBuffer();
    };
    // The Worker's process starts with the first request.
    await busy();
    const pids = workerdsBelow(process.pid).filter((pid) => !before.has(pid));
    const pid = await busiest(pids, busy);
    const spent = (): number => cpuMs(pid === undefined ? [] : [pid]) ?? performance.now();
    const sampled = async (ask: () => Promise<void>, times: number): Promise<number> => {
      const samples: number[] = [];
      for (let i = -times; i < times; i++) {
        const began = spent();
        await ask();
        if (i >= 0) samples.push(spent() - began);
      }
      return median(samples);
    };
    const health = async (): Promise<void> => {
      await (await worker.fetch('/health')).arrayBuffer();
    };
    // The local runtime routes, logs and copies in the same thread: several milliseconds per request that the platform does not bill.
    const runtime = await sampled(health, IDLE_TIMES);
    return use({
      billed: async (request, times) =>
        Math.max(0.1, (await sampled(() => send(request), times)) - runtime),
    });
  });
}

/** The process that runs the Worker. Another process, in front of it, only forwards requests. */
async function busiest(
  pids: readonly number[],
  work: () => Promise<void>,
): Promise<number | undefined> {
  const before = pids.map((pid) => cpuMs([pid]) ?? 0);
  await work();
  const spent = pids.map((pid, i) => (cpuMs([pid]) ?? 0) - before[i]!);
  return pids[spent.indexOf(Math.max(...spent))];
}
