// Whether generated files exist and are as new as what they are made from.
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';

type Made = {
  root: string;
  /** Generated files, relative to the root. */
  files: readonly string[];
  /** Patterns of their sources, relative to the root. */
  sources: readonly string[];
};

/** True if every file exists and none is older than the newest source. */
export function isCurrent({ root, files, sources }: Made): boolean {
  const changedMs = (file: string): number | undefined =>
    statSync(join(root, file), { throwIfNoEntry: false })?.mtimeMs;
  const newest = Math.max(...globSync([...sources], { cwd: root }).map((file) => changedMs(file)!));
  return files.every((file) => (changedMs(file) ?? Number.NEGATIVE_INFINITY) >= newest);
}
