import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { createGate, type Demand, type GatePorts, type Leave } from '../../src/gate/gate.ts';
import { createHandClock, type HandClock } from './hand-clock.ts';

const empty = () => ({ small: 0, large: 0 });
const light = (bytes = 1): Demand => ({ ms: 10, bytes, heap: 0 });
const isExclusive = ({ ms, heap }: Demand): boolean => ms > 100 || heap > 0;
const exclusive = (bytes = 1, ms = 500): Demand => ({ ms, bytes, heap: 0 });

function setUp(ports: Partial<GatePorts> = {}) {
  const clock = createHandClock();
  const limits = { maxLight: 4, ...ports.limits };
  const gate = createGate({ capacityBytes: 100, heaps: empty, ...clock, ...ports, limits });
  /** Enters the gate and records what happens. */
  const visit = (demand: Demand, signal?: AbortSignal) => {
    const visitor: { leave?: Leave; error?: unknown } = {};
    gate.enter({ ...demand, signal }).then(
      (leave) => {
        visitor.leave = leave;
      },
      (error) => {
        visitor.error = error;
      },
    );
    return visitor;
  };
  return { clock, gate, visit };
}

describe('a gate', () => {
  it('lets a few light works in at once, in addition to exclusive work', async () => {
    const { clock, gate, visit } = setUp();
    const visitors = [visit(exclusive()), ...Array.from({ length: 5 }, () => visit(light()))];
    await clock.pass(0);
    expect(visitors.map((v) => v.leave !== undefined)).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
    ]);
    expect(gate.state()).toMatchObject({ exclusive: 1, light: 4, queued: 1, bytes: 5 });
    visitors[2]?.leave?.();
    await clock.pass(20);
    expect(visitors[5]?.leave).toBeTypeOf('function');
  });

  it('runs exclusive work one at a time and in order, also after a computation during which no waiter could poll', async () => {
    const { clock, visit } = setUp();
    const entered: number[] = [];
    const visitors = Array.from({ length: 6 }, () => visit(exclusive()));
    for (let i = 0; i < 6; i++) {
      await clock.pass(7 * i + 3);
      clock.block(2000 * (i % 2));
      await clock.pass(25);
      const inside = visitors.flatMap((v, n) => (v.leave && !entered.includes(n) ? [n] : []));
      expect(inside).toEqual([i]);
      entered.push(i);
      visitors[i]?.leave?.();
    }
  });

  it('gives a slot back once, however often leave is called', async () => {
    const { clock, gate, visit } = setUp();
    const [a, b] = [visit(light(40)), visit(light(40))];
    await clock.pass(0);
    a.leave?.();
    a.leave?.();
    expect(gate.state()).toMatchObject({ light: 1, bytes: 40 });
    b.leave?.();
    expect(gate.state()).toMatchObject({ light: 0, bytes: 0 });
  });

  it('refuses at once if too many wait, and says when to retry', async () => {
    const { clock, gate, visit } = setUp({ limits: { maxQueued: 2, maxQueuedMs: 1e9 } });
    const visitors = Array.from({ length: 4 }, () => visit(exclusive(1, 1400)));
    await clock.pass(0);
    expect(visitors.map((v) => (v.error as AppError | undefined)?.code)).toEqual([
      undefined,
      undefined,
      undefined,
      'busy',
    ]);
    // 1.4 s of running work and twice 1.4 s of waiting work.
    expect(visitors[3]?.error).toMatchObject({ retryable: true, retryAfter: 5 });
    expect(gate.state()).toMatchObject({ queued: 2, refused: 1 });
  });

  it('refuses exclusive work if too much work waits, but lets light work overtake it', async () => {
    const { clock, visit } = setUp({ limits: { maxQueuedMs: 2500 } });
    const visitors = [
      visit(exclusive(1, 1000)),
      visit(exclusive(1, 1000)),
      visit(exclusive(1, 1000)),
    ];
    await clock.pass(0);
    const [refused, taken] = [visit(exclusive(1, 1000)), visit(light())];
    await clock.pass(0);
    expect(visitors.every((v) => v.error === undefined)).toBe(true);
    expect(refused.error).toMatchObject({ code: 'busy', retryAfter: 3 });
    expect(taken.leave).toBeTypeOf('function');
  });

  it('counts only the time that is left of running work', async () => {
    const { clock, visit } = setUp({ limits: { maxQueuedMs: 500 } });
    visit(exclusive(1, 1000));
    await clock.pass(400);
    const early = visit(exclusive());
    await clock.pass(100);
    const late = visit(exclusive());
    await clock.pass(0);
    expect(early.error).toMatchObject({ code: 'busy', retryAfter: 1 });
    expect(late.error).toBeUndefined();
  });

  it('refuses works that have waited too long', async () => {
    const { clock, gate, visit } = setUp({ limits: { maxWaitMs: 3000 } });
    visit(exclusive());
    const second = visit(exclusive());
    await clock.pass(2990);
    expect(second.error).toBeUndefined();
    await clock.pass(40);
    expect(second.error).toMatchObject({ code: 'busy', retryable: true, retryAfter: 1 });
    expect(gate.state()).toMatchObject({ exclusive: 1, queued: 0, refused: 1 });
    expect(clock.timers()).toBe(0);
  });

  it('drops a waiter whose client went away', async () => {
    const { clock, gate, visit } = setUp();
    const first = visit(exclusive());
    const gone = new AbortController();
    const [second, third] = [visit(exclusive(), gone.signal), visit(exclusive())];
    await clock.pass(0);
    gone.abort();
    await clock.pass(20);
    expect(second.error).toBeInstanceOf(AppError);
    expect(gate.state()).toMatchObject({ queued: 1, refused: 0 });
    first.leave?.();
    await clock.pass(20);
    expect(third.leave).toBeTypeOf('function');
  });

  it('never lets work in whose client is already gone', async () => {
    const { clock, gate, visit } = setUp();
    const visitor = visit(light(), AbortSignal.abort());
    await clock.pass(0);
    expect(visitor.error).toBeInstanceOf(AppError);
    expect(gate.state()).toMatchObject({ light: 0, queued: 0 });
  });

  it('loses no slot if a timer fails', async () => {
    const clock = createHandClock();
    const failure = new Error('no more timers');
    const gate = createGate({
      capacityBytes: 100,
      heaps: empty,
      now: clock.now,
      wait: () => Promise.reject(failure),
    });
    const leave = await gate.enter(exclusive());
    await expect(gate.enter(exclusive())).rejects.toBe(failure);
    expect(gate.state().queued).toBe(0);
    leave();
    (await gate.enter(exclusive()))();
  });

  it('skips waiters whose requests died, and does not count them as waiting', async () => {
    const clock = createHandClock();
    let stopped = 0;
    const gate = createGate({
      capacityBytes: 100,
      heaps: empty,
      now: clock.now,
      // The timer of a cancelled request never fires.
      wait: (ms) => (stopped-- > 0 ? new Promise(() => {}) : clock.wait(ms)),
    });
    const leave = await gate.enter(exclusive());
    stopped = 2;
    gate.enter(exclusive());
    gate.enter(exclusive());
    let inside = false;
    gate.enter(exclusive()).then(() => {
      inside = true;
    });
    leave();
    await clock.pass(100);
    expect(inside).toBe(false);
    await clock.pass(300);
    expect(inside).toBe(true);
    expect(gate.state()).toMatchObject({ exclusive: 1, queued: 0 });
  });

  it('frees the slot of work that never leaves after a while', async () => {
    const { clock, gate, visit } = setUp({ limits: { leaseMs: 4000 } });
    visit(exclusive(90));
    await clock.pass(0);
    const second = visit(exclusive(90));
    await clock.pass(3900);
    expect(second.leave).toBeUndefined();
    await clock.pass(200);
    expect(second.leave).toBeTypeOf('function');
    expect(gate.state()).toMatchObject({ exclusive: 1, bytes: 90, lost: 1 });
  });

  it.each([
    [{ ms: 1, bytes: 101, heap: 0 }],
    [{ ms: 1, bytes: 60, heap: 41 }],
    [{ ms: 1, bytes: Number.NaN, heap: 0 }],
  ])('refuses %o, which no isolate holds', async (demand) => {
    const { gate } = setUp();
    await expect(gate.enter(demand)).rejects.toMatchObject({
      code: 'over_budget',
      retryable: false,
    });
  });

  it('lets small work overtake large work that waits for memory, but not for ever', async () => {
    const { clock, visit } = setUp({ limits: { patienceMs: 1000 } });
    const inside = [visit(light(30)), visit(light(30))];
    await clock.pass(0);
    const large = visit(exclusive(80));
    let passed = 0;
    for (let t = 0; t < 6000 && !large.leave; t += 50) {
      inside.push(visit(light(30)));
      await clock.pass(50);
      if (inside.at(-1)?.leave) passed++;
      const next = inside.findIndex((v) => v.leave);
      if (t % 100 === 0 && next >= 0) inside.splice(next, 1)[0]?.leave?.();
    }
    expect(passed).toBeGreaterThan(0);
    expect(large.leave).toBeTypeOf('function');
    // One second until no work may overtake, then at most three light works leave.
    expect(clock.now()).toBeLessThan(1000 + 1000 + 500);
  });
});

