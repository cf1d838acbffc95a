// One job of the table, with the readers of its stream.
import { rm } from 'node:fs/promises';
import type { Made } from '../../jobs/blobs.ts';
import type { JobHead, JobLine } from '../../jobs/protocol.ts';
import {
  addLine,
  arrive,
  droppedFiles,
  type Entry,
  type JobStage,
  linesToReplay,
  queue,
  type StoredFile,
  start,
} from './entry.ts';

export type Listener = (line: JobLine) => void;

export type LiveJob = {
  readonly head: JobHead;
  readonly folder: string;
  /** Its data as it is now. */
  entry: () => Entry;
  stage: () => JobStage;
  file: (kind: Made) => StoredFile | undefined;
  queue: () => void;
  start: () => void;
  /** Adds a line, with the path of the file that it announces, and passes it to the readers. Ignored after the last line. */
  write: (line: JobLine, path?: string) => void;
  /** Replays the lines so far to `listener`, then passes each new one. Returns a function that ends that. */
  listen: (listener: Listener) => () => void;
  isHeard: () => boolean;
};

export type LiveJobHooks = {
  /** Called with false when the last reader of a running job leaves, and with true when one comes back. */
  onHeard: (isHeard: boolean) => void;
  /** Called with the last line. */
  onEnd: (line: JobLine) => void;
};

/** A job whose head has arrived. Its blobs and all later files go into `folder`. */
export function createLiveJob(
  head: JobHead,
  folder: string,
  { onHeard, onEnd }: LiveJobHooks,
): LiveJob {
  let entry = arrive(head, folder, performance.now());
  const listeners = new Set<Listener>();
  return {
    head,
    folder,
    entry: () => entry,
    stage: () => entry.stage,
    file: (kind) => entry.files[kind],
    queue() {
      if (!entry.last) entry = queue(entry);
    },
    start() {
      if (!entry.last) entry = start(entry, performance.now());
    },
    write(line, path) {
      if (entry.last) return;
      const before = entry;
      entry = addLine(before, { line, path, now: performance.now() });
      // A reader that has opened a replaced file can still read it to its end.
      for (const dropped of droppedFiles(before, entry))
        rm(dropped, { force: true }).catch(() => {});
      for (const listener of [...listeners]) listener(line);
      if (entry.last) onEnd(entry.last);
    },
    listen(listener) {
      for (const line of linesToReplay(entry)) listener(line);
      if (entry.last) return () => {};
      listeners.add(listener);
      if (listeners.size === 1) onHeard(true);
      return () => {
        if (listeners.delete(listener) && listeners.size === 0 && !entry.last) onHeard(false);
      };
    },
    isHeard: () => listeners.size > 0,
  };
}
