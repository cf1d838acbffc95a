import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sleep } from '../src/timing.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('sleep', () => {
  it('lasts for the given time', async () => {
    let awake = false;
    void sleep(50).then(() => {
      awake = true;
    });
    await vi.advanceTimersByTimeAsync(49);
    expect(awake).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(awake).toBe(true);
  });

  it('ends with its signal, and leaves no timer', async () => {
    const signal = new AbortController();
    const sleeping = sleep(1e6, signal.signal);
    signal.abort();
    await sleeping;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not begin if its signal is already aborted', async () => {
    const sleeping = sleep(1e6, AbortSignal.abort());
    expect(vi.getTimerCount()).toBe(0);
    await sleeping;
  });
});
