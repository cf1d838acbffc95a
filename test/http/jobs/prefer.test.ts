import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { preferredWait } from '../../../src/http/jobs/prefer.ts';

describe('the wait that a client prefers', () => {
  it.each([
    ['wait=5', 5],
    ['wait=0', 0],
    ['respond-async, wait=10', 10],
    ['WAIT = 7; foo=1, handling=lenient', 7],
    ['wait="3"', 3],
    ['wait=3, wait=9', 3],
    ['wait=61', 60],
    ['wait=99999999', 60],
  ])('of "%s" is %d seconds', (header, seconds) => {
    expect(preferredWait(header)).toBe(seconds);
  });

  it.each([[null], [''], ['respond-async'], ['wait'], ['wait=-1'], ['wait=1.5'], ['waits=4']])(
    'is none for %s',
    (header) => {
      expect(preferredWait(header)).toBeUndefined();
    },
  );

  it('is undefined, or from 0 to 60, for any header', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.integer().map((n) => `wait=${n}`),
        ),
        (header) => {
          const seconds = preferredWait(header) ?? 0;
          expect(seconds).toBeGreaterThanOrEqual(0);
          expect(seconds).toBeLessThanOrEqual(60);
        },
      ),
    );
  });
});
