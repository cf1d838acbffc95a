import { describe, expect, it } from 'vitest';
import type { JobState } from '../../../src/jobs/job.ts';
import type { Act } from '../fake-backend.ts';
import { requestOf } from '../job-world.ts';
import {
  closeWorldsAfterTests,
  expected,
  LONG_MS,
  resultOf,
  run,
  until,
  type World,
  worldOf,
} from './worlds.ts';

closeWorldsAfterTests();

describe('a run', () => {
  it.each<[Act[], JobState, number]>([
    [['refuse'], 'succeeded', 2],
    [['status 500', 'cut', 'error'], 'succeeded', 4],
    [['silent'], 'succeeded', 2],
    [['garbage'], 'succeeded', 2],
    [['lying result'], 'succeeded', 2],
    [['lying checkpoint'], 'succeeded', 2],
    [['short result'], 'succeeded', 2],
    [['busy', 'busy', 'busy', 'busy', 'busy', 'busy'], 'succeeded', 1],
    [['fatal'], 'failed', 1],
    [['refuse', 'refuse', 'refuse', 'refuse'], 'failed', 4],
  ])('after %s has %s at attempt %i', async (acts, state, attempt) => {
    const world = worldOf(acts.includes('silent') ? { limits: { silenceMs: 500 } } : {});
    const job = await run(world, 'a', acts);
    expect(job).toMatchObject({ state, attempt });
    if (state === 'succeeded') expect(await resultOf(world, job.id)).toEqual(expected('a'));
  });

  it('that failed reports the reason without the address, and another submit begins the next run', async () => {
    const world = worldOf();
    const job = await run(world, 'a', ['refuse', 'refuse', 'refuse', 'refuse']);
    expect(job.error).toEqual({
      code: 'backend_unavailable',
      message: 'attempt 4: the GPU backend was lost: the connection to it failed',
    });
    expect(await run(world, 'a')).toMatchObject({ id: job.id, state: 'succeeded', run: 2 });
  });

  it('passes on an error unchanged if another attempt would not help', async () => {
    const job = await run(worldOf(), 'a', ['fatal']);
    expect(job.error).toEqual({ code: 'over_budget', message: 'told to' });
  });

  it('continues from the last checkpoint, also in the next run', async () => {
    const world = worldOf({ limits: { attempts: 2 } });
    const cut: Act = 'cut after checkpoint';
    const job = await run(world, 'a', [cut, cut]);
    expect(job.state).toBe('failed');
    await run(world, 'a', ['good']);
    const steps = world.fakes[0]?.heads.map(({ run: n, checkpoint }) => [n, checkpoint?.step]);
    expect(steps).toEqual([
      [1, undefined],
      [1, 2],
      [2, 4],
    ]);
    expect(await resultOf(world, job.id)).toEqual(expected('a'));
  });

  it.each([2, 4])(
    'continues without a checkpoint that a backend refuses, with %i attempts at most',
    async (attempts) => {
      const world = worldOf({ limits: { attempts } });
      const job = await run(world, 'a', ['cut after checkpoint', 'no checkpoint']);
      if (attempts === 2) {
        expect(job).toMatchObject({
          state: 'failed',
          error: { message: /no checkpoint as large/ },
        });
        await run(world, 'a');
      }
      const steps = world.fakes[0]?.heads.map(({ checkpoint }) => checkpoint?.step);
      expect(steps).toEqual([undefined, 2, undefined]);
      expect(await resultOf(world, job.id)).toEqual(expected('a'));
      const kept = [...world.blobs.stored.keys()].filter((key) => key.includes('checkpoint'));
      expect(kept).toEqual([]);
    },
  );

  it('goes to the next backend when one is lost', async () => {
    const world = worldOf({ backends: 2 });
    for (const fake of world.fakes) fake.acts.push('cut');
    const job = await run(world, 'a');
    expect(job).toMatchObject({ state: 'succeeded', attempt: 3 });
    expect(world.fakes.map(({ heads }) => heads.length).sort()).toEqual([1, 2]);
  });

  it('fails with a reason if every backend is busy for too long', async () => {
    const world = worldOf({ limits: { queueMs: 150 } });
    const job = await run(world, 'a', Array<Act>(50).fill('busy'));
    expect(job).toMatchObject({ state: 'failed', error: { code: 'backend_unavailable' } });
    expect(job.error?.message).toContain('busy');
  });

  it('ends if it takes longer than an attempt may', async () => {
    const world = worldOf({ limits: { attempts: 1, attemptMs: 60 } });
    const job = await run(world, 'a', ['slow']);
    expect(job).toMatchObject({ state: 'failed', error: { message: /took longer/ } });
    expect(world.fakes[0]?.canceled).toContain(job.id);
  });

  it('is taken over by the next workflow if its own was stopped', async () => {
    const world = worldOf();
    world.fakes[0]?.acts.push('slow');
    const { job } = await world.service.submit(requestOf('a'));
    await until(async () => (await world.service.find(job.id))?.state === 'running');
    world.crash();
    await until(() => world.fakes[0]?.heads.length === 2);
    world.fakes[0]?.finish();
    expect(await world.service.wait(job.id, LONG_MS)).toMatchObject({
      state: 'succeeded',
      attempt: 1,
      run: 1,
    });
    expect(world.fakes[0]?.heads.map(({ attempt }) => attempt)).toEqual([1, 1]);
  });

  it('counts the seconds that backends rendered, including lost attempts', async () => {
    const world = worldOf();
    const { id } = await run(world, 'a', ['error', 'cut']);
    expect(world.spent.get(`${id}.1.1`)).toBe(2);
    expect(world.spent.get(`${id}.1.2`) ?? 0).toBeLessThan(1);
    expect(world.spent.get(`${id}.1.3`)).toBe(2);
  });

  it('leaves its pictures, the last preview and the result in the store, and nothing else', async () => {
    const world = worldOf();
    const { id } = await run(world, 'a', ['cut after checkpoint']);
    const kinds = [...world.blobs.stored.keys()].map(
      (key) => key.match(/inputs|results|[a-z]+(?=-)/)?.[0],
    );
    expect(kinds.sort()).toEqual(['inputs', 'inputs', 'preview', 'result', 'results']);
    expect(await resultOf(world, id)).toEqual(expected('a'));
  });
});

