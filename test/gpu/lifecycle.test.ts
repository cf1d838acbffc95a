import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { JobLine } from '../../src/jobs/protocol.ts';
import {
  allLines,
  linesOf,
  put,
  startBackend,
  type TestJob,
} from '../helpers/servers/gpu-backend.ts';

const create = { width: 64, height: 48, channels: 3 as const, background: '#c85009' };
const blob = new Uint8Array(await sharp({ create }).png().toBuffer());
const longJob: TestJob = {
  id: 'long',
  plan: 'hybrid,far=upload:far,mode=reference,steps=100000/f=png',
  inputs: [
    { name: 'image', blob },
    { name: 'upload:far', blob },
  ],
};
const shortJob: TestJob = { ...longJob, id: 'short', plan: 'w=32/f=png' };

async function started(lines: AsyncGenerator<JobLine>): Promise<void> {
  for (;;) if ((await lines.next()).value?.type === 'started') return;
}

describe('the backend', () => {
  it('does not start without a secret, and says so', () => {
    const entry = fileURLToPath(new URL('../../src/gpu/main.ts', import.meta.url));
    const env = { ...process.env, GPU_SECRET: '', GPU_PORT: '0' };
    const { status, stderr } = spawnSync(process.execPath, [entry], { env, encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, expect.stringContaining('GPU_SECRET: expected')]);
  });

  it('ends a job that has had no reader for a while', async () => {
    const backend = await startBackend({ GPU_GRACE_MS: '300' });
    try {
      const leaving = new AbortController();
      const lines = linesOf(await put(backend.url, longJob, { signal: leaving.signal }));
      await started(lines);
      leaving.abort();
      await expect.poll(() => backend.logged('job ended')).toMatchObject({ outcome: 'error' });
      const replay = await allLines(await put(backend.url, longJob));
      expect(replay.at(-1)).toMatchObject({ code: 'backend_unavailable', retryable: true });
    } finally {
      await backend.stop();
    }
  });

  it('lets running jobs end when it is asked to stop, and takes no more', async () => {
    const backend = await startBackend({ GPU_DRAIN_MS: '1000' });
    const running = await put(backend.url, longJob);
    const lines = linesOf(running);
    await started(lines);
    const waiting = await put(backend.url, shortJob);
    backend.process.kill('SIGTERM');
    await backend.logged('draining');
    const refused = await put(backend.url, { ...shortJob, id: 'late' });
    expect([refused.status, refused.headers.has('retry-after')]).toEqual([503, true]);
    const retryable = { type: 'error', code: 'backend_unavailable', retryable: true };
    expect((await allLines(waiting)).at(-1)).toMatchObject(retryable);
    let last: JobLine | undefined;
    for await (const line of lines) last = line;
    expect(last).toMatchObject(retryable);
    expect(await backend.ended).toBe(0);
  });

  it('restarts renderers that end, and refuses jobs if none can be started', async () => {
    const backend = await startBackend({ GPU_HANG_MS: '1' });
    try {
      await expect
        .poll(async () => (await fetch(`${backend.url}/health`)).status, { timeout: 20_000 })
        .toBe(503);
      const refused = await put(backend.url, shortJob);
      expect(await refused.json()).toMatchObject({
        code: 'backend_unavailable',
        message: expect.stringContaining('was silent for 1 ms'),
      });
    } finally {
      await backend.stop();
    }
  });
});
