// One job as the backend knows it: what has been told of it, its files, and who listens.
import { rm } from 'node:fs/promises';
import type { JobHead, JobLine } from '../../jobs/protocol.ts';
import { isLast } from '../messages.ts';
import { blobBytes } from '../server/receive-job.ts';

export type BlobKind = 'preview' | 'checkpoint' | 'result';

export type StoredFile = { path: string; bytes: number; sha256: string; mime: string };

export type Stage = 'receiving' | 'queued' | 'running' | 'ended';

export type Listener = (line: JobLine) => void;

export type JobRecord = {
  readonly head: JobHead;
  readonly folder: string;
  readonly stage: () => Stage;
  enter: (stage: Exclude<Stage, 'ended'>) => void;
  /** Takes a line in, with the file that it tells of, and passes it on; nothing after the last. */
  tell: (line: JobLine, file?: string) => void;
  /** Tells `listener` what there is so far, then whatever comes; returns what ends that. */
  listen: (listener: Listener) => () => void;
  listeners: () => number;
  /** The last line, once there is one. */
  last: () => JobLine | undefined;
  file: (kind: BlobKind) => StoredFile | undefined;
  /** Bytes of its files, with those that came with it. */
  bytes: () => number;
};

// In the order in which a reader needs them; of each the newest.
const replayed = ['accepted', 'started', 'progress', 'preview', 'checkpoint'] as const;

type Hooks = {
  /** Called when the last listener has left, and when the first has come. */
  onWatched: (watched: boolean) => void;
  onLast: (line: JobLine) => void;
};

/** A record of a job whose files lie in `folder`. */
export function createJobRecord(
  head: JobHead,
  folder: string,
  { onWatched, onLast }: Hooks,
): JobRecord {
  const lines = new Map<JobLine['type'], JobLine>();
  const files = new Map<BlobKind, StoredFile>();
  const listeners = new Set<Listener>();
  let stage: Stage = 'receiving';
  let last: JobLine | undefined;

  const keep = (line: JobLine, path: string): void => {
    if (line.type !== 'preview' && line.type !== 'checkpoint' && line.type !== 'result') return;
    const { type, bytes, sha256 } = line;
    const mime = line.type === 'checkpoint' ? 'application/octet-stream' : line.mime;
    const old = files.get(type);
    files.set(type, { path, bytes, sha256, mime });
    // Whoever is reading it keeps the open file.
    if (old && old.path !== path) rm(old.path, { force: true }).catch(() => {});
  };

  return {
    head,
    folder,
    stage: () => stage,
    enter(next) {
      if (stage !== 'ended') stage = next;
    },
    tell(line, path) {
      if (last) return;
      if (path !== undefined) keep(line, path);
      lines.set(line.type, line);
      if (isLast(line)) {
        last = line;
        stage = 'ended';
      }
      for (const listener of [...listeners]) listener(line);
      if (last) onLast(last);
    },
    listen(listener) {
      for (const type of replayed) {
        const line = lines.get(type);
        if (line) listener(line);
      }
      if (last) {
        listener(last);
        return () => {};
      }
      listeners.add(listener);
      if (listeners.size === 1) onWatched(true);
      return () => {
        if (listeners.delete(listener) && listeners.size === 0 && !last) onWatched(false);
      };
    },
    listeners: () => listeners.size,
    last: () => last,
    file: (kind) => files.get(kind),
    bytes: () => [...files.values()].reduce((sum, { bytes }) => sum + bytes, blobBytes(head)),
  };
}
