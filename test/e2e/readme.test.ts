import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BundledWorker, startBundledWorker } from '../helpers/servers/bundled-worker.ts';

let worker: BundledWorker;
beforeAll(async () => {
  worker = await startBundledWorker();
}, 60_000);
afterAll(() => worker?.close());

const read = (path: string): Buffer => readFileSync(new URL(`../../${path}`, import.meta.url));
const readme = read('README.md').toString();
const shown = [
  ...readme.matchAll(/`http:\/\/127\.0\.0\.1:8787(\/t\/[^`]+)`\s+!\[[^\]]*\]\(([^)]+)\)/g),
].map(([, path, picture]) => [path as string, picture as string] as const);

describe('the README', () => {
  it('shows five examples', () => {
    expect(shown.length).toBe(5);
  });

  it.each(shown)('%s answers the picture that it shows', async (path, picture) => {
    const response = await worker.fetch(path);
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).equals(read(picture))).toBe(true);
  });
});
