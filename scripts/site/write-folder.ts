// Brings a folder to a set of files, without a moment at which one of them is missing.
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeWhole } from '../models/write-whole.ts';

/** Writes the files that are new or differ, by their paths in the folder, and removes all others. */
export async function writeFolder(
  folder: string,
  files: ReadonlyMap<string, Uint8Array | string>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [path, content] of files) {
    const full = join(folder, path);
    const bytes = Buffer.from(content);
    const before = await readFile(full).catch(() => undefined);
    if (before?.equals(bytes)) continue;
    await mkdir(dirname(full), { recursive: true });
    await writeWhole(full, bytes);
  }
  const there = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of there) {
    if (!entry.isFile()) continue;
    const full = join(entry.parentPath, entry.name);
    if (!files.has(full.slice(folder.length).replaceAll('\\', '/').replace(/^\//, '')))
      await rm(full, { force: true });
  }
}
