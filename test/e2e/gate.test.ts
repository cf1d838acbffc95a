import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unstable_startWorker as startWorker } from 'wrangler';

process.env.CLOUDFLARE_CF_FETCH_ENABLED = 'false';

let worker: Awaited<ReturnType<typeof startWorker>>;
let url: URL;

beforeAll(async () => {
  worker = await startWorker({
    // Its own: the service's names classes that this Worker does not have.
    config: fileURLToPath(new URL('./gate.toml', import.meta.url)),
    dev: {
      server: { hostname: '127.0.0.1', port: 0 },
      inspector: false,
      logLevel: 'error',
      watch: false,
      persist: false,
    },
  });
  await worker.ready;
  url = await worker.url;
});

afterAll(() => worker?.dispose());

const ask = async (ms: number) => {
  const response = await fetch(new URL(`/?ms=${ms}`, url));
  return { status: response.status, ...((await response.json()) as { most?: number }) };
};

describe('requests that wait for each other in workerd', () => {
  it('all get their turn, exclusive ones alone, and none is ended as hanging', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(120)));
    expect(answers).toEqual(Array.from({ length: 20 }, () => ({ status: 200, most: 1 })));
  });

  it('share the isolate where they are light, as memory allows', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(40)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(Math.max(...answers.map(({ most }) => most ?? 0))).toBe(2);
  });

  it('are refused beyond what the line holds, and the rest is served', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => ask(120)));
    const served = answers.filter(({ status }) => status === 200).length;
    expect(answers.every(({ status }) => status === 200 || status === 429)).toBe(true);
    expect(served).toBeGreaterThanOrEqual(21);
    expect(served).toBeLessThan(30);
  });
});