describe('canceling', () => {
  async function slowJob(world: World) {
    world.fakes[0]?.acts.push('slow');
    const submitted = await world.service.submit(requestOf('a'));
    await until(
      async () => (await world.service.find(submitted.job.id))?.progress?.losses.style !== 1,
    );
    return submitted;
  }

  it('ends the job at once, and at the backend', async () => {
    const world = worldOf();
    const { job, token } = await slowJob(world);
    expect((await world.service.cancel(job.id, token)).state).toBe('canceled');
    expect(world.fakes[0]?.canceled).toContain(job.id);
    world.fakes[0]?.finish();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect((await world.service.find(job.id))?.state).toBe('canceled');
    expect(await world.service.result(job.id)).toBeUndefined();
  });

  it('needs the token of this run of this job', async () => {
    const world = worldOf();
    const { job, token } = await slowJob(world);
    const other = await world.service.submit(requestOf('b'));
    for (const wrong of [undefined, '', 'x', other.token, token.slice(1)]) {
      await expect(world.service.cancel(job.id, wrong)).rejects.toMatchObject({
        code: 'bad_signature',
      });
    }
    await world.service.cancel(job.id, token);
    world.fakes[0]?.acts.push('slow');
    await world.service.submit(requestOf('a'));
    await expect(world.service.cancel(job.id, token)).rejects.toMatchObject({
      code: 'bad_signature',
    });
  });

  it('needs none in development', async () => {
    const world = worldOf({ development: true });
    const { job } = await slowJob(world);
    expect((await world.service.cancel(job.id, undefined)).state).toBe('canceled');
  });

  it('changes nothing if the job has ended, and reports an unknown job as missing', async () => {
    const world = worldOf({ development: true });
    const { id } = await run(world, 'a');
    expect((await world.service.cancel(id, undefined)).state).toBe('succeeded');
    await expect(world.service.cancel('a'.repeat(52), undefined)).rejects.toMatchObject({
      code: 'job_missing',
    });
  });
});
