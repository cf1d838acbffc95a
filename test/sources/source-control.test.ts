import { expect, it } from 'vitest';
import { readSourceControl } from '../../src/sources/source-control.ts';

const read = (control: string, age?: string) =>
  readSourceControl(new Headers({ 'Cache-Control': control, ...(age && { Age: age }) }));

it.each([
  ['', 'shared', undefined, false],
  ['no-store', 'never', undefined, false],
  ['No-Store, max-age=5', 'never', 5, false],
  ['private', 'private', undefined, false],
  ['private, no-store', 'never', undefined, false],
  ['private="Set-Cookie", max-age=9', 'shared', 9, false],
  ['public, max-age=600', 'shared', 600, false],
  ['max-age=600, s-maxage=60', 'shared', 60, false],
  ['max-age="600"', 'shared', 600, false],
  ['max-age=soon', 'shared', undefined, false],
  ['max-age=-1', 'shared', undefined, false],
  ['no-cache', 'shared', 0, true],
  ['no-cache="Set-Cookie"', 'shared', undefined, false],
  ['max-age=60,must-revalidate', 'shared', 60, true],
  ['proxy-revalidate', 'shared', undefined, true],
  ['x-no-store, my="no-store, private"', 'shared', undefined, false],
] as const)('%j means %s for %s seconds', (control, keep, maxAge, revalidates) => {
  expect(read(control)).toEqual({ keep, maxAge, revalidates });
});

it('takes the time that an answer has spent in caches off its lifetime', () => {
  expect(read('max-age=60', '50').maxAge).toBe(10);
  expect(read('max-age=60', '90').maxAge).toBe(0);
  expect(read('max-age=60', 'old').maxAge).toBe(60);
});
