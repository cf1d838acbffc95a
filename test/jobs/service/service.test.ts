import { describe, expect, it } from 'vitest';
import { JOB_ID } from '../../../src/jobs/job.ts';
import { KEPT_MS } from '../../../src/jobs/store/watch.ts';
import { requestOf } from '../job-world.ts';
import {
  closeWorldsAfterTests,
  expected,
  LONG_MS,
  resultOf,
  run,
  textOf,
  worldOf,
} from './worlds.ts';

closeWorldsAfterTests();

/** Submits the substitute plan by itself, and waits until its job has ended. */
async function plain({ service }: ReturnType<typeof worldOf>) {
  const submitted = await service.submit(
    requestOf('a', { planText: 'pixelate', models: ['small'] }),
  );
  await service.wait(submitted.job.id, LONG_MS);
  return submitted;
}

describe('a submit', () => {
  it('leads to the stored result of its plan and pictures', async () => {
    const world = worldOf();
    const job = await run(world, 'a');
    expect(job).toMatchObject({ state: 'succeeded', run: 1, attempt: 1 });
    expect(job.id).toMatch(JOB_ID);
    expect(job.result).toMatchObject({ mime: 'image/webp', width: 2, report: [{ steps: 4 }] });
    expect(await resultOf(world, job.id)).toEqual(expected('a'));
    expect((await world.service.result(job.id))?.name).toBe('picture.webp');
    expect((await world.service.preview(job.id))?.mime).toBe('image/webp');
  });

  it('repeated, or made twice at once, is one job and one rendering', async () => {
    const world = worldOf();
    const twice = await Promise.all([1, 2].map(() => world.service.submit(requestOf('a'))));
    const [{ job, token }] = twice as [(typeof twice)[number]];
    expect(new Set(twice.map((submitted) => submitted.job.id)).size).toBe(1);
    await world.service.wait(job.id, LONG_MS);
    const again = await world.service.submit(requestOf('a'));
    expect(again).toMatchObject({ token, job: { id: job.id, state: 'succeeded', run: 1 } });
    expect(world.fakes[0]?.rendered).toHaveLength(1);
  });

  it('of another picture, plan, accepted type or order of further pictures is another job', async () => {
    const world = worldOf();
    const [a, b] = [new Uint8Array([1]), new Uint8Array([2])];
    const ids = await Promise.all(
      [
        requestOf('a'),
        requestOf('b'),
        requestOf('a', { planText: 'pixelate' }),
        requestOf('a', { accept: 'image/avif' }),
        requestOf('a', { further: new Map([...[['x', a] as const], ['y', b]]) }),
        requestOf('a', { further: new Map([...[['x', b] as const], ['y', a]]) }),
      ].map(async (request) => (await world.service.submit(request)).job.id),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is refused while no backend has the model that it needs, and says how to get it', async () => {
    const world = worldOf({ models: ['small'], backends: 2 });
    await expect(world.service.submit(requestOf('a', { models: ['vgg19'] }))).rejects.toMatchObject(
      { code: 'model_missing', message: /npm run models vgg19/ },
    );
    const { job } = await world.service.submit(requestOf('a', { models: ['small'] }));
    expect((await world.service.wait(job.id, LONG_MS))?.state).toBe('succeeded');
  });

  it('runs another plan if no backend has its model, as a job of its own that says so', async () => {
    const world = worldOf({ models: ['small'] });
    const substitute = { planText: 'pixelate', models: ['small'], note: 'no vgg19' };
    const asked = requestOf('a', { models: ['vgg19'], substitute });
    const { job } = await world.service.submit(asked);
    expect(job.note).toBe('no vgg19');
    expect((await world.service.wait(job.id, LONG_MS))?.state).toBe('succeeded');
    expect(await resultOf(world, job.id)).toEqual(
      await resultOf(world, (await plain(world)).job.id),
    );
    expect((await world.service.submit(asked)).job.id).toBe(job.id);
    expect((await plain(world)).job).not.toMatchObject({ id: job.id });
    expect((await plain(world)).job.note).toBeUndefined();
    const neither = { ...asked, substitute: { ...substitute, models: ['other'], note: 'neither' } };
    await expect(world.service.submit(neither)).rejects.toMatchObject({
      code: 'model_missing',
      message: /npm run models other/,
    });
  });

  it("is refused when the day's budget is spent, until the day ends, except for known results", async () => {
    const world = worldOf({ secondsPerDay: 2 });
    world.world.now = () => Date.UTC(2026, 10, 21, 23, 0, 0);
    const job = await run(world, 'a');
    await expect(world.service.submit(requestOf('b'))).rejects.toMatchObject({
      code: 'backend_unavailable',
      retryAfter: 3600,
    });
    expect((await world.service.submit(requestOf('a'))).job.id).toBe(job.id);
  });

  it.each(['', 'jobs/', 'results/'])(
    'renders anew where what is under %j of a result is not stored any more',
    async (prefix) => {
      const world = worldOf();
      const { id } = await run(world, 'a');
      for (const key of [...world.blobs.stored.keys()])
        if (key.startsWith(prefix)) world.blobs.stored.delete(key);
      expect(await world.service.result(id)).toBeUndefined();
      expect(await run(world, 'a')).toMatchObject({ id, state: 'succeeded', run: 2 });
      expect(await resultOf(world, id)).toEqual(expected('a'));
      expect(world.fakes[0]?.rendered).toEqual([id, id]);
    },
  );

  it('of a job that ended long ago is a new one, which finds its result', async () => {
    const world = worldOf();
    const { id } = await run(world, 'a');
    world.world.now = () => Date.now() + KEPT_MS;
    await world.watch(id);
    expect(await world.service.find(id)).toBeUndefined();
    expect(await run(world, 'a')).toMatchObject({ id, state: 'succeeded', run: 1, attempt: 1 });
    expect(await resultOf(world, id)).toEqual(expected('a'));
    expect(world.fakes[0]?.rendered).toEqual([id]);
  });
});

describe('events', () => {
  it('report states, progress and previews in order, and end with the job', async () => {
    const world = worldOf();
    const { job } = await world.service.submit(requestOf('a'));
    const text = await textOf(await world.service.events(job.id, 0));
    const types = [...text.matchAll(/^event: (\w+)$/gm)].map(([, type]) => type);
    expect(types).toEqual(['state', 'state', 'state', 'progress', 'preview', 'state']);
    const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    expect(ids).toEqual([1, 2, 3, 4, 5, 6]);
    const states = [...text.matchAll(/"state":"(\w+)"/g)].map(([, state]) => state);
    expect(states).toEqual(['queued', 'queued', 'running', 'succeeded']);
  });

  it('are replayed after a given number; at the end the last state is sent again', async () => {
    const world = worldOf();
    const { id } = await run(world, 'a');
    const all = await textOf(await world.service.events(id, 0));
    expect(all.endsWith(await textOf(await world.service.events(id, 3)))).toBe(true);
    for (const after of [6, 1000]) {
      const last = await textOf(await world.service.events(id, after));
      expect(last).toMatch(/^id: 6\nevent: state\n[^\n]*"succeeded"/);
    }
  });

  it('refuse more readers than a job can have, until some leave', async () => {
    const world = worldOf();
    world.fakes[0]?.acts.push('slow');
    const { job } = await world.service.submit(requestOf('a'));
    const readers = await Promise.all(
      Array.from({ length: 64 }, () => world.service.events(job.id, 0)),
    );
    await expect(world.service.events(job.id, 0)).rejects.toMatchObject({ code: 'busy' });
    await readers[0]?.cancel();
    expect(await world.service.events(job.id, 0)).toBeInstanceOf(ReadableStream);
    await Promise.all(readers.slice(1).map((reader) => reader?.cancel()));
  });

  it('are missing for unknown jobs', async () => {
    const { service } = worldOf();
    for (const id of ['a'.repeat(52), 'nonsense', '']) {
      expect(await service.events(id, 0)).toBeUndefined();
      expect(await service.find(id)).toBeUndefined();
      expect(await service.result(id)).toBeUndefined();
      expect(await service.preview(id)).toBeUndefined();
      expect(await service.wait(id, 10)).toBeUndefined();
    }
  });
});

describe('the index', () => {
  it('leads from a key to its job', async () => {
    const { service } = worldOf();
    const id = 'b'.repeat(52);
    await service.index('/t/style', id);
    expect(await service.indexed('/t/style')).toBe(id);
    expect(await service.indexed('/t/other')).toBeUndefined();
  });
});
