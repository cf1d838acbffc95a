import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { GpuDay } from '../../src/edge/jobs/gpu-day.ts';
import { JobObject } from '../../src/edge/jobs/job-object.ts';
import { createR2Blobs } from '../../src/edge/r2-blobs.ts';
import type { JobSpec } from '../../src/jobs/job.ts';
import { KEPT_MS } from '../../src/jobs/store/watch.ts';
import { describeBlobStore } from '../contracts/blob-store.ts';

describeBlobStore(() => createR2Blobs(env.JOB_BLOBS));

const specOf = (id: string): JobSpec => ({
  id,
  plan: 'style',
  accept: null,
  inputs: [],
  name: 'picture',
});

const ref = (id: string, run = 1) => ({ id, run, restarts: 0 });

describe("a job's object", () => {
  it('does not know an id that was never submitted, and stores nothing about it', async () => {
    const job = env.JOBS.getByName('a'.repeat(52));
    expect(await job.read()).toBeUndefined();
    expect(await job.attempt(ref('a'))).toBeUndefined();
    expect(await job.report(ref('a'), { type: 'started' })).toMatchObject({ going: false });
    expect(await job.cancel()).toBeUndefined();
    expect(await job.wait(10)).toBeUndefined();
    expect(await job.events(0)).toBeUndefined();
    expect(await job.read()).toBeUndefined();
  });

  it('streams its events to the end, and lets a reader wait for the end', async () => {
    const id = 'b'.repeat(52);
    const job = env.JOBS.getByName(id);
    await job.begin(specOf(id), false);
    const following = job.events(0).then((stream) => new Response(stream ?? null).text());
    const waiting = job.wait(10_000);
    await job.cancel();
    expect(await waiting).toMatchObject({ id, state: 'canceled' });
    const text = await following;
    expect(text).toMatch(/^id: 1\nevent: state\n.*"queued"/);
    expect(text).toMatch(/id: \d+\nevent: state\n.*"canceled".*\n\n$/);
  });

  it('keeps the newest events of many', async () => {
    const id = 'c'.repeat(52);
    const job = env.JOBS.getByName(id);
    await job.begin(specOf(id), false);
    for (let step = 1; step <= 300; step++) {
      await job.report(ref(id), { type: 'progress', progress: { step, steps: 300, losses: {} } });
    }
    await job.cancel();
    const text = await new Response(await job.events(0)).text();
    const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, n]) => Number(n));
    expect(ids).toHaveLength(257);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(text).toMatch(/^id: \d+\nevent: state\n/);
    expect(text).toContain('"step":300');
  });

  it('ends a wait after its timeout if the job is still running', async () => {
    const id = 'd'.repeat(52);
    const job = env.JOBS.getByName(id);
    await job.begin(specOf(id), false);
    expect((await job.wait(50))?.state).toBe('queued');
    await job.cancel();
  });
});

describe('the object of a job that has ended', () => {
  it('shows a reader of the next run no event of the earlier one, and continues the event ids', async () => {
    const id = 'e'.repeat(52);
    const job = env.JOBS.getByName(id);
    await job.begin(specOf(id), false);
    await job.cancel();
    const first = await new Response(await job.events(0)).text();
    await job.begin(specOf(id), false);
    await job.cancel();
    const second = await new Response(await job.events(0)).text();
    const idsIn = (text: string) => [...text.matchAll(/^id: (\d+)$/gm)].map(([, n]) => Number(n));
    expect(second).toMatch(/^id: \d+\nevent: state\n.*"queued"/);
    expect(Math.min(...idsIn(second))).toBe(Math.max(...idsIn(first)) + 1);
    expect([first, second].map((text) => text.match(/"canceled"/g)?.length)).toEqual([1, 1]);
  });

  it('empties its storage after a while, and can be submitted again', async () => {
    const id = 'f'.repeat(52);
    const job = env.JOBS.getByName(id);
    const tables = () =>
      runInDurableObject(job, (_, { storage: { sql } }) =>
        sql
          .exec<{ name: string }>(
            "SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_%' ESCAPE '\\'",
          )
          .toArray()
          .map(({ name }) => name),
      );
    await job.begin(specOf(id), false);
    await job.cancel();
    expect(await runDurableObjectAlarm(job)).toBe(true);
    expect((await job.read())?.job.state).toBe('canceled');
    // Makes the job look as if it had ended that long ago.
    await runInDurableObject(job, (_, { storage: { sql } }) => {
      const updated = new Date(Date.now() - KEPT_MS).toISOString();
      sql.exec("UPDATE job SET record = json_set(record, '$.job.updated', ?)", updated);
    });
    expect(await tables()).toContain('events');
    expect(await runDurableObjectAlarm(job)).toBe(true);
    expect(await tables()).toEqual([]);
    expect(await job.read()).toBeUndefined();
    expect(await job.events(0)).toBeUndefined();
    expect(await runDurableObjectAlarm(job)).toBe(false);
    expect(await job.begin(specOf(id), false)).toMatchObject({ state: 'queued', run: 1 });
    await job.cancel();
    expect(await new Response(await job.events(0)).text()).toMatch(/^id: 1\nevent: state\n/);
  });
});

describe('the objects that two versions of the Worker share during a deployment', () => {
  const methodsOf = ({ prototype }: { prototype: object }): string[] =>
    Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');

  it('have the methods that the version before calls by name', () => {
    expect(methodsOf(GpuDay)).toEqual(expect.arrayContaining(['spend', 'spent']));
    expect(methodsOf(JobObject)).toEqual(
      expect.arrayContaining(['begin', 'read', 'attempt', 'report', 'cancel', 'events', 'wait']),
    );
  });
});

describe('the ledger of a day', () => {
  it('adds up seconds by day, counting the largest report of each attempt', async () => {
    const ledger = env.GPU_DAY.getByName('test');
    const noon = Date.UTC(2026, 10, 21, 12);
    await ledger.spend(noon, 'a.1.1', 2);
    await ledger.spend(noon, 'a.1.1', 3);
    await ledger.spend(noon, 'a.1.1', 1);
    await ledger.spend(noon, 'b.1.1', 0.5);
    await ledger.spend(noon + 86_400_000, 'c.1.1', 7);
    expect(await ledger.spent('2026-11-21')).toBe(3.5);
    expect(await ledger.spent('2026-11-22')).toBe(7);
    expect(await ledger.spent('2026-11-23')).toBe(0);
  });
});
