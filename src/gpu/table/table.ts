// The jobs of this backend: who waits, who renders, and what ended lately.
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../errors.ts';
import type { JobHead, JobLine } from '../../jobs/protocol.ts';
import type { Log } from '../log.ts';
import type { RenderJob } from '../messages.ts';
import type { RendererPool } from '../pool/pool.ts';
import type { Settings } from '../settings.ts';
import { createJobRecord, type JobRecord } from './record.ts';

type RendererProcess = NonNullable<ReturnType<RendererPool['take']>>;

export type JobTable = {
  /** The job that this head asks for, where it is here already, else undefined. Throws `not_ready` where a newer run is here. */
  known: (head: JobHead) => JobRecord | undefined;
  /** Makes room for a new job, whose blobs are then to be put in its folder. Throws `busy`, `backend_unavailable`. */
  open: (head: JobHead) => JobRecord;
  /** Queues a job whose blobs are there. */
  start: (record: JobRecord, job: RenderJob) => void;
  /** Forgets one whose blobs did not come. */
  drop: (record: JobRecord, error: AppError) => void;
  find: (id: string) => JobRecord | undefined;
  cancel: (record: JobRecord) => void;
  /** To be called when a renderer is free. */
  advance: () => void;
  /** Takes no more jobs, lets the running ones go on for a while, and resolves when all have ended. */
  drain: () => Promise<void>;
  state: () => { receiving: number; queued: number; running: number; ended: number };
};

type Entry = {
  record: JobRecord;
  job?: RenderJob;
  renderer?: RendererProcess;
  /** Runs while nobody listens. */
  lonely?: NodeJS.Timeout;
  came: number;
  /** When it began to render. */
  began?: number;
  endedAt?: number;
};

export type JobTableOptions = {
  settings: Settings;
  pool: () => RendererPool;
  /** Where each job gets a folder. */
  folder: string;
  log: Log;
  /** Told about every job that has ended. */
  onEnd: (line: JobLine) => void;
};

