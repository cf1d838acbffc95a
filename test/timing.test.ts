import { describe, expect, it } from 'vitest';
import { createPace, createPaces, eachBand, noPace, portion, within } from '../src/timing.ts';

/** A pause that counts its calls. */
function createCounter() {
  const counter = { yields: 0, pause: async () => void counter.yields++ };
  return counter;
}

describe('eachBand', () => {
  it.each([1, 7, 1000, 12345])('works on each of %i items once, in their order', async (count) => {
    const seen: number[] = [];
    await eachBand(count, noPace, (first, end) => {
      for (let i = first; i < end; i++) seen.push(i);
    });
    expect(seen).toEqual(Array.from({ length: count }, (_, i) => i));
  });

  it.each([1, 4, 100, 257, 1e6])('reports all of %i items, in 256 bands at most', async (count) => {
    const told: number[] = [];
    await eachBand(
      count,
      (share) => void told.push(share),
      () => {},
    );
    expect(told.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
    expect(told.length).toBeLessThanOrEqual(Math.min(count, 256));
  });

  it('reports nothing more once the work has returned false', async () => {
    let told = 0;
    const pace = (share: number) => {
      told += share;
      return undefined;
    };
    await eachBand(100, pace, (first) => first < 40);
    expect(told).toBeCloseTo(0.4, 9);
  });

  it('waits for a pause, and passes on what ends the work there', async () => {
    let done = 0;
    const stop = createPace(() => Promise.reject(new Error('gone')), 100);
    const work = (first: number, end: number): void => {
      done += end - first;
    };
    await expect(eachBand(100, stop, work)).rejects.toThrow('gone');
    expect(Math.abs(done - 10)).toBeLessThanOrEqual(1);
  });
});

describe('createPace', () => {
  it.each([
    [5, 100],
    [95, 3],
    [95, 1000],
    [1000, 130],
    [1000, 1e6],
    [2500, 777],
  ])('yields after every 10 of %i predicted ms, for a loop of %i items', async (ms, count) => {
    const counter = createCounter();
    await eachBand(count, createPace(counter.pause, ms), () => {});
    const possible = Math.min(count, Math.floor(ms / 10));
    expect(Math.abs(counter.yields - possible)).toBeLessThanOrEqual(1);
  });

  it('yields once after work that could not be cut, however long', async () => {
    const counter = createCounter();
    const pace = createPace(counter.pause, 5000);
    await pace(0.999);
    expect(counter.yields).toBe(1);
    await pace(0.001);
    expect(counter.yields).toBeLessThanOrEqual(2);
  });

  it.each([undefined, 0])('yields every hundredth of work whose prediction is %s', async (ms) => {
    const counter = createCounter();
    await eachBand(1000, createPace(counter.pause, ms), () => {});
    expect(Math.abs(counter.yields - 100)).toBeLessThanOrEqual(1);
  });
});

describe('createPaces', () => {
  it('counts the work of short pieces together', async () => {
    const counter = createCounter();
    const paceOf = createPaces(counter.pause);
    for (let i = 0; i < 50; i++) await paceOf(4)(1);
    expect(Math.abs(counter.yields - 20)).toBeLessThanOrEqual(1);
  });
});

describe('portion', () => {
  it('makes passes of a share each add up to the whole', async () => {
    let told = 0;
    const pace = (share: number) => {
      told += share;
      return undefined;
    };
    for (const share of [0.2, 0.3, 0.5]) await eachBand(1000, portion(pace, share), () => {});
    expect(told).toBeCloseTo(1, 9);
  });

  it('yields as often as one pass over everything', async () => {
    const counter = createCounter();
    const pace = createPace(counter.pause, 400);
    for (let k = 0; k < 8; k++) await eachBand(60, portion(pace, 1 / 8), () => {});
    expect(Math.abs(counter.yields - 40)).toBeLessThanOrEqual(1);
  });
});

describe('within', () => {
  it('gives the outcome of work that is done in time', async () => {
    const late = () => 'late';
    await expect(within({ ms: 1000 }, Promise.resolve(7), late)).resolves.toBe(7);
    await expect(within({ ms: 1000 }, Promise.reject(new Error('no')), late)).rejects.toThrow('no');
  });

  it('gives what `late` gives, or throws what it throws, once the time is over', async () => {
    const endless = new Promise<never>(() => {});
    await expect(within({ ms: 1 }, endless, () => 'late')).resolves.toBe('late');
    const failing = within({ ms: 1 }, endless, () => {
      throw new Error('too slow');
    });
    await expect(failing).rejects.toThrow('too slow');
  });

  it('ignores work that fails after the time is over', async () => {
    let fail = (_: Error): void => {};
    const work = new Promise<number>((_, reject) => {
      fail = reject;
    });
    await expect(within({ ms: 1 }, work, () => undefined)).resolves.toBeUndefined();
    fail(new Error('nobody waits'));
    await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('stops its timer when the work is done', async () => {
    let signal: AbortSignal | undefined;
    const wait = (_: number, ends?: AbortSignal): Promise<void> => {
      signal = ends;
      return new Promise(() => {});
    };
    await within({ ms: 1000, wait }, Promise.resolve(), () => undefined);
    expect(signal?.aborted).toBe(true);
  });
});
