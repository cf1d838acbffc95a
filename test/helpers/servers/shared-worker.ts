// One bundled Worker for the files of a process whose tests ask for what the default configuration answers.
import { type BundledWorker, startBundledWorker } from './bundled-worker.ts';

let started: Promise<BundledWorker> | undefined;

/** The Worker in its default configuration, which other files have used before. Miniflare ends it with the process. */
export function sharedWorker(): Promise<Omit<BundledWorker, 'close'>> {
  started ??= startBundledWorker();
  return started;
}