/** An empty table. */
export function createJobTable(options: JobTableOptions): JobTable {
  const { settings, pool, folder, log, onEnd } = options;
  const entries = new Map<string, Entry>();
  const queue: Entry[] = [];
  let drainingSince: number | undefined;

  const count = (stage: string): number =>
    [...entries.values()].filter(({ record }) => record.stage() === stage).length;

  const tellPlaces = (): void => {
    for (const [ahead, { record }] of queue.entries()) {
      record.tell({ type: 'accepted', device: deviceName(), ahead });
    }
  };
  const deviceName = (): string => {
    const device = pool().device();
    return device ? `${device.kind}: ${device.name}` : 'starting';
  };

  const advance = (): void => {
    while (queue.length > 0) {
      const renderer = pool().take();
      if (!renderer) return;
      render(queue.shift() as Entry, renderer);
      tellPlaces();
    }
  };

  const render = (entry: Entry, renderer: RendererProcess): void => {
    const { record } = entry;
    entry.renderer = renderer;
    entry.began = performance.now();
    record.enter('running');
    record.tell({ type: 'accepted', device: deviceName(), ahead: 0 });
    record.tell({ type: 'started' });
    renderer.render(entry.job as RenderJob, record.tell).then((goesOn) => {
      delete entry.renderer;
      pool().giveBack(renderer, goesOn);
    });
  };

  /** Ends a job with this line, which a renderer that works on it may still outdo. */
  const stop = (entry: Entry, line: JobLine): void => {
    const index = queue.indexOf(entry);
    if (index >= 0) queue.splice(index, 1);
    entry.renderer?.cancel();
    // A renderer says itself when it has let go.
    if (!entry.renderer || line.type !== 'canceled') entry.record.tell(line);
    if (index >= 0) tellPlaces();
  };

  const fail = (entry: Entry, message: string): void => {
    const seconds = entry.began === undefined ? 0 : (performance.now() - entry.began) / 1000;
    stop(entry, { type: 'error', code: 'backend_unavailable', message, retryable: true, seconds });
  };

  const forget = (entry: Entry): void => {
    const { id } = entry.record.head;
    if (entries.get(id) === entry) entries.delete(id);
    // Again where what still comes in or is rendered has put a file there meanwhile.
    rm(entry.record.folder, { recursive: true, force: true, maxRetries: 5 }).catch((error: Error) =>
      log('warning', 'folder not removed', { reason: error.message }),
    );
  };

  const sweep = (): void => {
    const ended = [...entries.values()].filter(({ endedAt }) => endedAt !== undefined);
    ended.sort((a, b) => (b.endedAt as number) - (a.endedAt as number));
    const oldest = performance.now() - settings.GPU_KEEP_MS;
    let bytes = 0;
    for (const entry of ended) {
      bytes += entry.record.bytes();
      if ((entry.endedAt as number) < oldest || bytes > settings.GPU_KEEP_BYTES) forget(entry);
    }
  };
  setInterval(sweep, Math.min(10_000, settings.GPU_KEEP_MS)).unref();

  const ended = (entry: Entry, line: JobLine): void => {
    const { id, run, attempt } = entry.record.head;
    clearTimeout(entry.lonely);
    entry.endedAt = performance.now();
    const seconds = (entry.endedAt - entry.came) / 1000;
    const { code, message } = line as { code?: string; message?: string };
    log(line.type === 'error' ? 'warning' : 'info', 'job ended', {
      id,
      run,
      attempt,
      outcome: line.type,
      seconds,
      ...(code && { code, message }),
    });
    onEnd(line);
    if (entries.get(id) === entry) sweep();
    else forget(entry);
  };

  const watched = (entry: Entry, isWatched: boolean): void => {
    clearTimeout(entry.lonely);
    if (isWatched || entry.record.stage() === 'receiving') return;
    entry.lonely = setTimeout(
      () => fail(entry, 'nobody reads the stream of the job'),
      settings.GPU_GRACE_MS,
    );
  };

  return {
    known(head) {
      const entry = entries.get(head.id);
      if (!entry) return undefined;
      const { record } = entry;
      const last = record.last();
      if (record.head.run > head.run) {
        throw new AppError('not_ready', `run: expected at least ${record.head.run}, which is here`);
      }
      if (record.head.run < head.run) {
        stop(entry, { type: 'canceled', seconds: 0 });
        return undefined;
      }
      const failed = last !== undefined && last.type !== 'result';
      return failed && head.attempt > record.head.attempt ? undefined : record;
    },
    open(head) {
      if (drainingSince !== undefined) {
        throw new AppError('backend_unavailable', 'the backend is about to end', {
          retryable: true,
          retryAfter: 5,
        });
      }
      const broken = pool().broken();
      if (broken !== undefined) {
        throw new AppError('backend_unavailable', `no renderer can be started: one ${broken}`, {
          retryable: true,
          retryAfter: 30,
        });
      }
      const waiting = queue.length + count('receiving') - pool().state().ready;
      if (waiting >= settings.GPU_QUEUE) {
        throw new AppError('busy', `expected at most ${settings.GPU_QUEUE} jobs to wait`, {
          retryable: true,
          retryAfter: 10,
        });
      }
      const old = entries.get(head.id);
      const own = join(folder, randomUUID());
      const entry: Entry = {
        came: performance.now(),
        record: createJobRecord(head, own, {
          onWatched: (isWatched) => watched(entry, isWatched),
          onLast: (line) => ended(entry, line),
        }),
      };
      entries.set(head.id, entry);
      if (old?.record.last()) forget(old);
      return entry.record;
    },
    start(record, job) {
      const entry = entries.get(record.head.id);
      if (entry?.record !== record || record.last()) return;
      entry.job = job;
      record.enter('queued');
      queue.push(entry);
      tellPlaces();
      advance();
      watched(entry, record.listeners() > 0);
    },
    drop(record, { code, message }) {
      record.tell({ type: 'error', code, message, retryable: true, seconds: 0 });
      const entry = entries.get(record.head.id);
      if (entry?.record === record) forget(entry);
    },
    find: (id) => entries.get(id)?.record,
    cancel(record) {
      const entry = entries.get(record.head.id);
      if (entry?.record === record) stop(entry, { type: 'canceled', seconds: 0 });
    },
    advance,
    async drain() {
      drainingSince ??= performance.now();
      for (const entry of [...queue]) fail(entry, 'the backend ends');
      const end = drainingSince + settings.GPU_DRAIN_MS;
      for (const { renderer } of entries.values()) renderer?.save();
      while (count('running') + count('receiving') > 0 && performance.now() < end) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      for (const entry of entries.values()) {
        if (!entry.record.last()) fail(entry, 'the backend ends');
      }
    },
    state: () => ({
      receiving: count('receiving'),
      queued: count('queued'),
      running: count('running'),
      ended: count('ended'),
    }),
  };
}
