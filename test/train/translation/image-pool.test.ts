import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/train/random.ts';
import { createImagePool } from '../../../src/train/translation/image-pool.ts';

const picture = (value: number): Float32Array => Float32Array.of(value);

describe('createImagePool', () => {
  it('gives back what it gets until it is full, then earlier pictures half of the time', () => {
    const pool = createImagePool(10);
    const random = createRandom(1);
    const first = Array.from({ length: 10 }, (_, i) => picture(i));
    expect(pool.exchange(first, random)).toEqual(first);
    const later = Array.from({ length: 400 }, (_, i) => picture(100 + i));
    const returned = later.flatMap((one) => pool.exchange([one], random));
    const earlier = returned.filter(([value], i) => value! < 100 + i).length;
    expect(earlier).toBeGreaterThan(160);
    expect(earlier).toBeLessThan(240);
    // Nothing comes back twice from the pool: it leaves when it is returned.
    const values = returned.map(([value]) => value);
    expect(new Set(values).size).toBe(values.length);
  });

  it('of size 0 keeps nothing, and refuses other sizes', () => {
    const one = picture(1);
    expect(createImagePool(0).exchange([one], createRandom(1))[0]).toBe(one);
    expect(() => createImagePool(-1)).toThrow('expected a size from 0, got -1');
  });
});
