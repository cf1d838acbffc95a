// The connection of a run to its job: reports what happens, shows that the run is alive, and learns when it is over.
import { type BlobStore, madeKey } from '../blobs.ts';
import type { JobChange, JobRecord, RunRef } from '../record.ts';
import type { JobStore, Verdict } from '../store/store.ts';

export type SessionPorts = {
  /** A stub of the job; called anew for each use, because one that has failed once fails for ever. */
  jobs: (id: string) => Pick<JobStore, 'attempt' | 'report'>;
  blobs: BlobStore;
  /** Resolves after `ms`, or when the signal is aborted. */
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
};

export type RunSession = {
  /** Begins an attempt, or continues the open one; undefined if the run is over. */
  attempt: () => Promise<JobRecord | undefined>;
  report: (change: JobChange) => Promise<Verdict>;
  /** Aborted when the run is over: the job was canceled, or another run or Workflow has replaced this one. */
  over: AbortSignal;
  /** Whether the run is over because the job was canceled. */
  canceled: () => boolean;
  close: () => void;
};

/** Pauses before a job is asked again that did not answer, for example because a deployment reset its object, in milliseconds. */
const RETRY_MS = [50, 500, 2000];

/** Opens a session, which is to be closed. It reports a sign of life every `aliveMs`. */
export function openSession(ref: RunRef, ports: SessionPorts, aliveMs: number): RunSession {
  const { blobs, sleep } = ports;
  const over = new AbortController();
  const closed = new AbortController();
  let canceled = false;

  const ask = async <T>(call: (job: ReturnType<SessionPorts['jobs']>) => Promise<T>) => {
    for (let tries = 0; ; tries++) {
      try {
        return await call(ports.jobs(ref.id));
      } catch (error) {
        const pauseMs = RETRY_MS[tries];
        if (pauseMs === undefined) throw error;
        await sleep(pauseMs, closed.signal);
      }
    }
  };
  const report = async (change: JobChange): Promise<Verdict> => {
    const verdict = await ask((job) => job.report(ref, change));
    const { replaced } = verdict;
    // If the deletion fails, an unused blob stays in the store.
    if (replaced) {
      await blobs.delete(madeKey(ref.id, replaced.made, replaced.sha256)).catch(() => {});
    }
    if (!verdict.going) {
      canceled ||= verdict.canceled;
      over.abort();
    }
    return verdict;
  };
  const stayAlive = async (): Promise<void> => {
    for (;;) {
      await sleep(aliveMs, closed.signal);
      if (closed.signal.aborted || over.signal.aborted) return;
      // If this report fails, the next may succeed.
      await report({ type: 'alive' }).catch(() => {});
    }
  };
  void stayAlive();
  return {
    attempt: () => ask((job) => job.attempt(ref)),
    report,
    over: over.signal,
    canceled: () => canceled,
    close: () => closed.abort(),
  };
}
