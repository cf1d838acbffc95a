import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { createGate } from '../../src/gate/gate.ts';
import { empty, exclusive, light, setUp } from './gate-visits.ts';
import { createHandClock } from './hand-clock.ts';

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
    const [second, third] = [visit(exclusive(), { signal: gone.signal }), visit(exclusive())];
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
    const visitor = visit(light(), { signal: AbortSignal.abort() });
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
    const { clock, visit } = setUp({ limits: { overtakeMs: 1000 } });
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
