import { describe, expect, it } from 'vitest';
import { canonicalPath } from '../src/url-text.ts';

const pathOf = (path: string): string => canonicalPath(new URL(`https://t.example${path}`)).path;

describe('the canonical path', () => {
  it.each([
    ['/t/w=1/asset:a', '/t/w=1/asset:a'],
    ['//t///w=1//asset:a', '/t/w=1/asset:a'],
    ['/t/%77=1/%61sset:a', '/t/w=1/asset:a'],
    ['/t/w=1/https%3a%2f%2fh', '/t/w=1/https%3A%2F%2Fh'],
    ['/t/w%7e%2D%5F%2E', '/t/w~-_.'],
    ['/t/x/../w=1/./asset:a', '/t/w=1/asset:a'],
    ['/t/x/%2e%2e/w=1', '/t/w=1'],
    ['/t/%zz/%4', '/t/%zz/%4'],
    ['/t/%2541', '/t/%2541'],
    ['\\t\\w=1', '/t/w=1'],
  ])('of %s is %s', (path, canonical) => {
    expect(pathOf(path)).toBe(canonical);
  });

  it('is its own canonical path', () => {
    for (const path of ['/t/%2541//b', '/t/w=%e2%82%ac/asset:a', '/t//%7E'])
      expect(pathOf(pathOf(path))).toBe(pathOf(path));
  });

  it('leaves the query byte for byte and drops the fragment', () => {
    expect(canonicalPath(new URL('https://t.example/t/?a=%41&b=%2f//c#d')).query).toBe(
      '?a=%41&b=%2f//c',
    );
  });
});
