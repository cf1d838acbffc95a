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
  worker = await startWorker({ name: 'gate', compatibilityDate: '2026-11-01', modules });
});

afterAll(() => worker?.close());

const ask = async (ms: number) => {
  const response = await worker.fetch(`/?ms=${ms}`);
  return { status: response.status, ...((await response.json()) as { most?: number }) };
};

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

  it('are refused when the queue is full, and the others are served', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => ask(120)));
    const served = answers.filter(({ status }) => status === 200).length;
    expect(answers.every(({ status }) => status === 200 || status === 429)).toBe(true);
    expect(served).toBeGreaterThanOrEqual(21);
    expect(served).toBeLessThan(30);
  });
});
