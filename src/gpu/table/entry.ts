// The life of one job on the backend as pure functions: what arrived, which lines were written, which files there are.
import type { Made } from '../../jobs/blobs.ts';
import { blobBytes } from '../../jobs/head.ts';
import type { JobHead, JobLine } from '../../jobs/protocol.ts';
import { isLast } from '../messages.ts';

export type StoredFile = { path: string; bytes: number; sha256: string; mime: string };

/** `receiving` its blobs, `queued`, `running`, or `ended`, with or without a result. */
export type JobStage = 'receiving' | 'queued' | 'running' | 'ended';

/** One job as plain data; times in milliseconds of `performance.now()`. */
export type Entry = {
  head: JobHead;
  /** Folder of all its files. */
  folder: string;
  stage: JobStage;
  /** The newest line of each type. */
  lines: Partial<Record<JobLine['type'], JobLine>>;
  /** The last line; there is one as soon as the stage is `ended`. */
  last?: JobLine;
  /** The newest file of each kind. */
  files: Partial<Record<Made, StoredFile>>;
  arrivedAt: number;
  /** When it began to render. */
  startedAt?: number;
  endedAt?: number;
};

/** A job whose head has arrived. */
export const arrive = (head: JobHead, folder: string, now: number): Entry => ({
  head,
  folder,
  stage: 'receiving',
  arrivedAt: now,
  lines: {},
  files: {},
});

/** A job whose blobs have arrived. */
export const queue = (entry: Entry): Entry => ({ ...entry, stage: 'queued' });

/** A job that a renderer has begun. */
export const start = (entry: Entry, now: number): Entry => ({
  ...entry,
  stage: 'running',
  startedAt: now,
});

/** A line with the file that it announces, and when it was written. */
export type WrittenLine = { line: JobLine; path: string | undefined; now: number };

/** Adds a line to a job that has not ended; the last one ends it. */
export function addLine(entry: Entry, { line, path, now }: WrittenLine): Entry {
  const file = path === undefined ? undefined : fileOf(line, path);
  return {
    ...entry,
    lines: { ...entry.lines, [line.type]: line },
    ...(file && { files: { ...entry.files, [line.type]: file } }),
    ...(isLast(line) && { last: line, stage: 'ended', endedAt: now }),
  };
}

function fileOf(line: JobLine, path: string): StoredFile | undefined {
  if (line.type !== 'preview' && line.type !== 'checkpoint' && line.type !== 'result') {
    return undefined;
  }
  const mime = line.type === 'checkpoint' ? 'application/octet-stream' : line.mime;
  return { path, bytes: line.bytes, sha256: line.sha256, mime };
}

/** Paths of files that a newer entry of the same job does not have any more. */
export const droppedFiles = (before: Entry, after: Entry): string[] => {
  const kept = Object.values(after.files).map(({ path }) => path);
  return Object.values(before.files)
    .map(({ path }) => path)
    .filter((path) => !kept.includes(path));
};

// In the order that readers expect.
const replayed = ['accepted', 'started', 'progress', 'preview', 'checkpoint'] as const;

/** The lines that a new reader gets first: the newest of each type, then the last. */
export const linesToReplay = ({ lines, last }: Entry): JobLine[] =>
  [...replayed.map((type) => lines[type]), last].filter((line) => line !== undefined);

/** Bytes of its files, including those that arrived with it. */
export const bytesOf = ({ head, files }: Entry): number =>
  Object.values(files).reduce((sum, { bytes }) => sum + bytes, blobBytes(head));

/** The line that ends a job because of a failure of the backend; another attempt may succeed. */
export const failureLine = ({ startedAt }: Entry, message: string, now: number): JobLine => ({
  type: 'error',
  code: 'backend_unavailable',
  message,
  retryable: true,
  seconds: startedAt === undefined ? 0 : (now - startedAt) / 1000,
});

/**
 * What a request for a job does with the one that is here: `join` its stream, `replace` it because it failed and this is a later
 * attempt, `cancel` and replace it because this is a later run, or be `refuse`d because this is an earlier run.
 */
export type Arrival = 'join' | 'replace' | 'cancel' | 'refuse';

/** Decides that from the head of the request. */
export function arrivalOf({ head: here, last }: Entry, head: JobHead): Arrival {
  if (here.run > head.run) return 'refuse';
  if (here.run < head.run) return 'cancel';
  const hasFailed = last !== undefined && last.type !== 'result';
  return hasFailed && head.attempt > here.attempt ? 'replace' : 'join';
}

/** The ended jobs whose files are too old, or too many: the newest are kept up to `bytes`. `ms` is their longest age. */
export function expired(
  entries: readonly Entry[],
  { ms, bytes }: { ms: number; bytes: number },
  now: number,
): Entry[] {
  const ended = entries.filter(({ endedAt }) => endedAt !== undefined);
  ended.sort((a, b) => b.endedAt! - a.endedAt!);
  let sum = 0;
  return ended.filter((entry) => {
    sum += bytesOf(entry);
    return now - entry.endedAt! > ms || sum > bytes;
  });
}
