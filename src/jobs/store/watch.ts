// Restarts a run that shows no sign of life, and deletes a job that ended long ago.
import { isFinal, type Job } from '../job.ts';
import type { JobStorage } from '../job-storage.ts';
import type { JobRecord, RunRef } from '../record.ts';
import type { StoredJob } from './stored-job.ts';
import { applyChange, restartRun } from './transitions.ts';

export type WatchPorts = {
  storage: JobStorage;
  /** Epoch milliseconds. */
  now: () => number;
  /** Starts the Workflow of a run; does nothing if it was started before. */
  start: (run: RunRef) => Promise<void>;
  /** Ends the Workflow of a run. Resolves to true if it is still queued, and leaves it as it is then. */
  stop: (run: RunRef) => Promise<boolean>;
  /** Has `watch` called after `ms`, also if the process restarts in between. */
  wakeAfter: (ms: number) => Promise<void>;
};

/** How often the Workflow of one run is replaced before the job fails. */
const MAX_RESTARTS = 100;

/**
 * How long a job that has ended is kept, in milliseconds. The platform has deleted its Workflows by then, so the same ids can be used
 * when the job is submitted again.
 */
export const KEPT_MS = 35 * 86_400_000;

export const refOf = ({ job, restarts }: JobRecord): RunRef => ({
  id: job.id,
  run: job.run,
  restarts,
});

/** Checks one job, and asks to be called again while there is something to check. */
export async function watchJob(
  stored: StoredJob,
  ports: WatchPorts,
  { watchMs }: { watchMs: number },
): Promise<void> {
  const { storage, now } = ports;
  const record = storage.read();
  if (!record) return;
  if (isFinal(record.job.state)) return deleteInTime(record.job, ports);
  await ports.wakeAfter(watchMs);
  if (now() - Math.max(stored.touchedAt(), record.resumeAt ?? 0) < watchMs) return;
  const ref = refOf(record);
  if (await ports.stop(ref)) return;
  // The run may have ended while it was being stopped.
  const silent = stored.current(ref);
  if (!silent) return;
  if (ref.restarts >= MAX_RESTARTS) {
    const error = { code: 'internal' as const, message: 'its work was interrupted too often' };
    stored.save(applyChange(silent, { type: 'failed', error }, now()));
    return;
  }
  await ports.start(refOf(stored.save(restartRun(silent))));
}

async function deleteInTime(
  { updated }: Job,
  { storage, now, wakeAfter }: WatchPorts,
): Promise<void> {
  const left = Date.parse(updated) + KEPT_MS - now();
  await (left > 0 ? wakeAfter(left) : storage.clear());
}
