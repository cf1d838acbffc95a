import { describe, expect, it } from 'vitest';
import { type Container, createContainerBackend } from '../../../src/edge/jobs/container.ts';

/** A container whose backend listens after so many looks, on a clock that moves with each wait. */
function worldOf({ looks = 0, jobs = {} }: { looks?: number; jobs?: Record<string, number> } = {}) {
  const world = {
    now: 0,
    jobs,
    starts: [] as { enableInternet: boolean; env: Record<string, string> }[],
    signals: [] as number[],
    wakes: [] as number[],
    bodies: [] as string[],
  };
  let running = false;
  let left = looks;
  const container: Container = {
    get running() {
      return running;
    },
    start(options) {
      world.starts.push(options);
      running = true;
    },
    getTcpPort: (port) => ({
      async fetch(request) {
        expect(port).toBe(8788);
        if (!running || left-- > 0) throw new Error('connection refused');
        if (request.url.endsWith('/health')) return Response.json({ jobs: world.jobs });
        world.bodies.push(await request.text());
        return new Response('lines', { headers: { from: request.headers.get('from') ?? '' } });
      },
    }),
    signal(signal) {
      world.signals.push(signal);
      running = false;
    },
  };
  const backend = createContainerBackend({
    container,
    env: { GPU_SECRET: 'secret' },
    now: () => world.now,
    async sleep(ms, signal) {
      await new Promise((resolve) => setImmediate(resolve));
      if (!signal?.aborted) world.now += ms;
    },
    async wakeAfter(ms) {
      world.wakes.push(world.now + ms);
    },
  });
  const ask = () =>
    backend.fetch(
      new Request('http://container/jobs/a', {
        method: 'PUT',
        body: 'job',
        headers: { from: 'worker' },
      }),
    );
  return { world, backend, ask };
}

describe('a container as a backend', () => {
  it('is started by the first request, without a network, and gets each body once it listens', async () => {
    const { world, ask } = worldOf({ looks: 3 });
    const answers = [await ask(), await ask()];
    expect(answers.map(({ headers }) => headers.get('from'))).toEqual(['worker', 'worker']);
    expect(world.starts).toEqual([{ enableInternet: false, env: { GPU_SECRET: 'secret' } }]);
    expect(world.bodies).toEqual(['job', 'job']);
  });

  it('that never listens fails the request in time', async () => {
    const { world, ask } = worldOf({ looks: Number.POSITIVE_INFINITY });
    await expect(ask()).rejects.toThrow('did not listen');
    expect(world.now).toBeGreaterThanOrEqual(25_000);
    expect(world.now).toBeLessThan(32_000);
    expect(world.bodies).toEqual([]);
  });

  it('ends after a while without requests, and is started again by the next one', async () => {
    const { world, backend, ask } = worldOf();
    await ask();
    world.now += 1000;
    await backend.rest();
    expect(world.signals).toEqual([]);
    world.now = world.wakes.at(-1) ?? 0;
    await backend.rest();
    expect(world.signals).toEqual([15]);
    await backend.rest();
    expect(world.signals).toEqual([15]);
    await ask();
    expect(world.starts).toHaveLength(2);
  });

  it.each(['receiving', 'queued', 'running'])('does not end while a job is %s', async (stage) => {
    const { world, backend, ask } = worldOf({ jobs: { [stage]: 1, ended: 2 } });
    await ask();
    world.now = world.wakes.at(-1) ?? 0;
    await backend.rest();
    expect(world.signals).toEqual([]);
    world.jobs = { ended: 3 };
    world.now = world.wakes.at(-1) ?? 0;
    await backend.rest();
    expect(world.signals).toEqual([15]);
  });
});
