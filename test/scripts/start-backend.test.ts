import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keptSecret, startBackend } from '../../scripts/start/backend.ts';
import { parseBackendKeys } from '../../src/jobs/auth.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

const isUp = async (url: string): Promise<boolean> =>
  fetch(`${url}/health`).then(
    (response) => response.ok,
    () => false,
  );

describe('the backend of npm start', () => {
  it('has a secret that is made once and that only its owner can read', async () => {
    const file = join(folder, 'state/secret');
    const secret = await keptSecret(file);
    expect(parseBackendKeys(secret)).toHaveLength(1);
    expect(await keptSecret(file)).toBe(secret);
    expect((await stat(file)).mode & 0o077).toBe(0);
    expect(await keptSecret(join(folder, 'other'))).not.toBe(secret);
  });

  it('is restarted at the same address if it is killed, and stopped with the Worker', async () => {
    const reports: string[] = [];
    const backend = await startBackend({
      env: { ...process.env, GPU_DEVICE: 'cpu', GPU_THREADS: '1' },
      secret: 'a secret for tests only',
      report: (line) => reports.push(line),
    });
    try {
      await backend.listening;
      expect(await isUp(backend.url)).toBe(true);
      const first = backend.pid() as number;
      process.kill(first, 'SIGKILL');
      await expect.poll(() => backend.pid() !== first, { timeout: 5000 }).toBe(true);
      await expect.poll(() => isUp(backend.url), { timeout: 15_000 }).toBe(true);
      expect(reports[0]).toBe('The GPU backend ended (SIGKILL); it restarts in 0.5 s');
    } finally {
      await backend.end();
    }
    expect(await isUp(backend.url)).toBe(false);
  });
});
