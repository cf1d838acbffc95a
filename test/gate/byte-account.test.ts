import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import {
  type ByteAccountPorts,
  createByteAccount,
  type Reservation,
} from '../../src/gate/byte-account.ts';
import type { Waiting } from '../../src/gate/queue.ts';
import { createHandClock } from './hand-clock.ts';

function setUp(ports: Partial<ByteAccountPorts> = {}) {
  const clock = createHandClock();
  const account = createByteAccount({ capacityBytes: 100, ...clock, ...ports });
  const ask = (bytes: number, waiting?: Waiting) => {
    const asked: { got?: Reservation; error?: unknown } = {};
    account.reserve(bytes, waiting).then(
      (got) => {
        asked.got = got;
      },
      (error) => {
        asked.error = error;
      },
    );
    return asked;
  };
  return { clock, account, ask };
}

describe('an account of bytes', () => {
  it('reserves bytes, grows a reservation, and releases it once', async () => {
    const { account } = setUp();
    const [a, b] = [await account.reserve(40), await account.reserve(40)];
    expect([
      a.reserveMore(21),
      a.reserveMore(20),
      a.reserveMore(1),
      b.reserveMore(Number.NaN),
    ]).toEqual([false, true, false, false]);
    expect(account.state().bytes).toBe(100);
    a.release();
    a.release();
    expect(account.state().bytes).toBe(40);
    expect(a.reserveMore(1)).toBe(false);
    b.release();
    expect(account.state()).toEqual({ bytes: 0, queued: 0, refused: 0, lost: 0 });
  });

  it('serves requests in order, also a small one after a large one', async () => {
    const { clock, ask } = setUp();
    const first = ask(60);
    const [large, small] = [ask(70), ask(10)];
    await clock.pass(100);
    expect([large.got, small.got]).toEqual([undefined, undefined]);
    first.got?.release();
    await clock.pass(20);
    expect(large.got).toMatchObject({ release: expect.any(Function) });
    expect(small.got).toMatchObject({ release: expect.any(Function) });
  });

  it('refuses at once if too many wait, later if the wait is too long, and drops waiters that went away', async () => {
    const { clock, account, ask } = setUp({ limits: { maxQueued: 2, maxWaitMs: 1000 } });
    const gone = new AbortController();
    ask(100);
    const [waits, leaves, refused] = [ask(1), ask(1, { signal: gone.signal }), ask(1)];
    await clock.pass(0);
    expect(refused.error).toMatchObject({ code: 'busy', retryable: true, retryAfter: 1 });
    gone.abort();
    await clock.pass(20);
    expect(leaves.error).toBeInstanceOf(AppError);
    expect(account.state()).toMatchObject({ queued: 1, refused: 1 });
    await clock.pass(1000);
    expect(waits.error).toMatchObject({ code: 'busy' });
    expect(account.state()).toMatchObject({ bytes: 100, queued: 0, refused: 2 });
  });

  it('lets patient requests wait longer, and more of them', async () => {
    const limits = { maxQueued: 1, maxWaitMs: 1000, patient: { maxQueued: 3, maxWaitMs: 5000 } };
    const { clock, account, ask } = setUp({ limits });
    const all = ask(100);
    const [first, second] = [ask(1), ask(1, { patient: true })];
    const refused = ask(1);
    const [third, fourth] = [ask(1, { patient: true }), ask(1, { patient: true })];
    await clock.pass(0);
    expect(refused.error).toMatchObject({ code: 'busy' });
    expect([third.error, fourth.error]).toMatchObject([undefined, { code: 'busy' }]);
    await clock.pass(1100);
    expect(first.error).toMatchObject({ code: 'busy' });
    await clock.pass(3000);
    all.got?.release();
    await clock.pass(30);
    expect([second.got, third.got]).toMatchObject([{}, {}]);
    expect(account.state()).toMatchObject({ bytes: 2, queued: 0, refused: 3 });
  });

  it('counts the wait from when the request began to wait', async () => {
    const { clock, ask } = setUp({ limits: { maxWaitMs: 1000 } });
    ask(100);
    const since = clock.now();
    await clock.pass(700);
    const late = ask(1, { since });
    await clock.pass(320);
    expect(late.error).toMatchObject({ code: 'busy' });
  });

  it('changes a reservation to another size, and gives back what is left', async () => {
    const { clock, account, ask } = setUp();
    const [guess, waits] = [await account.reserve(60), ask(70)];
    expect([guess.resize(101), guess.resize(100), guess.resize(30)]).toEqual([false, true, true]);
    await clock.pass(30);
    expect(waits.got).toMatchObject({ release: expect.any(Function) });
    expect([guess.resize(31), account.state().bytes]).toEqual([false, 100]);
    guess.release();
    expect([guess.resize(1), account.state().bytes]).toEqual([false, 70]);
  });

  it('refuses more bytes than its capacity', async () => {
    const { account } = setUp();
    await expect(account.reserve(101)).rejects.toMatchObject({ code: 'too_many_bytes' });
    await expect(account.reserve(Number.NaN)).rejects.toMatchObject({ code: 'too_many_bytes' });
  });

  it('releases reservations that were not used for a long time', async () => {
    const { clock, account, ask } = setUp({ limits: { leaseMs: 2000 } });
    const [grows, forgotten] = [ask(10), ask(60)];
    await clock.pass(0);
    const waits = ask(80);
    await clock.pass(1500);
    expect(grows.got?.reserveMore(1)).toBe(true);
    await clock.pass(600);
    expect(waits.got).toMatchObject({ release: expect.any(Function) });
    expect(forgotten.got?.reserveMore(1)).toBe(false);
    forgotten.got?.release();
    expect(account.state()).toMatchObject({ bytes: 91, lost: 1 });
  });

  it('never holds more than its capacity, and holds nothing in the end', async () => {
    const request = fc.record({
      at: fc.nat(2000),
      bytes: fc.integer({ min: 0, max: 100 }),
      chunks: fc.array(fc.nat(30), { maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 30 }), async (requests) => {
        const { clock, account } = setUp({ limits: { maxQueued: 8 } });
        let held = 0;
        let most = 0;
        const go = async (r: (typeof requests)[number]): Promise<'read' | 'refused'> => {
          await clock.wait(r.at);
          const got = await account.reserve(r.bytes).catch((error: AppError) => error);
          if (got instanceof AppError) return 'refused';
          let mine = r.bytes;
          held += mine;
          for (const chunk of r.chunks) {
            most = Math.max(most, held);
            await clock.wait(50);
            if (!got.reserveMore(chunk)) break;
            held += chunk;
            mine += chunk;
          }
          most = Math.max(most, held);
          expect(account.state().bytes).toBeGreaterThanOrEqual(held);
          held -= mine;
          got.release();
          return 'read';
        };
        const done = Promise.all(requests.map(go));
        await clock.pass(30_000);
        const ends = await done;
        expect(most).toBeLessThanOrEqual(100);
        const refused = ends.filter((end) => end === 'refused').length;
        expect(account.state()).toEqual({ bytes: 0, queued: 0, refused, lost: 0 });
      }),
      { numRuns: 200 },
    );
  });
});
