// One attempt of a job: finds a backend with room, follows it to its end, and says what is to be done next.
import { type Backend, backendOf } from '../backend/backend.ts';
import { type Channel, openJobBody } from '../backend/body.ts';
import type { JobError } from '../job.ts';
import { readResult } from '../stored-result.ts';
import type { RunRef } from '../store/store.ts';
import type { JobRecord } from '../record.ts';
import { followJob } from './follow.ts';
import { lost } from './refusal.ts';
import { openSession, type RunSession, type SessionPorts } from './session.ts';

export type RunPorts = SessionPorts & {
  backends: readonly Backend[];
  channel: Channel;
  /** Epoch milliseconds. */
  now: () => number;
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
  /** Time between signs of life. */
  aliveMs: number;
};

/** How a turn at a backend ended. */
export type Outcome =
  | { type: 'succeeded' }
  /** The run is over for another reason: canceled, or somebody else's. */
  | { type: 'over' }
  | { type: 'busy'; retryMs: number }
  | { type: 'lost'; error: JobError; cause?: string }
  | { type: 'failed'; error: JobError };

/** Undefined: nothing more to do. */
export type Next = { pauseMs: number } | undefined;

type Context = { session: RunSession; ports: RunPorts; limits: RunLimits };

const LONGEST_PAUSE_MS = 60_000;

/** Runs one attempt, waiting for room first. May be called again after it was interrupted at any point: it goes on where it was. */
export async function runAttempt(ref: RunRef, ports: RunPorts, limits: RunLimits): Promise<Next> {
  const session = openSession(ref, ports, limits.aliveMs);
  try {
    for (;;) {
      const record = await ports.log(ref.id).attempt(ref);
      if (!record) return undefined;
      const outcome = await turn(record, { session, ports, limits });
      if (outcome.type !== 'busy') return settle(outcome, record, { session, ports, limits });
      if (!(await waitForRoom(outcome.retryMs, { session, ports, limits }))) return undefined;
    }
  } finally {
    session.close();
  }
}

// All backends are asked before any is asked again.
async function waitForRoom(retryMs: number, { session, ports, limits }: Context): Promise<boolean> {
  const { busy } = await session.report({ type: 'busy' });
  if (!busy) return false;
  if (ports.now() - busy.since > limits.queueMs) {
    const message = `every backend was busy for ${Math.round(limits.queueMs / 1000)} s`;
    await session.report({ type: 'failed', error: { code: 'backend_unavailable', message } });
    return false;
  }
  if (busy.turns % ports.backends.length === 0) await ports.sleep(retryMs, session.over);
  return true;
}

async function turn(record: JobRecord, { session, ports, limits }: Context): Promise<Outcome> {
  const { job, spec } = record;
  const result = await readResult(ports.store, job.id);
  if (result) {
    await session.report({ type: 'succeeded', result });
    return { type: 'succeeded' };
  }
  // The configuration may have changed since the job was taken on.
  if (ports.backends.length === 0) return lost('none is configured any more');
  const body = await openJobBody(record, ports);
  if (!body) {
    const message = 'a picture of the job is not stored any more; submit it again';
    return { type: 'failed', error: { code: 'internal', message } };
  }
  try {
    const backend = backendOf(ports.backends, job.id, record.turn);
    return await followJob({ spec, body, backend, session }, ports, limits);
  } finally {
    await body.close();
  }
}

async function settle(
  outcome: Exclude<Outcome, { type: 'busy' }>,
  { job }: JobRecord,
  { session, ports, limits }: Context,
): Promise<Next> {
  if (outcome.type === 'succeeded' || outcome.type === 'over') return undefined;
  const { code, message } = outcome.error;
  ports.note({ event: 'job_attempt', id: job.id, attempt: job.attempt, ...outcome });
  if (outcome.type === 'failed' || job.attempt >= limits.attempts) {
    const told = outcome.type === 'failed' ? message : `attempt ${job.attempt}: ${message}`;
    await session.report({ type: 'failed', error: { code, message: told } });
    return undefined;
  }
  const pauseMs = Math.min(limits.retryMs * 2 ** (job.attempt - 1), LONGEST_PAUSE_MS);
  const { going } = await session.report({ type: 'lost', resumeAt: ports.now() + pauseMs });
  return going ? { pauseMs } : undefined;
}
