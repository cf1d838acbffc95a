// The one place that knows a job's state: takes changes in order, keeps them, and tells those who follow.

import { isFinal, type Job, type JobSpec } from '../job.ts';
import { readEvents, type StoredEvent } from './event-stream.ts';
import {
  applyChange,
  beginAttempt,
  beginRun,
  type Changed,
  cancelRun,
  type JobChange,
  type JobRecord,
  needsRun,
  type Replaced,
  replacedBy,
  stateEvent,
} from '../record.ts';

/** Synchronous storage of one job, which survives a restart. */
export type LogStorage = {
  read: () => JobRecord | undefined;
  write: (record: JobRecord) => void;
  /** Numbers events from 1 and drops the oldest. */
  append: (event: { type: string; data: string }) => void;
  /** Drops all events; the numbers go on. */
  dropEvents: () => void;
  /** Events behind a number, ascending. */
  after: (id: number) => readonly StoredEvent[];
  /** Number of the newest event, 0 before the first. */
  last: () => number;
  /** Deletes everything, as if the job had never been. */
  clear: () => Promise<void>;
};

/** One Workflow of one run. */
export type RunRef = { id: string; run: number; restarts: number };

export type LogPorts = {
  storage: LogStorage;
  /** Epoch milliseconds. */
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  /** Starts what works on a run; does nothing where that was started before. */
  start: (run: RunRef) => Promise<void>;
  /** Ends that. True where it is only waiting for its turn, and was left as it is. */
  stop: (run: RunRef) => Promise<boolean>;
  /** Has `watch` called after `ms`, restarts in between survived. */
  wakeAfter: (ms: number) => Promise<void>;
};

/** `going` is false where the run is over for who reports: it was `canceled`, has ended, or somebody else works on it. */
export type Verdict = {
  going: boolean;
  canceled: boolean;
  busy?: { since: number; turns: number };
  replaced?: Replaced;
};

/** What can be asked of one job. */
export type JobLog = {
  /** The job, a new run begun where it has ended without result, or where `renew` says that its result is gone. */
  begin: (spec: JobSpec, renew: boolean) => Promise<Job>;
  read: () => Promise<JobRecord | undefined>;
  /** Begins an attempt of a run, or goes on with the one that is open; undefined where the run is over. */
  attempt: (run: RunRef) => Promise<JobRecord | undefined>;
  report: (run: RunRef, change: JobChange) => Promise<Verdict>;
  /** The record as it was before; undefined where there is none. */
  cancel: () => Promise<JobRecord | undefined>;
  /** Null where there are too many readers, undefined where there is no job. */
  events: (after: number) => Promise<ReadableStream<Uint8Array> | null | undefined>;
  wait: (ms: number) => Promise<Job | undefined>;
};

/** `watch` sees to it that a job which has not ended is being worked on, and that one which ended long ago is forgotten. */
export type WatchedLog = JobLog & { watch: () => Promise<void> };

/** Whoever works on a run is heard of at least every `watchMs`. */
export type LogLimits = { watchMs: number };

const MAX_RESTARTS = 100;

/** Time from a job's end until nothing is known of it. The platform has forgotten its Workflows by then, whose ids come again. */
export const KEPT_MS = 35 * 86_400_000;

/** The log of one job. */
export function createJobLog(ports: LogPorts, { watchMs }: LogLimits): WatchedLog {
  const { storage, now, sleep } = ports;
  const followers = new Set<() => void>();
  // This object may be younger than what works on the run.
  let heard = now();

  const keep = ({ record, events }: Changed): JobRecord => {
    heard = now();
    storage.write(record);
    for (const { type, data } of events) storage.append({ type, data: JSON.stringify(data) });
    if (events.length > 0) for (const tell of [...followers]) tell();
    return record;
  };
  // Who reads from the beginning is not to take an earlier run's end for that of this one.
  const keepNewRun = (changed: Changed): JobRecord => {
    if (storage.read()) storage.dropEvents();
    return keep(changed);
  };
  const running = (of: RunRef): JobRecord | undefined => {
    const record = storage.read();
    if (!record || isFinal(record.job.state)) return undefined;
    return record.job.run === of.run && record.restarts === of.restarts ? record : undefined;
  };
  const forgetInTime = ({ updated }: Job): Promise<void> => {
    const left = Date.parse(updated) + KEPT_MS - now();
    return left > 0 ? ports.wakeAfter(left) : storage.clear();
  };
  const refOf = ({ job, restarts }: JobRecord): RunRef => ({ id: job.id, run: job.run, restarts });

  // Whoever waits has a timer of its own, since a request that only waits for another is ended by the platform.
  const changed = async (ms: number): Promise<void> => {
    let tell = (): void => {};
    const told = new Promise<void>((resolve) => {
      tell = resolve;
    });
    followers.add(tell);
    try {
      await Promise.race([told, sleep(ms)]);
    } finally {
      followers.delete(tell);
    }
  };
  const readers = readEvents({
    now,
    changed,
    after: storage.after,
    state: () => {
      const { job } = storage.read() as JobRecord;
      const data = JSON.stringify(stateEvent(job).data);
      return { id: storage.last(), type: 'state', data, final: isFinal(job.state) };
    },
  });

  return {
    async begin(spec, renew) {
      const before = storage.read();
      if (before && !needsRun(before.job) && !(renew && before.job.state === 'succeeded')) {
        return before.job;
      }
      const record = keepNewRun(beginRun(spec, before, now()));
      await ports.wakeAfter(watchMs);
      // What fails to start now is started by `watch`.
      await ports.start(refOf(record)).catch(() => {});
      return record.job;
    },
    read: async () => storage.read(),
    async attempt(run) {
      const record = running(run);
      return record && keep(beginAttempt(record, now()));
    },
    async report(run, change) {
      const before = running(run);
      if (!before) {
        const { job } = storage.read() ?? {};
        return { going: false, canceled: job?.run === run.run && job.state === 'canceled' };
      }
      heard = now();
      if (change.type === 'alive') return { going: true, canceled: false };
      const { busy } = keep(applyChange(before, change, now()));
      const replaced = replacedBy(change, before);
      return { going: true, canceled: false, ...(busy && { busy }), ...(replaced && { replaced }) };
    },
    async cancel() {
      const record = storage.read();
      if (record && !isFinal(record.job.state)) keep(cancelRun(record, now()));
      return record;
    },
    events: async (after) => (storage.read() ? readers(after) : undefined),
    async wait(ms) {
      const until = now() + ms;
      for (;;) {
        const { job } = storage.read() ?? {};
        const left = until - now();
        if (!job || isFinal(job.state) || left <= 0) return job;
        await changed(left);
      }
    },
    async watch() {
      const record = storage.read();
      if (!record) return;
      if (isFinal(record.job.state)) return forgetInTime(record.job);
      await ports.wakeAfter(watchMs);
      if (now() - Math.max(heard, record.resumeAt ?? 0) < watchMs) return;
      const ref = refOf(record);
      if (await ports.stop(ref)) return;
      // It may have ended while that was done.
      const silent = running(ref);
      if (!silent) return;
      if (ref.restarts >= MAX_RESTARTS) {
        const error = { code: 'internal' as const, message: 'its work was interrupted too often' };
        keep(applyChange(silent, { type: 'failed', error }, now()));
        return;
      }
      const next = keep({ record: { ...silent, restarts: ref.restarts + 1 }, events: [] });
      await ports.start(refOf(next));
    },
  };
}
