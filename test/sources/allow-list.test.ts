// The allow-list: whole host labels, whole path parts, and nothing by default.
import { describe, expect, test } from 'vitest';
import { isAllowed, parseAllowList } from '../../src/sources/allow-list.ts';

const allows = (list: string, url: string) => isAllowed(parseAllowList(list), new URL(url));

describe('an allow-list', () => {
  test('that is empty allows nothing', () => {
    for (const list of ['', '  ']) {
      expect(parseAllowList(list)).toEqual([]);
      expect(allows(list, 'https://example.com/')).toBe(false);
    }
  });

  test.each([
    ['https://cdn.example', 'https://cdn.example/any/path?x=1'],
    ['https://cdn.example/', 'https://cdn.example'],
    ['https://cdn.example:443', 'https://cdn.example/a'],
    ['https://cdn.example', 'https://cdn.example:443/a'],
    ['http://cdn.example:80/', 'http://cdn.example/a'],
    ['https://cdn.example:8443', 'https://cdn.example:8443/a'],
    ['HTTPS://CDN.example/Pub', 'https://cdn.example/Pub/a'],
    ['https://cdn.example/pub', 'https://cdn.example/pub'],
    ['https://cdn.example/pub', 'https://cdn.example/pub/'],
    ['https://cdn.example/pub/', 'https://cdn.example/pub/a/b'],
    ['https://cdn.example/pub', 'https://cdn.example/x/../pub/a'],
    ['https://cdn.example/a%20b', 'https://cdn.example/a b/c'],
    ['https://cdn.example/é', 'https://cdn.example/%c3%a9/c'],
    ['https://cdn.example/%E9', 'https://cdn.example/%e9/c'],
    ['https://bücher.example', 'https://xn--bcher-kva.example/a'],
    ['https://*.example.com', 'https://img.example.com/a'],
    ['https://img.*.example.com', 'https://img.eu.example.com/a'],
    ['https://cdn.example/users/*/photos', 'https://cdn.example/users/7/photos/a'],
    ['https://cdn.example/*', 'https://cdn.example/a/b'],
    ['https://cdn.example/%2A', 'https://cdn.example/*/b'],
    ['http://127.0.0.1:9000/', 'http://2130706433:9000/a'],
    ['http://[::1]:9000/', 'http://[0:0:0:0:0:0:0:1]:9000/a'],
    ['https://cdn.example', 'https://cdn.example/o/users%2Fuid%2Fpic.jpg?alt=media'],
    ['https://cdn.example', 'https://cdn.example/..%2f%5c%252F'],
    ['https://cdn.example/v0/o', 'https://cdn.example/v0/o/users%2Fuid%2Fpic.jpg'],
    ['https://one.example, https://two.example/pub', 'https://two.example/pub/a'],
  ])('%s allows %s', (list, url) => {
    expect(allows(list, url)).toBe(true);
  });

  test.each([
    ['https://cdn.example', 'https://cdn.example.evil/a'],
    ['https://cdn.example', 'https://evilcdn.example/a'],
    ['https://cdn.example', 'https://evil.cdn.example/a'],
    ['https://cdn.example', 'https://other/.cdn.example/'],
    ['https://cdn.example', 'https://other/cdn.example/'],
    ['https://cdn.example', 'https://cdn.example@evil.example/'],
    ['https://cdn.example', 'https://user@cdn.example/'],
    ['https://cdn.example', 'https://:pass@cdn.example/'],
    ['https://cdn.example', 'https://cdn.example./a'],
    ['https://cdn.example', 'http://cdn.example/a'],
    ['http://cdn.example', 'https://cdn.example/a'],
    ['http://cdn.example:443', 'https://cdn.example/a'],
    ['https://cdn.example', 'https://cdn.example:8443/a'],
    ['https://cdn.example:8443', 'https://cdn.example/a'],
    ['https://cdn.example/pub', 'https://cdn.example/public-other'],
    ['https://cdn.example/pub/', 'https://cdn.example/public-other/a'],
    ['https://cdn.example/pub', 'https://cdn.example/pub/../secret'],
    ['https://cdn.example/pub', 'https://cdn.example/pub/%2e%2E/secret'],
    ['https://cdn.example/pub', 'https://cdn.example/pub/..%2fsecret'],
    ['https://cdn.example/pub', 'https://cdn.example/pub/..%5Csecret'],
    ['https://cdn.example/pub', 'https://cdn.example/pub/%252e%252e/secret'],
    ['https://cdn.example/pub', 'https://cdn.example/pub/..%25252Fsecret'],
    ['https://cdn.example/pub', 'https://cdn.example/pub/a%00.jpg'],
    ['https://cdn.example/pub', 'https://cdn.example/pub%2Fa'],
    ['https://cdn.example/pub', 'https://cdn.example/pub/a%2F..%2F..%2Fsecret'],
    ['https://cdn.example/pub', 'https://cdn.example/pub/a%2F%2Fb'],
    ['https://cdn.example/*', 'https://cdn.example/a%2Fb/c'],
    ['https://cdn.example', 'https://cdn.example/a%00.jpg'],
    ['https://cdn.example/pub', 'https://cdn.example/a%2ejpg'],
    ['https://cdn.example/pub', 'https://cdn.example/Pub/a'],
    ['https://cdn.example/pub', 'https://cdn.example/'],
    ['https://cdn.example/pub', 'https://cdn.example//pub/a'],
    ['https://cdn.example/pub', 'https://cdn.example/?/pub/'],
    ['https://*.example.com', 'https://example.com/a'],
    ['https://*.example.com', 'https://a.b.example.com/a'],
    ['https://*.example.com', 'https://.example.com/a'],
    ['https://*.*.*.com', 'https://8.8.8.8/a'],
    ['https://cdn.example/users/*/photos', 'https://cdn.example/users//photos/a'],
    ['https://cdn.example/users/*/photos', 'https://cdn.example/users/a/b/photos'],
    ['https://cdn.example/users/*/photos', 'https://cdn.example/users/a'],
    ['https://cdn.example/*', 'https://cdn.example/'],
    ['https://cdn.example/%2A', 'https://cdn.example/a'],
    ['http://127.0.0.1:9000/', 'http://127.0.0.1:9001/'],
  ])('%s does not allow %s', (list, url) => {
    expect(allows(list, url)).toBe(false);
  });

  test('allows no other scheme', () => {
    for (const url of ['ftp://cdn.example/a', 'file:///cdn.example/a', 'ws://cdn.example/a']) {
      expect(allows('https://cdn.example,http://cdn.example', url)).toBe(false);
    }
  });
});

