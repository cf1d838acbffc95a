// One attempt of a job: finds a backend with room, follows it to its end, and says what is to be done next.
import type { Backend } from './backends.ts';
import { backendOf } from './backends.ts';
import type { BlobStore } from './blobs.ts';
import { madeKey } from './blobs.ts';
import { followJob } from './follow-job.ts';
import type { JobError } from './job.ts';
import { type Channel, openJobBody } from './job-body.ts';
import type { JobLog, Verdict } from './job-log.ts';
import type { JobChange, JobRecord } from './job-record.ts';
import { readResult } from './stored-result.ts';

export type RunPorts = {
  log: (id: string) => Pick<JobLog, 'attempt' | 'report'>;
  store: BlobStore;
  backends: readonly Backend[];
  channel: Channel;
  /** Epoch milliseconds. */
  now: () => number;
  /** Resolves after `ms`, or when the signal is aborted. */
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Counts seconds that a backend rendered, once for each key. */
  spend: (key: string, seconds: number) => Promise<void>;
  /** One line of the log. */
  note: (entry: Record<string, unknown>) => void;
};

/** From `JOB_*` of the configuration. */
export type RunLimits = {
  attempts: number;
  retryMs: number;
  queueMs: number;
  connectMs: number;
  silenceMs: number;
  attemptMs: number;
};

/** How a turn at a backend ended. */
export type Outcome =
  | { type: 'succeeded' }
  /** The run is over for another reason: canceled, or followed by another. */
  | { type: 'over' }
  | { type: 'busy'; retryMs: number }
  | { type: 'lost'; error: JobError; cause?: string }
  | { type: 'failed'; error: JobError };

/** Undefined: nothing more to do. */
export type Next = { pauseMs: number } | undefined;

const LONGEST_PAUSE_MS = 60_000;

/** Runs one attempt, waiting for room first. May be called again after it was interrupted at any point: it goes on where it was. */
export async function runAttempt(
  { id, run }: { id: string; run: number },
  ports: RunPorts,
  limits: RunLimits,
): Promise<Next> {
  const log = ports.log(id);
  const report = (change: JobChange): Promise<Verdict> => reportAndTidy(id, run, change, ports);
  for (;;) {
    const record = await log.attempt(run);
    if (!record) return undefined;
    const outcome = await turn(record, report, { ports, limits });
    if (outcome.type !== 'busy') return settle(outcome, record, { report, ports, limits });
    const { busy, going } = await report({ type: 'busy' });
    if (!going || !busy) return undefined;
    if (ports.now() - busy.since > limits.queueMs) {
      const message = `every backend was busy for ${Math.round(limits.queueMs / 1000)} s`;
      await report({ type: 'failed', error: { code: 'backend_unavailable', message } });
      return undefined;
    }
    // All are asked before any is asked again.
    if (busy.turns % ports.backends.length === 0) await ports.sleep(outcome.retryMs);
  }
}

async function turn(
  record: JobRecord,
  report: (change: JobChange) => Promise<Verdict>,
  { ports, limits }: { ports: RunPorts; limits: RunLimits },
): Promise<Outcome> {
  const { job, spec } = record;
  const stored = await readResult(ports.store, job.id);
  if (stored) {
    await report({ type: 'succeeded', result: stored.result });
    return { type: 'succeeded' };
  }
  const body = await openJobBody(record, ports);
  if (!body) {
    const message = 'a picture of the job is not stored any more; submit it again';
    return { type: 'failed', error: { code: 'internal', message } };
  }
  try {
    const backend = backendOf(ports.backends, job.id, record.turn);
    return await followJob({ spec, body, backend, report }, ports, limits);
  } finally {
    await body.close();
  }
}

async function settle(
  outcome: Exclude<Outcome, { type: 'busy' }>,
  { job }: JobRecord,
  {
    report,
    ports,
    limits,
  }: { report: (change: JobChange) => Promise<Verdict>; ports: RunPorts; limits: RunLimits },
): Promise<Next> {
  if (outcome.type === 'succeeded' || outcome.type === 'over') return undefined;
  const { code, message } = outcome.error;
  ports.note({ event: 'job_attempt', id: job.id, attempt: job.attempt, ...outcome });
  const last = job.attempt >= limits.attempts;
  if (outcome.type === 'failed' || last) {
    const told = outcome.type === 'failed' ? message : `attempt ${job.attempt}: ${message}`;
    await report({ type: 'failed', error: { code, message: told } });
    return undefined;
  }
  const { going } = await report({ type: 'lost' });
  const pauseMs = Math.min(limits.retryMs * 2 ** (job.attempt - 1), LONGEST_PAUSE_MS);
  return going ? { pauseMs } : undefined;
}

// What is left behind by a failure to delete is a blob that nobody asks for.
async function reportAndTidy(
  id: string,
  run: number,
  change: JobChange,
  { log, store }: RunPorts,
): Promise<Verdict> {
  const verdict = await log(id).report(run, change);
  const { replaced } = verdict;
  if (replaced) await store.delete(madeKey(id, replaced.made, replaced.sha256)).catch(() => {});
  return verdict;
}
