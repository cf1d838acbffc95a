import fc from 'fast-check';
import { expect, it } from 'vitest';
import { largest } from '../../src/plan/largest.ts';

it('finds the last integer that fits, or none', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 50 }), fc.nat(5000), fc.nat(6000), (low, more, limit) => {
      const high = low + more;
      const found = largest(low, high, (n) => n <= limit);
      expect(found).toBe(limit < low ? undefined : Math.min(limit, high));
    }),
  );
  expect(largest(2, 1, () => true)).toBeUndefined();
});
