import { describe, expect, it } from 'vitest';
import { createPace, eachBand, noPace, within } from '../src/timing.ts';

describe('eachBand', () => {
  it.each([1, 7, 1000, 12345])('works on each of %i items once, in their order', async (count) => {
    const seen: number[] = [];
    await eachBand({ count, ns: 3000 }, noPace, (first, end) => {
      for (let i = first; i < end; i++) seen.push(i);
    });
    expect(seen).toEqual(Array.from({ length: count }, (_, i) => i));
  });

  it('tells all of the work, in pieces of a millisecond at most unless one item is longer', async () => {
    for (const [count, ns, most] of [
      [100, 70e3, 1e6],
      [4, 9e6, 9e6],
    ] as const) {
      const told: number[] = [];
      await eachBand(
        { count, ns },
        (piece) => void told.push(piece),
        () => {},
      );
      expect(told.reduce((a, b) => a + b)).toBe(count * ns);
      expect(Math.max(...told)).toBeLessThanOrEqual(most);
    }
  });

  it('waits for a pause, and passes on what ends the work there', async () => {
    let done = 0;
    const stop = createPace(() => Promise.reject(new Error('gone')));
    const work = (first: number, end: number): void => {
      done += end - first;
    };
    await expect(eachBand({ count: 100, ns: 1e6 }, stop, work)).rejects.toThrow('gone');
    expect(done).toBe(10);
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