describe('a malformed entry is refused by name', () => {
  test.each([
    'cdn.example',
    'localhost:8080',
    '//cdn.example',
    'ftp://cdn.example',
    'https:/cdn.example',
    'https://',
    'https:///a',
    'https://:80/',
    'https://user@cdn.example',
    'https://cdn.example/a?b',
    'https://cdn.example/#b',
    'https://cdn.example\\a',
    'https://cdn .example',
    'https://cdn.example:99999',
    'https://cdn.example./',
    'https://a..b/',
    'https://cdn.example/a//b',
    'https://cdn.example//',
    'https://cdn.example/a/../b',
    'https://cdn.example/a/.',
    'https://cdn.example/%2e%2e/b',
    'https://cdn.example/a%2fb',
    'https://cdn.example/a%255Cb',
    'https://cdn*.example',
    'https://cdn.example/a*',
    'https://*',
    'https://*.*/',
    'http://10.0.0.*/',
    'http://*.0.0.1/',
  ])('%s', (entry) => {
    const list = () => parseAllowList(`https://ok.example, ${entry}`);
    expect(list).toThrow(/^ALLOWED_SOURCES: expected a URL prefix/);
    expect(list).toThrow(JSON.stringify(entry));
  });

  test('and so is an empty one', () => {
    expect(() => parseAllowList('https://ok.example,')).toThrow('got ""');
    expect(() => parseAllowList(',')).toThrow('got ""');
  });
});
