// Where the record and the events of one job are stored: a port.
import type { JobRecord, StoredEvent } from './record.ts';

/** Synchronous storage of one job, which survives a restart. */
export type JobStorage = {
  read: () => JobRecord | undefined;
  write: (record: JobRecord) => void;
  /** Numbers events from 1 and drops the oldest. */
  append: (event: Omit<StoredEvent, 'id'>) => void;
  /** Drops all events; the numbers continue. */
  dropEvents: () => void;
  /** Events after a number, ascending. */
  after: (id: number) => readonly StoredEvent[];
  /** Number of the newest event, 0 before the first. */
  last: () => number;
  /** Deletes everything, as if the job had never existed. */
  clear: () => Promise<void>;
};
