import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { isFinal, JOB_ID, type JobState } from '../../../src/jobs/job.ts';
import { KEPT_MS } from '../../../src/jobs/store/watch.ts';
import { type Act, renderOf } from '../fake-backend.ts';
import { createJobWorld, requestOf, type WorldOptions } from '../job-world.ts';

let open: { close: () => void }[] = [];
function worldOf(options?: WorldOptions) {
  const world = createJobWorld(options);
  open.push(world);
  return world;
}
afterEach(() => {
  for (const world of open) world.close();
  open = [];
});

type World = ReturnType<typeof createJobWorld>;

const expected = (letter: string): Uint8Array =>
  renderOf(requestOf(letter).planText, [
    new TextEncoder().encode(letter),
    new TextEncoder().encode('style'),
  ]);

async function resultOf({ service }: World, id: string): Promise<Uint8Array> {
  const blob = await service.result(id);
  if (!blob) throw new Error('no result');
  return new Uint8Array(await new Response(blob.body).arrayBuffer());
}

async function run(world: World, letter: string, acts: Act[] = []) {
  world.fakes[0]?.acts.push(...acts);
  const { job } = await world.service.submit(requestOf(letter));
  const ended = await world.service.wait(job.id, 5000);
  if (!ended) throw new Error('no job');
  return ended;
}

async function textOf(stream: ReadableStream<Uint8Array> | undefined): Promise<string> {
  return new Response(stream ?? null).text();
}

async function until(condition: () => unknown | Promise<unknown>): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('it did not happen');
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
    await world.service.wait(job.id, 5000);
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
    expect((await world.service.wait(job.id, 5000))?.state).toBe('succeeded');
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
    const world = worldOf();
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
    expect(await world.service.wait(job.id, 5000)).toMatchObject({
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

describe('under any faults of backends and platform', () => {
  const act = fc.constantFrom<Act>(
    ...(['good', 'refuse', 'status 500', 'busy', 'silent', 'cut', 'cut after checkpoint'] as const),
    ...(['garbage', 'lying result', 'lying checkpoint', 'short result', 'error', 'fatal'] as const),
    ...(['no checkpoint'] as const),
  );
  const faults = fc.record({
    acts: fc.array(fc.array(act, { maxLength: 5 }), { minLength: 1, maxLength: 3 }),
    crashes: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 3 }),
  });

  it('an accepted job ends, with its right picture or a reason, and a later submit succeeds', async () => {
    await fc.assert(
      fc.asyncProperty(faults, async ({ acts, crashes }) => {
        const world = createJobWorld({ backends: acts.length });
        const timers: NodeJS.Timeout[] = [];
        try {
          for (const [index, of] of acts.entries()) world.fakes[index]?.acts.push(...of);
          const { job } = await world.service.submit(requestOf('a'));
          timers.push(...crashes.map((ms) => setTimeout(world.crash, ms)));
          const ended = await world.service.wait(job.id, 8000);
          expect(ended && isFinal(ended.state)).toBe(true);
          if (ended?.state === 'failed') {
            expect(ended.error?.message).toBeTruthy();
            for (const fake of world.fakes) fake.acts.length = 0;
            const again = await world.service.submit(requestOf('a'));
            expect((await world.service.wait(again.job.id, 8000))?.state).toBe('succeeded');
          }
          expect(await resultOf(world, job.id)).toEqual(expected('a'));
        } finally {
          for (const timer of timers) clearTimeout(timer);
          world.close();
        }
      }),
      { numRuns: 60 },
    );
  });
});
