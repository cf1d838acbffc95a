// One job in its storage: writes each change, wakes those who follow the job, and keeps the time of the last sign of life.
import type { JobStorage } from '../job-storage.ts';
import type { JobRecord, RunRef } from '../record.ts';
import { createFollowers } from './followers.ts';
import { type Changed, isCurrent } from './transitions.ts';

export type StoredJobPorts = {
  storage: JobStorage;
  /** Epoch milliseconds. */
  now: () => number;
  sleep: (ms: number) => Promise<void>;
};

export type StoredJob = {
  /** Writes a change and wakes those who wait for its events. */
  save: (changed: Changed) => JobRecord;
  /** The record if this run still works on it, else undefined. */
  current: (run: RunRef) => JobRecord | undefined;
  /** Notes that a sign of life came. */
  touch: () => void;
  /** Time of the last sign of life, in epoch milliseconds. */
  touchedAt: () => number;
  /** Resolves at the next change that has events, or after `ms`. */
  changed: (ms: number) => Promise<void>;
};

/** The job over its storage. */
export function createStoredJob({ storage, now, sleep }: StoredJobPorts): StoredJob {
  const followers = createFollowers(sleep);
  // The Workflow of the run may be older than this object; its last sign of life is unknown then and counts as now.
  let touchedAt = now();
  return {
    save({ record, events }) {
      touchedAt = now();
      storage.write(record);
      for (const { type, data } of events) storage.append({ type, data: JSON.stringify(data) });
      if (events.length > 0) followers.notify();
      return record;
    },
    current(run) {
      const record = storage.read();
      return record && isCurrent(record, run) ? record : undefined;
    },
    touch() {
      touchedAt = now();
    },
    touchedAt: () => touchedAt,
    changed: followers.changed,
  };
}
