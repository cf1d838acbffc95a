// What works on a run, as the job's log sees it: tells what happens, shows that it is alive, and learns when the run is over.
import { type BlobStore, madeKey } from '../blobs.ts';
import type { JobLog, RunRef, Verdict } from '../store/store.ts';
import type { JobChange } from '../record.ts';

export type SessionPorts = {
  log: (id: string) => Pick<JobLog, 'attempt' | 'report'>;
  store: BlobStore;
  /** Resolves after `ms`, or when the signal is aborted. */
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
};

export type RunSession = {
  report: (change: JobChange) => Promise<Verdict>;
  /** Aborted when the run is over: canceled, or somebody else's. */
  over: AbortSignal;
  /** Whether it is over because it was canceled. */
  canceled: () => boolean;
  close: () => void;
};

/** To be closed. Says every `aliveMs` that it is there. */
export function openSession(ref: RunRef, ports: SessionPorts, aliveMs: number): RunSession {
  const { store, sleep } = ports;
  const log = ports.log(ref.id);
  const over = new AbortController();
  const closed = new AbortController();
  let canceled = false;

  const report = async (change: JobChange): Promise<Verdict> => {
    const verdict = await log.report(ref, change);
    const { replaced } = verdict;
    // What is left behind by a failure to delete is a blob that nobody asks for.
    if (replaced) {
      await store.delete(madeKey(ref.id, replaced.made, replaced.sha256)).catch(() => {});
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
      // The next one may get through.
      await report({ type: 'alive' }).catch(() => {});
    }
  };
  void stayAlive();
  return {
    report,
    over: over.signal,
    canceled: () => canceled,
    close: () => closed.abort(),
  };
}
