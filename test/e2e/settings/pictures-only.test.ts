// The Worker of `wrangler.toml`: no buckets, no jobs.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signUrl } from '../../../src/client/sign-url.ts';
import { parseSigningKeys } from '../../../src/signing.ts';
import { type BundledWorker, startBundledWorker } from '../../helpers/servers/bundled-worker.ts';

const KEYS = '00ff:11ee';
const BUCKET_FREE = { picturesOnly: true };

let worker: BundledWorker;
beforeAll(async () => {
  worker = await startBundledWorker({ SIGNING_KEYS: KEYS, UNSIGNED: 'false' }, BUCKET_FREE);
});
afterAll(() => worker?.close());

async function get(path: string): Promise<{ status: number; from: string; code: string | null }> {
  const url = await signUrl(new URL(path, worker.url), { key: parseSigningKeys(KEYS)[0]! });
  const response = await worker.fetch(url.pathname + url.search);
  await response.arrayBuffer();
  const { status, headers } = response;
  return { status, from: headers.get('cache-status') ?? '', code: headers.get('x-error') };
}

describe('a Worker without buckets', () => {
  it('makes pictures, and finds them again', async () => {
    expect(await get('/t/w=24/f=png/asset:chess.jpg')).toMatchObject({ status: 200 });
    const again = await get('/t/w=24/f=png/asset:chess.jpg');
    expect(again).toMatchObject({ status: 200, from: expect.stringContaining('hit') });
  });

  it('refuses objects of a bucket and work for a backend by their codes', async () => {
    expect(await get('/t/w=24/r2:cat.jpg')).toMatchObject({
      status: 403,
      code: 'source_forbidden',
    });
    const heavy = '/t/style,style=asset:painting.jpg,engine=vgg19/asset:chess.jpg';
    expect(await get(heavy)).toMatchObject({ status: 503, code: 'backend_unavailable' });
  });

  it('is healthy', async () => {
    const response = await worker.fetch('/health');
    expect(response.status).toBe(200);
    await response.arrayBuffer();
  });
});

describe('a Worker whose settings would let strangers in', () => {
  it.each([
    [
      'backends without keys',
      { GPU_BACKENDS: 'https://gpu.example.com', GPU_SECRET: 'x'.repeat(16) },
    ],
    ['foreign sources without keys', { ALLOWED_SOURCES: 'https://images.example.com/' }],
  ])('serves nothing: %s', async (_, vars) => {
    const open = await startBundledWorker({ ...vars, UNSIGNED: 'false' });
    try {
      const response = await open.fetch('/t/w=24/asset:chess.jpg');
      expect(response.status).toBe(500);
      await response.arrayBuffer();
    } finally {
      await open.close();
    }
  });
});
