import { describe, expect, it } from 'vitest';
import { eachBand } from '../src/bands.ts';
import { createPace, noPace } from '../src/pace.ts';

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
