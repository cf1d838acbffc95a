import { describe, expect, it } from 'vitest';
import type { Act } from '../fake-backend.ts';
import { LOGIN, requestOf } from '../job-world.ts';
import {
  closeWorldsAfterTests,
  expected,
  LONG_MS,
  resultOf,
  run,
  until,
  worldOf,
} from './worlds.ts';

closeWorldsAfterTests();

describe('a run in short steps', () => {
  it('goes on with the same attempt at the same backend, which renders once', async () => {
    const world = worldOf({ backends: 2, limits: { stepMs: 30 } });
    for (const fake of world.fakes) fake.acts.push('slow');
    const { job } = await world.service.submit(requestOf('a'));
    const heads = () => world.fakes.flatMap((fake) => fake.heads);
    await until(() => heads().length >= 4);
    // The observed time counts from the start of the attempt, not of the step.
    await until(() => (world.spent.get(`${job.id}.1.1`) ?? 0) > 0.06);
    for (const fake of world.fakes) fake.finish();
    const ended = await world.service.wait(job.id, LONG_MS);
    expect(ended).toMatchObject({ state: 'succeeded', attempt: 1, run: 1 });
    expect(await resultOf(world, job.id)).toEqual(expected('a'));
    expect(new Set(heads().map(({ attempt }) => attempt))).toEqual(new Set([1]));
    expect(world.fakes.flatMap(({ rendered }) => rendered)).toEqual([job.id]);
    expect(world.fakes.flatMap(({ canceled }) => canceled)).toEqual([]);
    expect(world.spent.get(`${job.id}.1.1`)).toBeGreaterThanOrEqual(2);
  });

  it('ends an attempt that takes too long in all its steps together', async () => {
    const world = worldOf({ limits: { attempts: 1, stepMs: 20, attemptMs: 400 } });
    const job = await run(world, 'a', ['slow']);
    expect(job).toMatchObject({ state: 'failed', error: { message: /took longer/ } });
    expect(world.fakes[0]?.heads.length).toBeGreaterThan(2);
    expect(world.fakes[0]?.canceled).toEqual([job.id]);
  });

  it('waits for room no longer than in one step', async () => {
    const world = worldOf({ limits: { stepMs: 1, queueMs: 150 } });
    const job = await run(world, 'a', Array<Act>(50).fill('busy'));
    expect(job).toMatchObject({ state: 'failed', error: { message: /busy for/ } });
  });
});

describe('a backend behind a login', () => {
  it('that expects another header is lost, and the log says what to look at without the header', async () => {
    const world = worldOf({ limits: { attempts: 1 }, login: 'another' });
    const job = await run(world, 'a');
    expect(job.error?.message).toContain('it answered with status 403');
    expect(world.logged).toMatchObject([{ cause: /GPU_HEADERS/ }]);
    expect(JSON.stringify([world.logged, job])).not.toContain(LOGIN);
    // Whoever has a job's id can fetch its picture.
    expect(JSON.stringify(world.logged)).toContain(job.id.slice(0, 12));
    expect(JSON.stringify(world.logged)).not.toContain(job.id);
  });
});
