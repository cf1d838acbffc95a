// Style transfer in the bundled Worker, with weights that stand for the real ones, and who may read them.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededAssets } from '../helpers/nets/seeded-model.ts';
import { type BundledWorker, startBundledWorker } from '../helpers/servers/bundled-worker.ts';

const plan = 'w=96/style,style=asset:painting.jpg';
const path = `/t/${plan}/f=png/asset:landscape.jpg`;

let folder: string;
let worker: BundledWorker;
let bare: BundledWorker;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-e2e-'));
  await seededAssets(join(folder, 'with'), ['fast-style', 'fast-style-predictor']);
  await seededAssets(join(folder, 'without'), []);
  worker = await startBundledWorker({}, { assets: join(folder, 'with') });
  bare = await startBundledWorker({}, { assets: join(folder, 'without') });
});
afterAll(async () => {
  await Promise.all([worker?.close(), bare?.close()]);
  await rm(folder, { recursive: true });
});

const timingOf = (response: Response): string | undefined =>
  /vectors;dur=[\d.]+;desc="([^"]+)"/.exec(response.headers.get('server-timing') ?? '')?.[1];

describe('a style URL', () => {
  it('answers a stylized picture, and reuses the style vector for the next one', async () => {
    const first = await worker.fetch(path);
    expect(first.status, await first.clone().text()).toBe(200);
    expect(first.headers.get('content-type')).toBe('image/png');
    expect(timingOf(first)).toMatch(/^0 of 1 known/);
    const other = await worker.fetch(`/t/${plan}/f=png/asset:chess.jpg`);
    expect([other.status, timingOf(other)]).toEqual([200, '1 of 1 known']);
    expect(Number(/estimate=(\d+)/.exec(other.headers.get('x-cost') ?? '')?.[1])).toBeLessThan(
      Number(/estimate=(\d+)/.exec(first.headers.get('x-cost') ?? '')?.[1]),
    );
  });

  it('names the command that installs the weights if they are missing', async () => {
    const response = await bare.fetch(path);
    expect([response.status, response.headers.get('x-error')]).toEqual([503, 'model_missing']);
    expect(((await response.json()) as { detail: string }).detail).toMatch(
      /npm run models fast-style$/,
    );
    expect((await bare.fetch('/t/w=16/asset:landscape.jpg')).status).toBe(200);
  });
});

describe("the Worker's models", () => {
  it.each([
    '/models/fast-style.safetensors',
    '/models/fast-style.json',
    '/page/%2e%2e%2fmodels/fast-style.json',
    '/page/../models/fast-style.json',
    '/docs/..%2fmodels/fast-style.json',
    '/page/..%2fmodels/fast-style.json',
    '/samples/%2e%2e/models/fast-style.json',
    '/samples/..%5cmodels%5cfast-style.json',
  ])('are not served at %s', async (path) => {
    const response = await worker.fetch(path);
    const body = Buffer.from(await response.arrayBuffer());
    expect(response.status).toBe(404);
    expect(body.includes(await readFile(join(folder, 'with/models/fast-style.json')))).toBe(false);
  });

  it.each(['asset:fast-style.json', 'asset:..%2fmodels%2ffast-style.safetensors'])(
    'are no source as %s',
    async (source) => {
      const response = await worker.fetch(`/t/w=16/${source}`);
      expect([400, 404]).toContain(response.status);
      await response.arrayBuffer();
    },
  );
});