describe('the check of a gate before a request does anything', () => {
  it('refuses exactly when the lightest work would be refused', async () => {
    const { clock, gate, visit } = setUp({ limits: { maxQueued: 2, maxLight: 1 } });
    const visitors = [visit(light()), visit(light()), visit(light())];
    await clock.pass(0);
    expect(() => gate.check()).toThrow(expect.objectContaining({ code: 'busy', retryAfter: 1 }));
    const late = visit(light());
    await clock.pass(0);
    expect(late.error).toMatchObject({ code: 'busy' });
    visitors[0]?.leave?.();
    await clock.pass(20);
    expect(() => gate.check()).not.toThrow();
  });
});

describe('the memory of a gate', () => {
  it('has one large part, which works use in turn and which never shrinks', async () => {
    const sizes = { small: 5, large: 0 };
    const { clock, gate, visit } = setUp({ heaps: () => sizes });
    const large = (n: number): Demand => ({ ms: 1, bytes: 10, heap: n });
    const [first, second] = [visit(large(30)), visit(large(20))];
    await clock.pass(0);
    expect([first.leave !== undefined, second.leave !== undefined]).toEqual([true, false]);
    sizes.large = 30;
    expect(gate.state().bytes).toBe(45);
    first.leave?.();
    expect(gate.state().bytes).toBe(35);
    await clock.pass(20);
    expect(second.leave).toBeTypeOf('function');
    expect(gate.state().bytes).toBe(45);
  });

  it('lets small work in together with large work if both fit', async () => {
    const { clock, visit } = setUp({ heaps: () => ({ small: 10, large: 0 }) });
    const large = visit({ ms: 1, bytes: 10, heap: 50 });
    await clock.pass(0);
    const [fits, does, not] = [visit(light(15)), visit(light(15)), visit(light(1))];
    await clock.pass(50);
    expect([large, fits, does, not].map((v) => v.leave !== undefined)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it('lets work in alone if it fits an empty isolate, however large the kept heaps are', async () => {
    const sizes = { small: 0, large: 70 };
    const { clock, visit } = setUp({ heaps: () => sizes });
    const [large, small] = [visit({ ms: 1, bytes: 90, heap: 10 }), visit(light())];
    await clock.pass(0);
    expect([large.leave !== undefined, small.leave !== undefined]).toEqual([true, false]);
    large.leave?.();
    await clock.pass(20);
    expect(small.leave).toBeTypeOf('function');
  });
});

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
      leave = await gate.enter({ ...demand, signal: gone.signal });
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
