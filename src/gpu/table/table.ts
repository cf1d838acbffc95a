// The jobs of this backend: which are arriving, waiting, rendering, and which ended lately.
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../errors.ts';
import { loggedId } from '../../jobs/job.ts';
import type { JobHead, JobLine } from '../../jobs/protocol.ts';
import { sleep } from '../../timing.ts';
import type { Log } from '../log.ts';
import type { RenderJob } from '../messages.ts';
import type { RendererPool } from '../pool/pool.ts';
import type { Settings } from '../settings.ts';
import { arrivalOf, expired, type JobStage } from './entry.ts';
import { createLiveJob, type LiveJob } from './live-job.ts';
import { createSchedule, type Schedule, type ScheduledJob } from './schedule.ts';

/** A job as the server sees it. */
export type TableJob = Pick<LiveJob, 'head' | 'folder' | 'stage' | 'file' | 'listen'>;

export type ArrivingJob = {
  job: TableJob;
  /** Queues the job; its blobs are there. */
  start: (work: RenderJob) => void;
  /** Removes the job; its blobs did not arrive. */
  drop: (error: AppError) => void;
};

export type JobTable = {
  /**
   * The job that a request with this head joins; undefined if it begins a new one. Cancels an earlier run of the job. Throws
   * `not_ready` if a later run is here.
   */
  join: (head: JobHead) => TableJob | undefined;
  /** Throws `busy`, `backend_unavailable` if there is no room for another job. */
  check: () => void;
  /** Adds a job whose blobs are then to be written into its folder. Throws `busy`, `backend_unavailable`. */
  open: (head: JobHead) => ArrivingJob;
  find: (id: string) => TableJob | undefined;
  /** Cancels the job with this id if there is one. */
  cancel: (id: string) => void;
  /** To be called when a renderer becomes free. */
  advance: () => void;
  /** Accepts no more jobs, lets running ones go on for `GPU_DRAIN_MS`, and resolves when all have ended. */
  drain: () => Promise<void>;
  /** How many jobs are in each stage. */
  state: () => Record<JobStage, number>;
};

export type JobTableOptions = {
  settings: Settings;
  pool: () => RendererPool;
  /** Where each job gets a folder. */
  folder: string;
  log: Log;
  /** Called with the last line of every job. */
  onEnd: (line: JobLine) => void;
};

/** A job with what runs beside it; `unread` is the timer that runs while its stream has no reader. */
type Member = ScheduledJob & { unread?: NodeJS.Timeout };

type Table = {
  options: JobTableOptions;
  schedule: Schedule;
  /** By the id of the job. */
  members: Map<string, Member>;
  drainEnd?: number;
};

/** Longest time between two removals of expired files, in milliseconds. */
const SWEEP_MS = 10_000;

/** An empty table. */
export function createJobTable(options: JobTableOptions): JobTable {
  const table: Table = {
    options,
    schedule: createSchedule(options.pool),
    members: new Map(),
  };
  setInterval(() => sweep(table), Math.min(SWEEP_MS, options.settings.GPU_KEEP_MS)).unref();
  return {
    join: (head) => joinJob(head, table),
    check: () => checkRoom(table),
    open(head) {
      checkRoom(table);
      const member = addJob(head, table);
      return {
        job: member.job,
        start: (work) => startJob(member, work, table),
        drop: (error) => dropJob(member, error, table),
      };
    },
    find: (id) => table.members.get(id)?.job,
    cancel(id) {
      const member = table.members.get(id);
      if (member) table.schedule.stop(member, { type: 'canceled', seconds: 0 });
    },
    advance: table.schedule.advance,
    drain: () => drain(table),
    state: () => countStages(table),
  };
}

function joinJob(head: JobHead, { members, schedule }: Table): TableJob | undefined {
  const member = members.get(head.id);
  if (!member) return undefined;
  const entry = member.job.entry();
  switch (arrivalOf(entry, head)) {
    case 'join':
      return member.job;
    case 'replace':
      return undefined;
    case 'cancel':
      schedule.stop(member, { type: 'canceled', seconds: 0 });
      return undefined;
    case 'refuse':
      throw new AppError('not_ready', `run: expected at least ${entry.head.run}, which is here`);
  }
}

const refusal = (code: 'busy' | 'backend_unavailable', message: string, retryAfter: number) =>
  new AppError(code, message, { retryable: true, retryAfter });

