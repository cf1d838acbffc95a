import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFlights } from '../../src/cache/flights.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const timer = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const setUp = (wait: (ms: number) => Promise<void> = timer) =>
  createFlights<string>({ wait, now: () => Date.now() });

const follower = (turn: ReturnType<ReturnType<typeof setUp>['begin']>) => {
  if (turn.leads) throw new Error('expected a follower');
  return turn.outcome();
};
const leader = (turn: ReturnType<ReturnType<typeof setUp>['begin']>) => {
  if (!turn.leads) throw new Error('expected a leader');
  return turn;
};

describe('a flight', () => {
  it('is led by the first request, whose outcome all followers get', async () => {
    const flights = setUp();
    const first = leader(flights.begin('key'));
    const others = [1, 2, 3].map(() => follower(flights.begin('key')));
    expect(flights.isRunning('key')).toBe(true);
    await vi.advanceTimersByTimeAsync(500);
    await first.finish('answer');
    await vi.advanceTimersByTimeAsync(100);
    expect(await Promise.all(others)).toEqual(['answer', 'answer', 'answer']);
    expect(flights.isRunning('key')).toBe(false);
    leader(flights.begin('key'));
  });

  it('is separate for each key', () => {
    const flights = setUp();
    leader(flights.begin('one'));
    leader(flights.begin('two'));
  });

  it('can be joined until the promise given to finish has settled', async () => {
    const flights = setUp();
    let done = (): void => {};
    const until = new Promise<void>((resolve) => {
      done = resolve;
    });
    const finishing = leader(flights.begin('key')).finish('answer', until);
    expect(await follower(flights.begin('key'))).toBe('answer');
    done();
    await finishing;
    leader(flights.begin('key'));
  });

  it('is forgotten if the leader is cancelled after finishing', async () => {
    const flights = setUp();
    void leader(flights.begin('key')).finish('answer', new Promise(() => {}));
    await vi.advanceTimersByTimeAsync(5001);
    leader(flights.begin('key'));
  });

  it('ends if its leader is cancelled, and one of the followers leads', async () => {
    let dead = false;
    // Only the leader has a timer this long; a cancelled request has no timers.
    const flights = setUp((ms) => (dead && ms >= 100 ? new Promise(() => {}) : timer(ms)));
    leader(flights.begin('key'));
    const others = [1, 2].map(() => follower(flights.begin('key')));
    await vi.advanceTimersByTimeAsync(4000);
    dead = true;
    await vi.advanceTimersByTimeAsync(5000);
    dead = false;
    expect(await Promise.all(others)).toEqual([undefined, undefined]);
    const next = leader(flights.begin('key'));
    const last = follower(flights.begin('key'));
    await next.finish('answer');
    await vi.advanceTimersByTimeAsync(100);
    expect(await last).toBe('answer');
  });

  it('is followed while its leader works, for at most a minute', async () => {
    const flights = setUp();
    leader(flights.begin('key'));
    let ended: unknown;
    const waiting = follower(flights.begin('key')).catch((error: unknown) => {
      ended = error;
    });
    await vi.advanceTimersByTimeAsync(50_000);
    expect(ended).toBeUndefined();
    await vi.advanceTimersByTimeAsync(15_000);
    await waiting;
    expect(ended).toMatchObject({ code: 'busy', retryable: true });
  });
});
