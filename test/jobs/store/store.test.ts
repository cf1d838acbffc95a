import { describe, expect, it } from 'vitest';
import type { JobSpec } from '../../../src/jobs/job.ts';
import { createJobLog, KEPT_MS } from '../../../src/jobs/store/store.ts';
import { createMemoryStorage } from '../job-world.ts';

const WATCH_MS = 1000;
const spec: JobSpec = { id: 'a', plan: 'style', accept: null, inputs: [], name: 'picture' };

/** A log whose alarm, as the platform's, is one that the test lets ring. */
function createWatchedLog() {
  const clock = { now: Date.UTC(2026, 10, 21), alarm: Number.POSITIVE_INFINITY, started: 0 };
  const log = createJobLog(
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
  /** Lets time pass. */
  async function pass(ms: number): Promise<void> {
    const until = clock.now + ms;
    while (clock.alarm <= until) {
      clock.now = clock.alarm;
      clock.alarm = Number.POSITIVE_INFINITY;
      await log.watch();
    }
    clock.now = until;
  }
  return { log, clock, pass };
}

const succeed = {
  type: 'succeeded' as const,
  result: {
    ...{ bytes: 1, sha256: '0'.repeat(64), mime: 'image/png', extension: 'png' },
    ...{ width: 1, height: 1, report: [] },
  },
};

async function eventsOf(
  { log }: ReturnType<typeof createWatchedLog>,
  after: number,
): Promise<{ id: number; state: string }[]> {
  const text = await new Response((await log.events(after)) ?? null).text();
  return [...text.matchAll(/^id: (\d+)\n.*\n.*"state":"(\w+)"/gm)].map(([, id, state]) => ({
    id: Number(id),
    state: state as string,
  }));
}

describe('the log of a job', () => {
  it.each(['succeeded', 'canceled'])(
    'that %s is emptied in the end, and not before',
    async (end) => {
      const { log, clock, pass } = createWatchedLog();
      const job = await log.begin(spec, false);
      await pass(300);
      if (end === 'canceled') await log.cancel();
      else await log.report({ id: 'a', run: 1, restarts: 0 }, succeed);
      await pass(KEPT_MS - 1);
      expect((await log.read())?.job).toMatchObject({ run: 1, state: end });
      await pass(1);
      expect(await log.read()).toBeUndefined();
      expect(await log.events(0)).toBeUndefined();
      expect(clock.alarm).toBe(Number.POSITIVE_INFINITY);
      const again = await log.begin(spec, false);
      expect(again).toMatchObject({ state: 'queued', run: 1 });
      expect(again.created > job.created).toBe(true);
      expect(clock.started).toBe(2);
    },
  );

  it('is kept as long again after another run', async () => {
    const { log, pass } = createWatchedLog();
    for (const run of [1, 2]) {
      expect((await log.begin(spec, false)).run).toBe(run);
      await log.cancel();
      await pass(KEPT_MS - 1);
    }
    expect((await log.read())?.job).toMatchObject({ run: 2, state: 'canceled' });
    await pass(1);
    expect(await log.read()).toBeUndefined();
  });

  it('is kept while the job has not ended, however long that takes', async () => {
    const { log, clock } = createWatchedLog();
    await log.begin(spec, false);
    clock.now += 2 * KEPT_MS;
    await log.watch();
    expect((await log.read())?.job).toMatchObject({ state: 'queued', run: 1 });
    expect(clock.alarm).toBe(clock.now + WATCH_MS);
  });

  it('tells a reader of a new run nothing of the earlier one, and counts its events on', async () => {
    const watched = createWatchedLog();
    const { log } = watched;
    await log.begin(spec, false);
    await log.cancel();
    const first = await eventsOf(watched, 0);
    expect(first.map(({ state }) => state)).toEqual(['queued', 'canceled']);
    const last = first.at(-1)?.id as number;
    await log.begin(spec, false);
    for (const after of [0, 1, last]) {
      const reader = ((await log.events(after)) as ReadableStream<Uint8Array>).getReader();
      const text = new TextDecoder().decode((await reader.read()).value);
      expect(text).toMatch(new RegExp(`^id: ${last + 1}\nevent: state\n.*"queued".*\n\n$`));
      await reader.cancel();
    }
    await log.report({ id: 'a', run: 2, restarts: 0 }, succeed);
    expect(await eventsOf(watched, 0)).toEqual([
      { id: last + 1, state: 'queued' },
      { id: last + 2, state: 'succeeded' },
    ]);
  });
});
