// Heavy jobs through the bundled Worker: workflow, Durable Object and R2 as the runtime has them, and a backend that only pretends.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BundledWorker, startBundledWorker } from '../helpers/servers/bundled-worker.ts';
import { type FakeBackendServer, startFakeBackend } from '../jobs/fake-backend-server.ts';
import { keys, SECRET } from '../jobs/job-world.ts';

type JobDocument = {
  id: string;
  state: string;
  run: number;
  attempt: number;
  token: string;
  error?: { code: string; message: string };
};

let backends: FakeBackendServer[] = [];
let worker: BundledWorker;
let folder: string;
const vars = (): Record<string, string> => ({
  GPU_BACKENDS: backends.map(({ url }) => url).join(','),
  GPU_SECRET: SECRET,
  // The fake backends speak http.
  DEVELOPMENT: 'true',
  JOB_ATTEMPTS: '3',
  JOB_RETRY_MS: '20',
  JOB_SILENCE_MS: '1000',
  JOB_WATCH_MS: '1500',
});

beforeAll(async () => {
  const models = ['vgg19', 'vgg19-small'];
  backends = [await startFakeBackend(keys, { models, lineMs: 50 })];
  folder = await mkdtemp(join(tmpdir(), 'tessera-jobs-'));
  worker = await startBundledWorker(vars(), { persist: folder });
});
afterAll(async () => {
  await worker?.close();
  await Promise.all(backends.map((backend) => backend.close()));
  await rm(folder, { recursive: true, force: true });
});

const backend = (): FakeBackendServer => backends[0] as FakeBackendServer;
beforeEach(() => {
  backend().acts.length = 0;
  backend().heads.length = 0;
});

let serial = 0;

/** A job that no other test has. */
async function submit(plan = `w=64/style,engine=vgg19,style=asset:bust.jpg,seed=${++serial}`) {
  const response = await worker.fetch('/v1/jobs', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ plan, source: 'asset:chess.jpg' }),
  });
  expect(response.status).toBeLessThan(300);
  return { plan, job: (await response.json()) as JobDocument };
}

const stateOf = async (id: string): Promise<JobDocument> =>
  (await worker.fetch(`/v1/jobs/${id}`)).json() as Promise<JobDocument>;

async function ended(id: string): Promise<JobDocument> {
  const events = await (await worker.fetch(`/v1/jobs/${id}/events`)).text();
  expect(events).toMatch(/event: state\n.*"(succeeded|failed|canceled)".*\n\n$/);
  return stateOf(id);
}

async function until(condition: () => unknown | Promise<unknown>): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it did not happen');
}

describe('a job in the bundled Worker', () => {
  it('streams its events, and ends in a result that stays', async () => {
    const { plan, job } = await submit();
    const events = await (await worker.fetch(`/v1/jobs/${job.id}/events`)).text();
    const types = [...events.matchAll(/^event: (\w+)$/gm)].map(([, type]) => type);
    expect(types).toEqual(['state', 'state', 'state', 'progress', 'preview', 'state']);
    const result = await worker.fetch(`/v1/jobs/${job.id}/result`);
    expect(result.status).toBe(200);
    expect(result.headers.get('cache-control')).toContain('immutable');
    expect((await result.arrayBuffer()).byteLength).toBe(32);
    const again = await submit(plan);
    expect(again.job).toMatchObject({ id: job.id, state: 'succeeded', run: 1, token: job.token });
    expect(backend().heads).toHaveLength(1);
  });

  it.each([
    'refuse',
    'status 500',
    'silent',
    'cut',
    'garbage',
    'lying result',
    'short result',
    'lying checkpoint',
    'error',
  ] as const)('survives a backend that does: %s', async (act) => {
    backend().acts.push(act);
    const { job } = await submit();
    expect(await ended(job.id)).toMatchObject({ state: 'succeeded', attempt: 2 });
  });

  it('waits for busy backends without spending attempts', async () => {
    backend().acts.push(...Array<'busy'>(6).fill('busy'));
    const { job } = await submit();
    expect(await ended(job.id)).toMatchObject({ state: 'succeeded', attempt: 1 });
  });

  it('fails with a reason after its attempts, and a later submit works', async () => {
    backend().acts.push('refuse', 'refuse', 'refuse');
    const { plan, job } = await submit();
    const failed = await ended(job.id);
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'backend_unavailable' } });
    expect(failed.error?.message).not.toContain('127.0.0.1');
    expect((await submit(plan)).job).toMatchObject({ id: job.id, run: 2 });
    expect(await ended(job.id)).toMatchObject({ state: 'succeeded', run: 2 });
  });

  it('ends when its owner cancels it', async () => {
    backend().acts.push('slow');
    const { job } = await submit();
    await until(async () => (await stateOf(job.id)).state === 'running');
    const cancel = (headers: Record<string, string>): Promise<Response> =>
      worker.fetch(`/v1/jobs/${job.id}`, { method: 'DELETE', headers });
    expect((await cancel({ Authorization: 'Bearer somebody-else' })).status).toBe(403);
    expect((await cancel({ Authorization: `Bearer ${job.token}` })).status).toBe(200);
    expect((await ended(job.id)).state).toBe('canceled');
    await until(() => backend().canceled.includes(job.id));
  });

  it('continues after a restart of the Worker, even if nobody asks about it', async () => {
    backend().acts.push('slow');
    const { job } = await submit();
    await until(async () => (await stateOf(job.id)).state === 'running');
    await worker.close();
    worker = await startBundledWorker(vars(), { persist: folder });
    await until(() => backend().heads.length === 2);
    backend().finish();
    expect(await ended(job.id)).toMatchObject({ state: 'succeeded', run: 1, attempt: 1 });
    expect(backend().heads.map(({ run, attempt }) => [run, attempt])).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });
});
