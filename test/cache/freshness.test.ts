import { describe, expect, it } from 'vitest';
import { lifeOf, readFreshness, stateOf } from '../../src/cache/freshness.ts';
import { freshness } from '../../src/http/caching.ts';

describe('freshness', () => {
  it('is read from Cache-Control', () => {
    expect(readFreshness(freshness(7))).toEqual({
      maxAge: 7,
      staleWhileRevalidate: 86_400,
      staleIfError: 604_800,
    });
  });

  it.each([
    ['', [0, 0, 0]],
    ['no-store', [0, 0, 0]],
    ['max-age=5', [5, 0, 0]],
    ['MAX-AGE=5,stale-if-error=6', [5, 0, 6]],
    ['s-max-age=9, x-max-age=8, max-age=5', [5, 0, 0]],
    ['max-age=-5', [0, 0, 0]],
    ['max-age=5x, stale-while-revalidate=1.5', [0, 0, 0]],
    ['max-age=99999999999999', [0, 0, 0]],
  ])('of "%s" is %j', (control, expected) => {
    expect(Object.values(readFreshness(control))).toEqual(expected);
  });

  it('changes from fresh to stale, last and expired, each at its second', () => {
    const spans = { maxAge: 10, staleWhileRevalidate: 5, staleIfError: 20 };
    const ages = [0, 9, 10, 14, 15, 29, 30, 1e9];
    expect(ages.map((age) => stateOf(spans, age))).toEqual([
      ...['fresh', 'fresh', 'stale', 'stale', 'last', 'last', 'expired', 'expired'],
    ]);
    expect(lifeOf(spans)).toBe(30);
  });

  it('lets no answer be used if it is empty', () => {
    expect(stateOf(readFreshness('no-store'), 0)).toBe('expired');
  });
});
