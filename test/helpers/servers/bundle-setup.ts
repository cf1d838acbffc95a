// Runs before all tests of a project that starts the bundled Worker: they share one bundle.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUNDLE_FOLDER, buildWorker } from './build-worker.ts';

/** Builds the bundle and names its folder in the environment, which test processes inherit; the returned function removes it. */
export default async function setUp(): Promise<() => Promise<void>> {
  if (process.env[BUNDLE_FOLDER]) return async () => {};
  const folder = await mkdtemp(join(tmpdir(), 'tessera-bundle-'));
  await buildWorker(folder);
  process.env[BUNDLE_FOLDER] = folder;
  return async () => {
    delete process.env[BUNDLE_FOLDER];
    await rm(folder, { recursive: true, force: true });
  };
}