function checkRoom(table: Table): void {
  const { options, schedule, drainEnd } = table;
  const pool = options.pool();
  const { GPU_QUEUE } = options.settings;
  if (drainEnd !== undefined) {
    throw refusal('backend_unavailable', 'the backend is about to end', 5);
  }
  const broken = pool.broken();
  if (broken !== undefined) {
    throw refusal('backend_unavailable', `no renderer can be started: one ${broken}`, 30);
  }
  const arriving = countStages(table).receiving;
  if (schedule.waiting().length + arriving - pool.state().ready >= GPU_QUEUE) {
    throw refusal('busy', `expected at most ${GPU_QUEUE} jobs to wait`, 10);
  }
}

function addJob(head: JobHead, table: Table): Member {
  const { members, options } = table;
  const before = members.get(head.id);
  const job = createLiveJob(head, join(options.folder, randomUUID()), {
    onHeard: () => setLonely(member, table),
    onEnd: (line) => finish(member, line, table),
  });
  const member: Member = { job };
  members.set(head.id, member);
  if (before?.job.entry().last) remove(before, table);
  return member;
}

function startJob(member: Member, work: RenderJob, table: Table): void {
  // It may have been canceled while its blobs were arriving.
  if (member.job.entry().last) return;
  member.work = work;
  table.schedule.enqueue(member);
  setLonely(member, table);
}

function dropJob(member: Member, { code, message }: AppError, table: Table): void {
  member.job.write({ type: 'error', code, message, retryable: true, seconds: 0 });
  remove(member, table);
}

/** Starts the timer that ends the job if nobody reads its stream, and stops it if somebody does. */
function setLonely(member: Member, { schedule, options }: Table): void {
  clearTimeout(member.unread);
  if (member.job.isHeard() || member.job.stage() === 'receiving') return;
  member.unread = setTimeout(
    () => schedule.fail(member, 'nobody reads the stream of the job'),
    options.settings.GPU_GRACE_MS,
  );
}

function finish(member: Member, line: JobLine, table: Table): void {
  const { options, members } = table;
  const { head, arrivedAt, endedAt } = member.job.entry();
  const { id, run, attempt } = head;
  clearTimeout(member.unread);
  options.log(line.type === 'error' ? 'warning' : 'info', 'job ended', {
    id: loggedId(id),
    run,
    attempt,
    outcome: line.type,
    seconds: (endedAt! - arrivedAt) / 1000,
    ...(line.type === 'error' && { code: line.code, message: line.message }),
  });
  options.onEnd(line);
  if (members.get(id) === member) sweep(table);
  else remove(member, table);
}

/** Removes the files of ended jobs that `GPU_KEEP_MS` and `GPU_KEEP_BYTES` do not cover. */
function sweep(table: Table): void {
  const { GPU_KEEP_MS: ms, GPU_KEEP_BYTES: bytes } = table.options.settings;
  const byEntry = new Map([...table.members.values()].map((one) => [one.job.entry(), one]));
  for (const entry of expired([...byEntry.keys()], { ms, bytes }, performance.now())) {
    remove(byEntry.get(entry)!, table);
  }
}

function remove(member: Member, { members, options }: Table): void {
  const { id } = member.job.head;
  if (members.get(id) === member) members.delete(id);
  // Repeats the removal if a file that is still being written appears in the folder meanwhile.
  rm(member.job.folder, { recursive: true, force: true, maxRetries: 5 }).catch((error: Error) =>
    options.log('warning', 'folder not removed', { reason: error.message }),
  );
}

/** Time between two looks at the jobs that are still running, in milliseconds. */
const DRAIN_POLL_MS = 50;

async function drain(table: Table): Promise<void> {
  const { members, schedule, options } = table;
  table.drainEnd ??= performance.now() + options.settings.GPU_DRAIN_MS;
  for (const waiting of schedule.waiting()) schedule.fail(waiting, 'the backend ends');
  for (const { renderer } of members.values()) renderer?.save();
  const isActive = (): boolean => {
    const { running, receiving } = countStages(table);
    return running + receiving > 0;
  };
  while (isActive() && performance.now() < table.drainEnd) {
    await sleep(DRAIN_POLL_MS);
  }
  for (const member of members.values()) {
    if (!member.job.entry().last) schedule.fail(member, 'the backend ends');
  }
}

function countStages({ members }: Table): Record<JobStage, number> {
  const counts = { receiving: 0, queued: 0, running: 0, ended: 0 };
  for (const { job } of members.values()) counts[job.stage()] += 1;
  return counts;
}
