// How a job's record changes: pure functions from a record and a change to the next record and its events.
import { isFinal, type Job, type JobProgress, type JobSpec } from '../job.ts';
import type { JobChange, JobEvent, JobRecord } from '../record.ts';

/** A changed record and the events that readers get for it. */
export type Changed = { record: JobRecord; events: readonly JobEvent[] };

const iso = (now: number): string => new Date(now).toISOString();

/**
 * Begins the first run of a job, or the next run of one that has ended, which continues from the last checkpoint. `now` in epoch
 * milliseconds, here and below.
 */
export function beginRun(spec: JobSpec, before: JobRecord | undefined, now: number): Changed {
  const time = iso(now);
  const job: Job = {
    id: spec.id,
    state: 'queued',
    run: (before?.job.run ?? 0) + 1,
    attempt: 0,
    created: before?.job.created ?? time,
    updated: time,
    ...(spec.private && { private: true }),
    ...(spec.note !== undefined && { note: spec.note }),
    ...(before?.job.preview && { preview: before.job.preview }),
  };
  const { checkpoint } = before ?? {};
  const record = {
    job,
    spec,
    turn: 0,
    open: false,
    restarts: 0,
    ...(checkpoint && { checkpoint }),
  };
  return { record, events: [stateEvent(job)] };
}

/** Begins the next attempt, or continues the open one. */
export function beginAttempt(record: JobRecord, now: number): Changed {
  if (record.open) return { record, events: [] };
  const { resumeAt: _, startedAt: __, ...rest } = record;
  const job = { ...record.job, attempt: record.job.attempt + 1, updated: iso(now) };
  return {
    record: { ...rest, job, turn: record.turn + 1, open: true, beganAt: now },
    events: record.busy ? [] : [stateEvent(job)],
  };
}

/** Replaces the Workflow of a run by a new one. */
export const restartRun = (record: JobRecord): Changed => ({
  record: { ...record, restarts: record.restarts + 1 },
  events: [],
});

/** Ends a job because its owner canceled it. */
export const cancelRun = (record: JobRecord, now: number): Changed =>
  inState({ ...record, open: false }, { state: 'canceled' }, now);

/** Applies a change to a job that has not ended. */
export function applyChange(record: JobRecord, change: JobChange, now: number): Changed {
  switch (change.type) {
    case 'alive':
      return { record, events: [] };
    case 'accepted': {
      const { busy: _, ...rest } = record;
      return { record: rest, events: [] };
    }
    case 'started':
      return started(record, now);
    case 'progress':
      return progressed(record, change.progress, now);
    case 'preview':
      return previewed(record, change, now);
    case 'checkpoint':
      return { record: { ...record, checkpoint: change.checkpoint }, events: [] };
    case 'checkpoint_refused': {
      const { checkpoint: _, ...rest } = record;
      return { record: rest, events: [] };
    }
    case 'busy':
      return { record: backToQueue(record, now), events: [] };
    case 'lost': {
      const waiting = { ...record, open: false, resumeAt: change.resumeAt };
      return inState(waiting, { state: 'queued' }, now);
    }
    case 'succeeded': {
      const { checkpoint: _, ...rest } = record;
      return inState({ ...rest, open: false }, { state: 'succeeded', result: change.result }, now);
    }
    case 'failed':
      return inState({ ...record, open: false }, { state: 'failed', error: change.error }, now);
  }
}

/** The event that carries a job's state. */
export const stateEvent = (job: Job): JobEvent => ({ type: 'state', data: job });

/** Whether this run is the job's current run, by its current Workflow, and has not ended. */
export const isCurrent = (record: JobRecord, of: { run: number; restarts: number }): boolean =>
  !isFinal(record.job.state) && record.job.run === of.run && record.restarts === of.restarts;

function started(before: JobRecord, now: number): Changed {
  const record = { ...before, startedAt: before.startedAt ?? now };
  return record.job.state === 'running'
    ? { record, events: [] }
    : inState(record, { state: 'running' }, now);
}

// Progress implies that the job runs: the Worker that received the line `started` may have been stopped before it reported it.
function progressed(before: JobRecord, progress: JobProgress, now: number): Changed {
  const { record, events } = started(before, now);
  return {
    record: { ...record, job: { ...record.job, progress, updated: iso(now) } },
    events: [...events, { type: 'progress', data: progress }],
  };
}

type PreviewChange = Extract<JobChange, { type: 'preview' }>;

function previewed(record: JobRecord, { step, blob }: PreviewChange, now: number): Changed {
  const { job } = record;
  const preview = { ...blob, version: (job.preview?.version ?? 0) + 1, step };
  return {
    record: { ...record, job: { ...job, preview, updated: iso(now) } },
    events: [{ type: 'preview', data: preview }],
  };
}

// A busy backend does not use up an attempt, so the attempt is subtracted again.
function backToQueue(record: JobRecord, now: number): JobRecord {
  const { job, busy: before } = record;
  const busy = { since: before?.since ?? now, turns: (before?.turns ?? 0) + 1 };
  return { ...record, job: { ...job, attempt: Math.max(0, job.attempt - 1) }, open: false, busy };
}

function inState(record: JobRecord, change: Partial<Job>, now: number): Changed {
  const job = { ...record.job, ...change, updated: iso(now) };
  return { record: { ...record, job }, events: [stateEvent(job)] };
}
