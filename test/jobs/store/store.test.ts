import { describe, expect, it } from 'vitest';
import type { JobSpec } from '../../../src/jobs/job.ts';
import { createJobStore } from '../../../src/jobs/store/store.ts';
import { KEPT_MS } from '../../../src/jobs/store/watch.ts';
import { createMemoryStorage } from '../job-world.ts';

const WATCH_MS = 1000;
const spec: JobSpec = { id: 'a', plan: 'style', accept: null, inputs: [], name: 'picture' };

/** A store whose alarm the test triggers. */
function createWatchedJobStore() {
  const clock = { now: Date.UTC(2026, 10, 21), alarm: Number.POSITIVE_INFINITY, started: 0 };
  const store = createJobStore(
    {
      storage: createMemoryStorage(),
      now: () => clock.now,
      sleep: () => new Promise(() => {}),
      start: async () => void clock.started++,
      stop: async () => false,
      async wakeAfter(ms) {
        clock.alarm = clock.now + ms;
      },
    },
    { watchMs: WATCH_MS },
  );
  /** Advances time. */
  async function pass(ms: number): Promise<void> {
    const until = clock.now + ms;
    while (clock.alarm <= until) {
      clock.now = clock.alarm;
      clock.alarm = Number.POSITIVE_INFINITY;
      await store.watch();
    }
    clock.now = until;
  }
  return { store, clock, pass };
}

const succeed = {
  type: 'succeeded' as const,
  result: {
    bytes: 1,
    sha256: '0'.repeat(64),
    mime: 'image/png',
    extension: 'png',
    width: 1,
    height: 1,
    report: [],
  },
};

async function eventsOf(
  { store }: ReturnType<typeof createWatchedJobStore>,
  after: number,
): Promise<{ id: number; state: string }[]> {
  const text = await new Response((await store.events(after)) ?? null).text();
  return [...text.matchAll(/^id: (\d+)\n.*\n.*"state":"(\w+)"/gm)].map(([, id, state]) => ({
    id: Number(id),
    state: state as string,
  }));
}

describe('the store of a job', () => {
  it.each(['succeeded', 'canceled'])(
    'that %s is emptied in the end, and not before',
    async (end) => {
      const { store, clock, pass } = createWatchedJobStore();
      const job = await store.begin(spec, false);
      await pass(300);
      if (end === 'canceled') await store.cancel();
      else await store.report({ id: 'a', run: 1, restarts: 0 }, succeed);
      await pass(KEPT_MS - 1);
      expect((await store.read())?.job).toMatchObject({ run: 1, state: end });
      await pass(1);
      expect(await store.read()).toBeUndefined();
      expect(await store.events(0)).toBeUndefined();
      expect(clock.alarm).toBe(Number.POSITIVE_INFINITY);
      const again = await store.begin(spec, false);
      expect(again).toMatchObject({ state: 'queued', run: 1 });
      expect(again.created > job.created).toBe(true);
      expect(clock.started).toBe(2);
    },
  );

  it('is kept as long again after another run', async () => {
    const { store, pass } = createWatchedJobStore();
    for (const run of [1, 2]) {
      expect((await store.begin(spec, false)).run).toBe(run);
      await store.cancel();
      await pass(KEPT_MS - 1);
    }
    expect((await store.read())?.job).toMatchObject({ run: 2, state: 'canceled' });
    await pass(1);
    expect(await store.read()).toBeUndefined();
  });

  it('is kept until the job has ended, however long that takes', async () => {
    const { store, clock } = createWatchedJobStore();
    await store.begin(spec, false);
    clock.now += 2 * KEPT_MS;
    await store.watch();
    expect((await store.read())?.job).toMatchObject({ state: 'queued', run: 1 });
    expect(clock.alarm).toBe(clock.now + WATCH_MS);
  });

  it('shows a reader of a new run no events of the earlier one, and continues their numbers', async () => {
    const watched = createWatchedJobStore();
    const { store } = watched;
    await store.begin(spec, false);
    await store.cancel();
    const first = await eventsOf(watched, 0);
    expect(first.map(({ state }) => state)).toEqual(['queued', 'canceled']);
    const last = first.at(-1)?.id as number;
    await store.begin(spec, false);
    for (const after of [0, 1, last]) {
      const reader = ((await store.events(after)) as ReadableStream<Uint8Array>).getReader();
      const text = new TextDecoder().decode((await reader.read()).value);
      expect(text).toMatch(new RegExp(`^id: ${last + 1}\nevent: state\n.*"queued".*\n\n$`));
      await reader.cancel();
    }
    await store.report({ id: 'a', run: 2, restarts: 0 }, succeed);
    expect(await eventsOf(watched, 0)).toEqual([
      { id: last + 1, state: 'queued' },
      { id: last + 2, state: 'succeeded' },
    ]);
  });
});
