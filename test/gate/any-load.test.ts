import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { createGate, type Demand, type Leave } from '../../src/gate/gate.ts';
import { isExclusive } from './gate-visits.ts';
import { createHandClock, type HandClock } from './hand-clock.ts';

type Visit = {
  at: number;
  demand: Demand;
  lasts: number;
  /** Whether it blocks the isolate for half of that time. */
  computes: boolean;
  ends: 'leaves' | 'throws' | 'gone';
};

const visits: fc.Arbitrary<Visit[]> = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 3000 }),
    demand: fc.record({
      ms: fc.constantFrom(5, 50, 150, 900),
      bytes: fc.integer({ min: 1, max: 70 }),
      heap: fc.constantFrom(0, 0, 10, 30),
    }),
    lasts: fc.integer({ min: 0, max: 400 }),
    computes: fc.boolean(),
    ends: fc.constantFrom('leaves', 'leaves', 'throws', 'gone'),
  }),
  { minLength: 5, maxLength: 40 },
);

/** An isolate as the costs describe it: the large memory never shrinks. */
async function simulate(all: readonly Visit[], clock: HandClock) {
  const sizes = { small: 7, large: 0 };
  const inside = new Set<Visit>();
  const order: { entered: Visit[]; refused: Visit[]; gone: Visit[] } = {
    entered: [],
    refused: [],
    gone: [],
  };
  const faults: string[] = [];
  const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0);
  const gate = createGate({
    capacityBytes: 100,
    heaps: () => sizes,
    now: clock.now,
    wait: clock.wait,
    limits: { maxWaitMs: 5000, maxQueued: 12, maxQueuedMs: 4000 },
  });
  const check = (): void => {
    const used = sizes.small + sizes.large + sum([...inside].map(({ demand }) => demand.bytes));
    const most = inside.size === 1 ? 107 + sizes.large : 100;
    if (used > most + 1e-6) faults.push(`${used} bytes with ${inside.size} inside`);
    if ([...inside].filter(({ demand }) => isExclusive(demand)).length > 1)
      faults.push('two exclusive');
  };
  const go = async (visit: Visit): Promise<void> => {
    await clock.wait(visit.at);
    const { demand } = visit;
    const gone = new AbortController();
    if (visit.ends === 'gone') clock.wait(visit.lasts / 4).then(() => gone.abort());
    const came = clock.now();
    let leave: Leave;
    try {
      leave = await gate.enter(demand, { signal: gone.signal });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'busy') throw error;
      if (gone.signal.aborted) order.gone.push(visit);
      else order.refused.push(visit);
      const waited = clock.now() - came;
      // At most one poll interval and the blocking computations of five works inside.
      if (waited > 5020 + 5 * 200) faults.push(`waited ${waited} ms`);
      if (waited > 0 && waited < 5000 && !gone.signal.aborted)
        faults.push(`refused after ${waited} ms`);
      return;
    }
    order.entered.push(visit);
    inside.add(visit);
    try {
      check();
      if (visit.computes) clock.block(visit.lasts / 2);
      else await clock.wait(visit.lasts / 2);
      sizes.large = Math.max(sizes.large, demand.heap);
      check();
      await clock.wait(visit.lasts / 2);
      if (visit.ends === 'throws') throw new Error('the work failed');
    } finally {
      inside.delete(visit);
      leave();
    }
  };
  const done = Promise.allSettled(all.map(go));
  await clock.pass(40_000);
  const results = await done;
  return { gate, order, faults, results, kept: sizes.small + sizes.large };
}

describe('under any load, a gate', () => {
  it('keeps memory within its capacity and exclusive work in order, and lets all work in or refuses it', async () => {
    await fc.assert(
      fc.asyncProperty(visits, async (all) => {
        const clock = createHandClock();
        const { gate, order, faults, results, kept } = await simulate(all, clock);
        expect(faults).toEqual([]);
        const failed = results.flatMap((r) => (r.status === 'rejected' ? [r.reason.message] : []));
        expect(new Set([...failed, 'the work failed'])).toEqual(new Set(['the work failed']));
        expect(order.entered.length + order.refused.length + order.gone.length).toBe(all.length);
        expect(gate.state()).toEqual({
          exclusive: 0,
          light: 0,
          queued: 0,
          bytes: kept,
          refused: order.refused.length,
          lost: 0,
        });
        // Works that came at the same moment may change places.
        const came = order.entered.filter(({ demand }) => isExclusive(demand)).map(({ at }) => at);
        expect(came).toEqual(came.toSorted((a, b) => a - b));
        expect(clock.timers()).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
