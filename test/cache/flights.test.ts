import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFlights } from '../../src/cache/flights.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const timer = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const setUp = (wait: (ms: number) => Promise<void> = timer) =>
  createFlights<string>({ wait, now: () => Date.now() });

const follower = (seat: ReturnType<ReturnType<typeof setUp>['board']>) => {
  if (seat.leads) throw new Error('expected a follower');
  return seat.outcome();
};
const leader = (seat: ReturnType<ReturnType<typeof setUp>['board']>) => {
  if (!seat.leads) throw new Error('expected a leader');
  return seat;
};

describe('a flight', () => {
  it('is led by the first, whose outcome all get who were there', async () => {
    const flights = setUp();
    const first = leader(flights.board('key'));
    const others = [1, 2, 3].map(() => follower(flights.board('key')));
    expect(flights.isUp('key')).toBe(true);
    await vi.advanceTimersByTimeAsync(500);
    await first.land('answer');
    await vi.advanceTimersByTimeAsync(100);
    expect(await Promise.all(others)).toEqual(['answer', 'answer', 'answer']);
    expect(flights.isUp('key')).toBe(false);
    leader(flights.board('key'));
  });

  it('is another one for another key', () => {
    const flights = setUp();
    leader(flights.board('one'));
    leader(flights.board('two'));
  });

  it('is there for those who come until what it waits for is done', async () => {
    const flights = setUp();
    let done = (): void => {};
    const until = new Promise<void>((resolve) => {
      done = resolve;
    });
    const landing = leader(flights.board('key')).land('answer', until);
    expect(await follower(flights.board('key'))).toBe('answer');
    done();
    await landing;
    leader(flights.board('key'));
  });

  it('is forgotten where the leader dies after landing', async () => {
    const flights = setUp();
    void leader(flights.board('key')).land('answer', new Promise(() => {}));
    await vi.advanceTimersByTimeAsync(5001);
    leader(flights.board('key'));
  });

  it('is lost where its leader dies, so that one of the others leads', async () => {
    let dead = false;
    // Only who leads waits for so long; a request that is cancelled has no timers any more.
    const flights = setUp((ms) => (dead && ms >= 100 ? new Promise(() => {}) : timer(ms)));
    leader(flights.board('key'));
    const others = [1, 2].map(() => follower(flights.board('key')));
    await vi.advanceTimersByTimeAsync(4000);
    dead = true;
    await vi.advanceTimersByTimeAsync(5000);
    dead = false;
    expect(await Promise.all(others)).toEqual([undefined, undefined]);
    const next = leader(flights.board('key'));
    const last = follower(flights.board('key'));
    await next.land('answer');
    await vi.advanceTimersByTimeAsync(100);
    expect(await last).toBe('answer');
  });

  it('is followed while its leader works, for a minute at most', async () => {
    const flights = setUp();
    leader(flights.board('key'));
    let ended: unknown;
    const waiting = follower(flights.board('key')).catch((error: unknown) => {
      ended = error;
    });
    await vi.advanceTimersByTimeAsync(50_000);
    expect(ended).toBeUndefined();
    await vi.advanceTimersByTimeAsync(15_000);
    await waiting;
    expect(ended).toMatchObject({ code: 'busy', retryable: true });
  });
});
