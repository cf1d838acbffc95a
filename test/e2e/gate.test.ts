import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BundledWorker, startWorker } from '../helpers/servers/bundled-worker.ts';

let worker: BundledWorker;

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./gate-worker.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    write: false,
  });
  const modules = [{ type: 'ESModule' as const, path: 'gate.js', contents: outputFiles[0]!.text }];
  worker = await startWorker({
    name: 'gate',
    compatibilityDate: '2026-11-01',
    compatibilityFlags: ['enable_request_signal'],
    modules,
  });
});

afterAll(() => worker?.close());

const ask = async (ms: number) => {
  const response = await worker.fetch(`/?ms=${ms}`);
  return { status: response.status, ...((await response.json()) as { most?: number }) };
};

async function untilQueued(count: number): Promise<void> {
  await expect
    .poll(async () => (await (await worker.fetch('/state')).json()) as object, { timeout: 10_000 })
    .toMatchObject({ queued: count });
}

describe('requests that wait for each other in workerd', () => {
  it('all finish; exclusive requests run alone, and workerd ends none of them as hanging', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(120)));
    expect(answers).toEqual(Array.from({ length: 20 }, () => ({ status: 200, most: 1 })));
  });

  it('run side by side in the isolate if they are light and fit in memory', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(40)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(Math.max(...answers.map(({ most }) => most ?? 0))).toBe(2);
  });

  it('leave the queue at once when their clients are gone', async () => {
    const left = new AbortController();
    const holder = ask(800);
    const waiting = Array.from({ length: 5 }, () =>
      worker.fetch('/?ms=800', { signal: left.signal }).catch(() => 'gone'),
    );
    await untilQueued(5);
    left.abort();
    expect(await Promise.all(waiting)).toEqual(Array(5).fill('gone'));
    await untilQueued(0);
    expect((await holder).status).toBe(200);
  });

  it('are refused when the queue is full, and the others are served', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => ask(120)));
    const served = answers.filter(({ status }) => status === 200).length;
    expect(answers.every(({ status }) => status === 200 || status === 429)).toBe(true);
    expect(served).toBeGreaterThanOrEqual(21);
    expect(served).toBeLessThan(30);
  });
});
