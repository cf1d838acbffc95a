import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededAssets } from '../helpers/nets/seeded-model.ts';
import { type BundledWorker, startBundledWorker } from '../helpers/servers/bundled-worker.ts';

let assets: string;
let worker: BundledWorker;

beforeAll(async () => {
  assets = await mkdtemp(join(tmpdir(), 'tessera-assets-'));
  await seededAssets(assets, ['fast-style']);
  worker = await startBundledWorker({}, { assets });
});

afterAll(async () => {
  await worker?.close();
  await rm(assets, { recursive: true, force: true });
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
    expect(body.includes(await readFile(join(assets, 'models/fast-style.json')))).toBe(false);
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
