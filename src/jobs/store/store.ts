// The single place that holds a job's state: applies changes in order, stores them, and informs those who follow the job.
import { isFinal, type Job, type JobSpec } from '../job.ts';
import { type JobChange, type JobRecord, needsRun, type RunRef } from '../record.ts';
import { type EventSource, readEvents } from './event-stream.ts';
import { type Replaced, replacedBy } from './replaced.ts';
import { createStoredJob, type StoredJob, type StoredJobPorts } from './stored-job.ts';
import { applyChange, beginAttempt, beginRun, cancelRun, stateEvent } from './transitions.ts';
import { refOf, type WatchPorts, watchJob } from './watch.ts';

export type JobStorePorts = StoredJobPorts & WatchPorts;

/**
 * What a run learns when it reports. `going` is false if the run is over: the job was canceled (`canceled`) or has ended, or another
 * run or Workflow has replaced this one.
 */
export type Verdict = {
  going: boolean;
  canceled: boolean;
  busy?: { since: number; turns: number };
  replaced?: Replaced;
};

/** What can be done with one job. */
export type JobStore = {
  /**
   * Returns the job. Begins a new run if there is none, if the last one ended without a result, or if `renew` says that its result
   * is not stored any more.
   */
  begin: (spec: JobSpec, renew: boolean) => Promise<Job>;
  read: () => Promise<JobRecord | undefined>;
  /** Begins an attempt of a run, or continues the open one; undefined if the run is over. */
  attempt: (run: RunRef) => Promise<JobRecord | undefined>;
  report: (run: RunRef, change: JobChange) => Promise<Verdict>;
  /** Resolves to the record as it was before; undefined if there is no such job. */
  cancel: () => Promise<JobRecord | undefined>;
  /** Server-sent events after a number; null if there are too many readers, undefined if there is no such job. */
  events: (after: number) => Promise<ReadableStream<Uint8Array> | null | undefined>;
  /** Resolves when the job has ended, or after `ms`. */
  wait: (ms: number) => Promise<Job | undefined>;
};

/** `watch` restarts a run that shows no sign of life, and deletes a job that ended long ago. */
export type WatchedJobStore = JobStore & { watch: () => Promise<void> };

/** A run shows a sign of life at least every `watchMs`. */
export type JobStoreLimits = { watchMs: number };

/** The store of one job. */
export function createJobStore(ports: JobStorePorts, limits: JobStoreLimits): WatchedJobStore {
  const { storage, now } = ports;
  const stored = createStoredJob(ports);
  const openEvents = readEvents(eventSource(stored, ports));
  return {
    async begin(spec, renew) {
      const before = storage.read();
      const isDone =
        before && !needsRun(before.job) && !(renew && before.job.state === 'succeeded');
      if (isDone) return before.job;
      // Otherwise a reader from the beginning would take the end of an earlier run for the end of this one.
      if (before) storage.dropEvents();
      const record = stored.save(beginRun(spec, before, now()));
      await ports.wakeAfter(limits.watchMs);
      // If the start fails now, `watch` starts the run later.
      await ports.start(refOf(record)).catch(() => {});
      return record.job;
    },
    read: async () => storage.read(),
    async attempt(run) {
      const record = stored.current(run);
      return record && stored.save(beginAttempt(record, now()));
    },
    async report(run, change) {
      const before = stored.current(run);
      if (!before) return verdictOnEnded(run, storage.read()?.job);
      if (change.type === 'alive') {
        stored.touch();
        return { going: true, canceled: false };
      }
      const { busy } = stored.save(applyChange(before, change, now()));
      const replaced = replacedBy(change, before);
      return { going: true, canceled: false, ...(busy && { busy }), ...(replaced && { replaced }) };
    },
    async cancel() {
      const record = storage.read();
      if (record && !isFinal(record.job.state)) stored.save(cancelRun(record, now()));
      return record;
    },
    events: async (after) => (storage.read() ? openEvents(after) : undefined),
    wait: (ms) => waitForEnd(ms, stored, ports),
    watch: () => watchJob(stored, ports, limits),
  };
}

async function waitForEnd(
  ms: number,
  stored: StoredJob,
  { storage, now }: JobStorePorts,
): Promise<Job | undefined> {
  const until = now() + ms;
  for (;;) {
    const { job } = storage.read() ?? {};
    const left = until - now();
    if (!job || isFinal(job.state) || left <= 0) return job;
    await stored.changed(left);
  }
}

const eventSource = (stored: StoredJob, { storage, now }: JobStorePorts): EventSource => ({
  now,
  changed: stored.changed,
  after: storage.after,
  state() {
    const { job } = storage.read()!;
    const data = JSON.stringify(stateEvent(job).data);
    return { id: storage.last(), type: 'state', data, final: isFinal(job.state) };
  },
});

const verdictOnEnded = ({ run }: RunRef, job: Job | undefined): Verdict => ({
  going: false,
  canceled: job?.run === run && job.state === 'canceled',
});
