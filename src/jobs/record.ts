// What is kept of a job, and how it changes: plain data in, plain data out.
import type { Job, JobError, JobProgress, JobResult, JobSpec, StoredBlob } from './job.ts';
import { isFinal } from './job.ts';

/** Floats from which a rendering goes on. */
export type Checkpoint = { step: number; bytes: number; sha256: string };

export type JobRecord = {
  job: Job;
  spec: JobSpec;
  checkpoint?: Checkpoint;
  /** Counts requests to backends within a run; it chooses the backend. */
  turn: number;
  /** An attempt has begun and not ended: whoever comes back to it goes on with the same backend. */
  open: boolean;
  /** While every backend is busy: since when, in epoch milliseconds, and how many said so. */
  busy?: { since: number; turns: number };
  /** Between attempts: when the next begins, in epoch milliseconds. */
  resumeAt?: number;
  /** Workflows of this run before the current one. */
  restarts: number;
};

/** What happened in an attempt. */
export type JobChange =
  | { type: 'alive' }
  /** The backend has taken the job. */
  | { type: 'accepted' }
  | { type: 'started' }
  | { type: 'progress'; progress: JobProgress }
  | { type: 'preview'; step: number; blob: StoredBlob }
  | { type: 'checkpoint'; checkpoint: Checkpoint }
  /** The backend takes no checkpoint as large as this one. */
  | { type: 'checkpoint_refused' }
  /** The backend has no room; the attempt is not spent. */
  | { type: 'busy' }
  /** The attempt is spent. */
  | { type: 'lost'; resumeAt: number }
  | { type: 'succeeded'; result: JobResult }
  | { type: 'failed'; error: JobError };

export type JobEventType = 'state' | 'progress' | 'preview';

/** A server-sent event, its data not yet JSON. */
export type JobEvent = { type: JobEventType; data: unknown };

export type Changed = { record: JobRecord; events: readonly JobEvent[] };

const iso = (now: number): string => new Date(now).toISOString();

/** A job as it is submitted, or, where it has ended, its next run, which goes on from the last checkpoint. `now` in epoch milliseconds. */
export function beginRun(spec: JobSpec, before: JobRecord | undefined, now: number): Changed {
  const time = iso(now);
  const job: Job = {
    id: spec.id,
    state: 'queued',
    run: (before?.job.run ?? 0) + 1,
    attempt: 0,
    created: before?.job.created ?? time,
    updated: time,
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

/** The next attempt, or the one that is open. */
export function beginAttempt(record: JobRecord, now: number): Changed {
  if (record.open) return { record, events: [] };
  const { resumeAt: _, ...rest } = record;
  const job = { ...record.job, attempt: record.job.attempt + 1, updated: iso(now) };
  return {
    record: { ...rest, job, turn: record.turn + 1, open: true },
    events: record.busy ? [] : [stateEvent(job)],
  };
}

/** Ends a job at its owner's wish. */
export function cancelRun(record: JobRecord, now: number): Changed {
  return inState({ ...record, open: false }, { state: 'canceled' }, now);
}

/** What a change of a job that has not ended comes to. */
export function applyChange(record: JobRecord, change: JobChange, now: number): Changed {
  const { job } = record;
  switch (change.type) {
    case 'alive':
      return { record, events: [] };
    case 'accepted': {
      const { busy: _, ...rest } = record;
      return { record: rest, events: [] };
    }
    case 'started':
      return job.state === 'running'
        ? { record, events: [] }
        : inState(record, { state: 'running' }, now);
    case 'progress':
      return progressed(record, change.progress, now);
    case 'preview': {
      const version = (job.preview?.version ?? 0) + 1;
      const preview = { ...change.blob, version, step: change.step };
      return {
        record: { ...record, job: { ...job, preview, updated: iso(now) } },
        events: [{ type: 'preview', data: preview }],
      };
    }
    case 'checkpoint':
      return { record: { ...record, checkpoint: change.checkpoint }, events: [] };
    case 'checkpoint_refused': {
      const { checkpoint: _, ...rest } = record;
      return { record: rest, events: [] };
    }
    case 'busy': {
      const busy = {
        since: record.busy?.since ?? now,
        turns: (record.busy?.turns ?? 0) + 1,
      };
      const attempt = Math.max(0, job.attempt - 1);
      return { record: { ...record, job: { ...job, attempt }, open: false, busy }, events: [] };
    }
    case 'lost':
      return inState(
        { ...record, open: false, resumeAt: change.resumeAt },
        { state: 'queued' },
        now,
      );
    case 'succeeded': {
      const { checkpoint: _, ...rest } = record;
      return inState({ ...rest, open: false }, { state: 'succeeded', result: change.result }, now);
    }
    case 'failed':
      return inState({ ...record, open: false }, { state: 'failed', error: change.error }, now);
  }
}

export type Replaced = { made: 'preview' | 'checkpoint'; sha256: string };

/** What nobody needs any more after a change. */
export function replacedBy(
  change: JobChange,
  { job, checkpoint }: JobRecord,
): Replaced | undefined {
  switch (change.type) {
    case 'preview':
      return replacedIn('preview', job.preview, change.blob);
    case 'checkpoint':
      return replacedIn('checkpoint', checkpoint, change.checkpoint);
    case 'checkpoint_refused':
    case 'succeeded':
      return replacedIn('checkpoint', checkpoint, undefined);
    default:
      return undefined;
  }
}

type Digest = { sha256: string };

const replacedIn = (
  made: Replaced['made'],
  before: Digest | undefined,
  after: Digest | undefined,
): Replaced | undefined =>
  before && before.sha256 !== after?.sha256 ? { made, sha256: before.sha256 } : undefined;

/** The event that tells a job's state. */
export const stateEvent = (job: Job): JobEvent => ({ type: 'state', data: job });

// A rendering that reports progress runs, also where the line that said so was for a Worker that is gone.
function progressed(record: JobRecord, progress: JobProgress, now: number): Changed {
  const started =
    record.job.state === 'running' ? undefined : inState(record, { state: 'running' }, now);
  const { job } = started?.record ?? record;
  return {
    record: { ...record, job: { ...job, progress, updated: iso(now) } },
    events: [...(started?.events ?? []), { type: 'progress', data: progress }],
  };
}

function inState(record: JobRecord, change: Partial<Job>, now: number): Changed {
  const job = { ...record.job, ...change, updated: iso(now) };
  return { record: { ...record, job }, events: [stateEvent(job)] };
}

/** Whether a submit of the job begins a run, rather than finding one. */
export const needsRun = (job: Job | undefined): boolean =>
  !job || (isFinal(job.state) && job.state !== 'succeeded');
