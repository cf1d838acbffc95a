import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../src/client/client.ts';
import { type BundledWorker, startBundledWorker } from '../helpers/servers/bundled-worker.ts';

const KEYS = ['736563726574:68656C6C6F', '0102:0304'];
let worker: BundledWorker;

beforeAll(async () => {
  worker = await startBundledWorker({ SIGNING_KEYS: KEYS.join(',') });
});
afterAll(() => worker?.close());

const clientOf = (keys: string) => createClient({ origin: worker.url.origin, keys });
const codeOf = async (url: string, init?: RequestInit): Promise<string | null> => {
  const response = await fetch(url, init);
  await response.arrayBuffer();
  return response.ok ? 'ok' : response.headers.get('x-error');
};

describe('the bundled Worker with keys', () => {
  it('accepts URLs signed with any of its keys, and no others', async () => {
    for (const keys of KEYS) {
      const plan = clientOf(keys).from('asset:zoneplate.png').options({ w: 16, f: 'png' });
      expect(await codeOf(await plan.signedUrl())).toBe('ok');
      expect(await codeOf(plan.url())).toBe('bad_signature');
      expect(await codeOf((await plan.signedUrl()).replace('w=16', 'w=17'))).toBe('bad_signature');
    }
    const strange = clientOf('0102:0305').from('asset:zoneplate.png').options({ w: 16 });
    expect(await codeOf(await strange.signedUrl())).toBe('bad_signature');
  });

  it('accepts every spelling of a signed URL', async () => {
    const plan = clientOf(KEYS[0] as string)
      .from('asset:zoneplate.png')
      .options({ w: 16, f: 'png' });
    const url = await plan.signedUrl();
    const spellings = [
      url.replace('/w=16', '///w=16'),
      url.replace('zone', '%7Aone'),
      url.replace('/w=16', '/x/%2e%2e/w=16'),
      `${url}?`,
    ];
    for (const spelling of spellings) expect(await codeOf(spelling)).toBe('ok');
  });

  it('refuses URLs that have expired', async () => {
    const plan = clientOf(KEYS[0] as string)
      .from('asset:zoneplate.png')
      .options({ w: 16 });
    const now = Date.now() / 1000;
    expect(await codeOf(await plan.signedUrl({ expires: now - 1 }))).toBe('expired');
    const { headers } = await fetch(await plan.signedUrl({ expires: now + 60 }));
    const [, age] = /^public, max-age=(\d+)$/.exec(headers.get('cache-control') ?? '') ?? [];
    expect(Number(age)).toBeGreaterThan(40);
    expect(Number(age)).toBeLessThanOrEqual(60);
  });

  it('starts no job without a signature', async () => {
    const body = JSON.stringify({ plan: 'w=16', source: 'asset:zoneplate.png' });
    const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body };
    expect(await codeOf(`${worker.url.origin}/v1/jobs`, init)).toBe('bad_signature');
    const work = clientOf(KEYS[1] as string)
      .from('asset:zoneplate.png')
      .options({ w: 16 });
    const { jobs } = clientOf(KEYS[1] as string);
    await expect(jobs.submit(work)).rejects.toMatchObject({ code: 'backend_unavailable' });
  });
});
