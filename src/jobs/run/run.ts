// One step of a run: finds a backend with room, follows the job there, and decides what happens next.
import { type Backend, backendOf } from '../backend/backend.ts';
import { loggedId } from '../job.ts';
import type { JobRecord, RunRef } from '../record.ts';
import { readResult } from '../stored-result.ts';
import { type FollowLimits, type FollowPorts, followJob } from './follow.ts';
import { openJob } from './open-job.ts';
import { lost, type Outcome } from './outcome.ts';
import { openSession, type RunSession, type SessionPorts } from './session.ts';

export type RunPorts = SessionPorts &
  FollowPorts & {
    backends: readonly Backend[];
    /** Writes one line of the log. */
    log: (entry: Record<string, unknown>) => void;
  };

/** From `JOB_*` of the configuration; times in milliseconds. */
export type RunLimits = FollowLimits & {
  attempts: number;
  /** Pause after the first failed attempt; doubles with each. */
  retryMs: number;
  /** How long a job waits while every backend is busy. */
  queueMs: number;
  /** Time between signs of life. */
  aliveMs: number;
  /** How long one step follows a job. The next step goes on with the same attempt at the same backend. */
  stepMs: number;
};

/** The pause before the next step; undefined if there is nothing more to do. */
export type Next = { pauseMs: number } | undefined;

type Context = { session: RunSession; ports: RunPorts; limits: RunLimits; until: number };

const AT_ONCE: Next = { pauseMs: 0 };

/** Longest pause between two attempts. */
const LONGEST_PAUSE_MS = 60_000;

/**
 * Runs one step: begins an attempt, and waits for room first, or goes on with the open one. If it is interrupted at any point and called
 * again, it continues there.
 */
export async function runStep(ref: RunRef, ports: RunPorts, limits: RunLimits): Promise<Next> {
  const session = openSession(ref, ports, limits.aliveMs);
  const context = { session, ports, limits, until: ports.now() + limits.stepMs };
  try {
    for (;;) {
      const record = await session.attempt();
      if (!record) return undefined;
      const outcome = await takeTurn(record, context);
      if (outcome.type === 'unfinished') return AT_ONCE;
      if (outcome.type !== 'busy') return settle(outcome, record, context);
      if (!(await waitForRoom(outcome.retryMs, context))) return undefined;
      if (ports.now() >= context.until) return AT_ONCE;
    }
  } finally {
    session.close();
  }
}

// Waits only after every backend was asked once.
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

async function takeTurn(
  record: JobRecord,
  { session, ports, limits, until }: Context,
): Promise<Outcome> {
  const { job, spec } = record;
  const { backends, blobs } = ports;
  const result = await readResult(blobs, job.id);
  if (result) {
    await session.report({ type: 'succeeded', result });
    return { type: 'succeeded' };
  }
  // The configuration may have changed since the job was submitted.
  if (backends.length === 0) return lost('none is configured any more');
  const opened = await openJob(record, blobs, limits.bodyBytes);
  if (!opened) {
    const message = 'a picture of the job is not stored any more; submit it again';
    return { type: 'failed', error: { code: 'internal', message } };
  }
  const backend = backendOf(backends, job.id, record.turn);
  const turn = {
    ...{ spec, opened, backend, session, blobs, until },
    connectMs: limits.connectMs,
    hasOthers: backends.length > 1,
    beganAt: record.beganAt ?? ports.now(),
    startedAt: record.startedAt,
  };
  try {
    return await followJob(turn, ports, limits);
  } finally {
    await opened.close();
  }
}

async function settle(
  outcome: Exclude<Outcome, { type: 'busy' | 'unfinished' }>,
  { job }: JobRecord,
  { session, ports, limits }: Context,
): Promise<Next> {
  if (outcome.type === 'succeeded' || outcome.type === 'over') return undefined;
  const { code, message } = outcome.error;
  ports.log({ event: 'job_attempt', id: loggedId(job.id), attempt: job.attempt, ...outcome });
  if (outcome.type === 'failed' || job.attempt >= limits.attempts) {
    const told = outcome.type === 'failed' ? message : `attempt ${job.attempt}: ${message}`;
    await session.report({ type: 'failed', error: { code, message: told } });
    return undefined;
  }
  const pauseMs = Math.min(limits.retryMs * 2 ** (job.attempt - 1), LONGEST_PAUSE_MS);
  const { going } = await session.report({ type: 'lost', resumeAt: ports.now() + pauseMs });
  return going ? { pauseMs } : undefined;
}
