// Tells which files have changed, by asking again and again: this works on every file system, and for files that editors replace.
import { stat } from 'node:fs/promises';

/** Pause between two looks, in milliseconds. */
const PAUSE_MS = 300;
/** A look may take this share of the time. */
const SHARE = 0.1;

/** What tells one content of a file from another. */
type Stamp = string;

export type WatchPorts = {
  /** The files that exist now. */
  files: () => Promise<readonly string[]>;
  /** Called after the first look. */
  begin: () => Promise<void>;
  /** Called with files that are new or changed, and no longer change. */
  changed: (files: readonly string[]) => Promise<void>;
  /** Waits so many milliseconds; resolves early when the watch ends. */
  wait: (ms: number) => Promise<void>;
  isEnded: () => boolean;
  now: () => number;
  stampOf?: (file: string) => Promise<Stamp | undefined>;
};

/** Time and size; undefined for a file that is not there. */
const stampOfFile = (file: string): Promise<Stamp | undefined> =>
  stat(file).then(
    ({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`,
    () => undefined,
  );

/** Watches until `isEnded`. Files that exist at the first look count as unchanged. A file that two looks see alike no longer changes. */
export async function watch(ports: WatchPorts): Promise<void> {
  const { files, begin, changed, wait, isEnded, now, stampOf = stampOfFile } = ports;
  const look = async (): Promise<Map<string, Stamp>> => {
    const stamps = new Map<string, Stamp>();
    for (const file of await files()) {
      const stamp = await stampOf(file);
      if (stamp !== undefined) stamps.set(file, stamp);
    }
    return stamps;
  };
  const known = await look();
  await begin();
  let before = known;
  while (!isEnded()) {
    const began = now();
    const seen = await look();
    const settled = [...seen].filter(
      ([file, stamp]) => stamp !== known.get(file) && stamp === before.get(file),
    );
    for (const [file, stamp] of settled) known.set(file, stamp);
    // A file that is removed and comes back is new.
    for (const file of known.keys()) if (!seen.has(file)) known.delete(file);
    before = seen;
    if (settled.length > 0) await changed(settled.map(([file]) => file));
    const took = now() - began;
    await wait(settled.length > 0 ? PAUSE_MS : Math.max(PAUSE_MS, took / SHARE));
  }
}
