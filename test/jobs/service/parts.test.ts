import { describe, expect, it } from 'vitest';
import { requestOf } from '../job-world.ts';
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

/** A proxy in front of the backends that lets little more through than the head of a job, and checkpoints that need many parts. */
const small = { bodyLimit: 1024, bytes: 10_000 };

describe('a job whose blobs are larger than what a proxy lets through', () => {
  it('is rendered, and goes on from its checkpoint after a lost attempt', async () => {
    const world = worldOf({ ...small, limits: { bodyBytes: 1000 } });
    const job = await run(world, 'a', ['cut after checkpoint', 'cut after checkpoint']);
    expect(job).toMatchObject({ state: 'succeeded' });
    const result = Buffer.from(await resultOf(world, job.id));
    expect(result.equals(Buffer.alloc(small.bytes, expected('a')))).toBe(true);
    const steps = world.fakes[0]?.heads.map(({ checkpoint }) => checkpoint?.step ?? 0);
    expect(steps?.at(0)).toBe(0);
    expect(steps?.at(-1)).toBeGreaterThan(0);
  });

  it('has each picture sent once, even if the plan uses it twice', async () => {
    const world = worldOf({ ...small, limits: { bodyBytes: 1000 } });
    const same = new TextEncoder().encode('same');
    const twice = requestOf('same', { further: new Map([['asset:a.jpg', same]]) });
    const { job } = await world.service.submit(twice);
    expect(await world.service.wait(job.id, LONG_MS)).toMatchObject({ state: 'succeeded' });
    expect(world.fakes[0]?.parts).toHaveLength(1);
  });

  it('sends nothing again to a backend that has the job', async () => {
    const world = worldOf({ ...small, limits: { bodyBytes: 1000, stepMs: 40 } });
    world.fakes[0]?.acts.push('good', 'slow');
    const { job } = await world.service.submit(requestOf('a'));
    const heads = () => world.fakes[0]?.heads ?? [];
    await until(() => heads().length >= 5);
    world.fakes[0]?.finish();
    expect(await world.service.wait(job.id, LONG_MS)).toMatchObject({
      state: 'succeeded',
      attempt: 1,
    });
    expect(heads().every(({ apart }) => apart === true)).toBe(true);
  });

  it('goes on without its checkpoint if even the parts are too large', async () => {
    const world = worldOf({ ...small, limits: { bodyBytes: 5000 } });
    const job = await run(world, 'a', ['cut after checkpoint']);
    expect(job).toMatchObject({ state: 'succeeded' });
    expect(world.fakes[0]?.heads.at(-1)?.checkpoint).toBeUndefined();
  });
});

it('a small job is one request', async () => {
  const world = worldOf();
  await run(world, 'a');
  expect(world.fakes[0]?.heads).toHaveLength(1);
  expect(world.fakes[0]?.heads[0]?.apart).toBeUndefined();
});
