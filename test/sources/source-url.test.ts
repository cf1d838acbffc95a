// Sources that are refused, and the base that relative sources never leave.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import type { Source } from '../../src/sources/source.ts';
import { b64, href, parse, refusal } from './parsing.ts';

describe('an error for a refused source names what was expected', () => {
  test.each([
    'file:///etc/passwd',
    'ftp://h.example/a',
    'gopher://h.example/a',
    'data:image/png;base64,AAAA',
    'javascript:alert(1)',
    'blob:https://h.example/1',
    'ws://h.example/a',
    'wss:/h.example/a',
    '//evil.example/x.jpg',
    '/evil.example/x.jpg',
    'cat.jpg',
    '',
  ])('%j, raw and in b64, with and without a base', (text) => {
    for (const form of [text, `b64:${b64(text)}`]) {
      const error = refusal(() => parse(form));
      expect([error.code, error.param]).toEqual(['bad_source', 'source']);
      expect(error.message).toMatch(/^source: expected .*(https|b64)/);
    }
    if (text === 'cat.jpg') return;
    const base = 'https://h.example/pics/';
    expect(refusal(() => parse(text, { base })).code).toBe('bad_source');
    expect(refusal(() => parse(`b64:${b64(text)}`, { base })).code).toBe('bad_source');
  });

  test.each([
    ['backslashes for slashes', 'https:\\\\evil.example\\x.jpg'],
    ['a backslash in the host', 'https://ok.example\\@evil.example/'],
    ['a backslash in the query', 'https://ok.example/a?x=\\'],
    ['a slash and a backslash', '/\\evil.example'],
    ['a tab in the host', 'https://ex\tample.com/'],
    ['a line end', 'https://h.example/a\r\nHost: evil'],
    ['a NUL', 'https://h.example/a\0'],
    ['a C1 control', 'https://h.example/\u0085'],
    ['an escaped NUL in the path', 'https://h.example/a%00.jpg'],
    ['an escaped line end in the path', 'https://h.example/a%0d%0a'],
    ['an escaped DEL in the path', 'https://h.example/a%7F'],
    ['a malformed escape', 'https://h.example/%zz'],
    ['a lone percent sign', 'https://h.example/100%'],
    ['a user name', 'https://user@h.example/'],
    ['user name and password', 'https://user:secret@h.example/'],
    ['empty user info', 'https://@h.example/'],
    ['a host hidden behind user info', 'http://ok.example%2f@evil.example/'],
    ['an empty host', 'https:///x'],
    ['an empty host with a port', 'https://:80/x'],
    ['no host at all', 'https://'],
    ['no slash after the scheme', 'https:h.example/x'],
    ['a host that is no host', 'https://a b/x'],
    ['a port out of range', 'https://h.example:65536/x'],
    ['a broken IPv4 address', 'https://256.1.1.1/x'],
    ['a broken IPv6 address', 'https://[::1/x'],
  ])('%s', (_, text) => {
    for (const form of [encodeURIComponent(text), `b64:${b64(text)}`, text]) {
      expect(refusal(() => parse(form)).code).toBe('bad_source');
    }
  });

  test('without repeating passwords or very long texts', () => {
    expect(refusal(() => parse('https://u:secret@h.example/')).message).not.toContain('secret');
    expect(refusal(() => parse('x'.repeat(10_000))).message.length).toBeLessThan(300);
  });
});

describe('a source base', () => {
  const base = 'https://h.example/pics';

  test.each([
    ['cat.jpg', '', 'https://h.example/pics/cat.jpg'],
    ['a/b%20c.jpg', '?v=%2e', 'https://h.example/pics/a/b%20c.jpg?v=%2e'],
    ['a..b/...', '', 'https://h.example/pics/a..b/...'],
  ])('is the folder of %s', (text, query, expected) => {
    expect(href(parse(text, { base, query }))).toBe(expected);
    expect(href(parse(text, { base: `${base}/`, query }))).toBe(expected);
  });

  test('does not change sources with a prefix', () => {
    expect(href(parse('https:/other.example/a', { base }))).toBe('https://other.example/a');
    expect(parse('asset:a.jpg', { base })).toEqual({ kind: 'asset', name: 'a.jpg' });
  });

  test.each([
    '..',
    '.',
    '../secret',
    'a/../../secret',
    'a/./b',
    '%2e%2E/secret',
    '.%2e/secret',
    '%252e%252e/secret',
    '..%2fsecret',
    'a%2Fb',
    'a%5c..%5cb',
    'a%255cb',
    '..\\secret',
    '',
    '?x=1',
    '#a',
    '@evil.example/a:b%zz',
    'mailto:a',
    'x%3A//evil',
  ])('is never left by %j', (text) => {
    expect(refusal(() => parse(text, { base })).code).toBe('bad_source');
  });

  test('keeps every path below it or refuses it', () => {
    const parts = fc.constantFrom(
      '..',
      '.',
      '%2e',
      '/',
      '\\',
      '%2f',
      '%5C',
      '@',
      '?',
      '#',
      'a',
      ':',
      '%25',
    );
    const texts = fc.array(parts, { maxLength: 8 }).map((list) => list.join(''));
    fc.assert(
      fc.property(texts, (text) => {
        let source: Source;
        try {
          source = parse(text, { base });
        } catch (error) {
          return error instanceof AppError && error.code === 'bad_source';
        }
        return (
          href(source).startsWith(`${base}/`) &&
          !/\/\.{1,2}(\/|$)|%(25)*(2e|2f|5c)/i.test(href(source).split('?')[0] ?? '')
        );
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  test.each(['pics', 'ftp://h.example/', 'https://h.example/?a', 'https://h.example/#a'])(
    'that is malformed (%s) is not blamed on the request',
    (malformed) => {
      expect(() => parse('cat.jpg', { base: malformed })).toThrow(/^SOURCE_BASE: expected/);
    },
  );
});
