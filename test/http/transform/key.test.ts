import { describe, expect, it } from 'vitest';
import { jobIndexKey, mayBePurged } from '../../../src/http/transform/key.ts';

describe('a purge whose time is not known', () => {
  it('leaves no job that may be older, and has sources asked past all copies', () => {
    expect(jobIndexKey('key', { at: 0, sure: false })).toBeUndefined();
    expect(jobIndexKey('key', { at: 5, sure: false })).toBeUndefined();
    expect(mayBePurged({ at: 0, sure: false })).toBe(true);
  });

  it('is no purge otherwise, or has keys of its own', () => {
    expect(jobIndexKey('key', { at: 0, sure: true })).toBe('key');
    expect(jobIndexKey('key', { at: 5, sure: true })).toBe('key@5');
    expect([mayBePurged({ at: 0, sure: true }), mayBePurged({ at: 5, sure: true })]).toEqual([
      false,
      true,
    ]);
  });
});
