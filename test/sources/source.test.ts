// Every spelling of a source, and everything that is refused as one.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import {
  formatSource,
  isSourceStart,
  parseInputSource,
  parseSource,
  type Source,
  type SourceOptions,
} from '../../src/sources/source.ts';

const b64 = (text: string) => Buffer.from(text).toString('base64url');
const parse = (text: string, options: SourceOptions & { query?: string } = {}) =>
  parseSource(text, { query: '', ...options });
const href = (source: Source) => (source.kind === 'url' ? source.url.href : `asset ${source.name}`);

function refusal(act: () => unknown): AppError {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('raw URLs', () => {
  test.each([
    ['https://host.example/a/b.jpg', 'https://host.example/a/b.jpg'],
    ['https:/host.example/a.jpg', 'https://host.example/a.jpg'],
    ['HTTPS://HOST.example/A.jpg', 'https://host.example/A.jpg'],
    ['http://host.example:8080/a.jpg', 'http://host.example:8080/a.jpg'],
    ['https://host.example:443', 'https://host.example/'],
    ['https://host.example/a%20b%C3%A9.jpg', 'https://host.example/a%20b%C3%A9.jpg'],
  ])('%s is %s', (text, expected) => {
    expect(href(parse(text))).toBe(expected);
  });

  test('take the outer query byte for byte', () => {
    const query = '?x=%2e%2E&y=a+b&&z=%20"'.replace('"', '%22');
    expect(href(parse('https:/h.example/a', { query }))).toBe(`https://h.example/a${query}`);
  });

  test('drop the fragment and a lone question mark', () => {
    expect(href(parse('https://h.example/a#part'))).toBe('https://h.example/a');
    expect(href(parse('https://h.example/a', { query: '?' }))).toBe('https://h.example/a');
  });

  test('get one spelling of the escapes in their path, never a decoded separator', () => {
    expect(href(parse('https://h.example/%61%7e%2fb%3a'))).toBe('https://h.example/a~%2Fb%3A');
    expect(href(parse('https://h.example/%252e%252e/b'))).toBe('https://h.example/%252e%252e/b');
  });
});

describe('encoded sources', () => {
  test.each([
    ['percent-encoded', encodeURIComponent('https://h.example/p?x=1&y=%2F')],
    ['percent-encoded, colon decoded by a proxy', 'https:%2F%2Fh.example%2Fp%3Fx%3D1%26y%3D%252F'],
    ['b64', `b64:${b64('https://h.example/p?x=1&y=%2F')}`],
    ['b64 of percent-encoded', `b64:${b64(encodeURIComponent('https://h.example/p?x=1&y=%2F'))}`],
    ['prefix in capitals', `B64:${b64('HTTPS://h.example/p?x=1&y=%2F#part')}`],
  ])('have their own query inside and ignore the outer one: %s', (_, text) => {
    const source = parse(text, { query: '?x=2' });
    expect(href(source)).toBe('https://h.example/p?x=1&y=%2F');
  });

  test('b64 keeps inner double slashes', () => {
    const source = parse(`b64:${b64('https://h.example/a//b')}`);
    expect(href(source)).toBe('https://h.example/a//b');
  });

  test('b64 wraps assets and paths under the base, with their own query', () => {
    const base = 'https://h.example/pics';
    expect(parse(`b64:${b64('asset:cat.jpg')}`)).toEqual({ kind: 'asset', name: 'cat.jpg' });
    expect(href(parse(`b64:${b64('a/c.jpg?v=2')}`, { base, query: '?v=3' }))).toBe(
      'https://h.example/pics/a/c.jpg?v=2',
    );
  });

  test.each([
    ['invalid base64', 'b64:ab*d'],
    ['padding', `b64:${Buffer.from('https://h.example/ab').toString('base64')}`],
    ['a length that no bytes have', 'b64:abcde'],
    ['plain base64 alphabet', 'b64:ab+/'],
    ['white space', 'b64:YXNz ZXQ'],
    ['nothing', 'b64:'],
    ['a slash inside', `b64:${b64('https://h.example/a').slice(0, 8)}/x`],
    ['invalid UTF-8', `b64:${Buffer.from([0xff, 0xfe, 0xfd]).toString('base64url')}`],
    ['a byte order mark', `b64:${b64('\ufeffhttps://h.example/a')}`],
    ['b64 inside b64', `b64:${b64(`b64:${b64('asset:cat.jpg')}`)}`],
    ['unknown text inside b64', `b64:${b64('cat.jpg')}`],
    ['invalid UTF-8 in escapes', 'https%3A%2F%2Fh.example%2F%FF'],
    ['double encoding', 'https%253A%252F%252Fh.example%252Fa'],
  ])('refuse %s', (_, text) => {
    expect(refusal(() => parse(text)).code).toBe('bad_source');
  });
});

describe('assets', () => {
  test('have a name and no query', () => {
    expect(parse('asset:chess.jpg', { query: '?x=1' })).toEqual({
      kind: 'asset',
      name: 'chess.jpg',
    });
    expect(parse(`Asset:${'a'.repeat(100)}`)).toEqual({ kind: 'asset', name: 'a'.repeat(100) });
  });

  test.each(['', '.hidden', '../a', 'a/b', 'a%2Fb', '-a', 'a b', 'é.jpg', 'a'.repeat(101), 'a\n'])(
    'refuse the name %j',
    (name) => {
      const error = refusal(() => parse(`asset:${name}`));
      expect(error.code).toBe('bad_source');
      expect(error.message).toContain('asset:<name>');
    },
  );
});

describe('what is refused names what was expected', () => {
  test.each([
    'file:///etc/passwd',
    'ftp://h.example/a',
    'gopher://h.example/a',
    'data:image/png;base64,AAAA',
    'javascript:alert(1)',
    'blob:https://h.example/1',
    'ws://h.example/a',
    'wss:/h.example/a',
    'r2:key',
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

  test('leaves sources with a prefix alone', () => {
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

describe('sources in options', () => {
  test('are assets or b64', () => {
    expect(parseInputSource('asset:far.png')).toEqual({ kind: 'asset', name: 'far.png' });
    expect(href(parseInputSource(`b64:${b64('https://h.example/a,b?x=1')}`))).toBe(
      'https://h.example/a,b?x=1',
    );
    const base = 'https://h.example/pics';
    expect(href(parseInputSource(`b64:${b64('a.jpg')}`, { base }))).toBe(`${base}/a.jpg`);
  });

  test.each(['https://h.example/a', 'https%3A%2F%2Fh.example', 'r2:key', 'cat.jpg', '', 'asset:'])(
    'are not %j, and the error names the option',
    (value) => {
      const base = 'https://h.example/pics';
      const error = refusal(() => parseInputSource(value, { base, param: 'far' }));
      expect([error.code, error.param]).toEqual(['bad_source', 'far']);
      expect(error.message).toMatch(/^far: expected asset:<name>/);
    },
  );
});

describe('the canonical text', () => {
  test('is equal for all spellings of one source and different for others', () => {
    const spellings = [
      parse('https:/h.example/a%7Eb', { query: '?x=1' }),
      parse('HTTPS://H.EXAMPLE:443/a~b', { query: '?x=1' }),
      parse('https%3A%2F%2Fh.example%2Fa~b%3Fx%3D1', { query: '?ignored' }),
      parse(`b64:${b64('https://h.example/c/../a~b?x=1#part')}`),
      parse('a~b', { base: 'https://h.example', query: '?x=1' }),
    ];
    const texts = new Set(spellings.map(formatSource));
    expect([...texts]).toEqual(['https%3A%2F%2Fh.example%2Fa~b%3Fx%3D1']);
    expect(formatSource(parse('http://h.example/a~b', { query: '?x=1' }))).not.toBe([...texts][0]);
    expect(formatSource(parse('https://h.example/a~b', { query: '?x=2' }))).not.toBe([...texts][0]);
  });

  test('is read back as the same source, whatever the outer query', () => {
    const asset = parse('asset:cat.jpg');
    expect(parse(formatSource(asset))).toEqual(asset);
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
        let source: Source;
        try {
          source = parse(encodeURIComponent(url));
        } catch (error) {
          return error instanceof AppError && /%(?![0-9a-f]{2}|$)|%[01][0-9a-f]/i.test(url);
        }
        const again = parse(formatSource(source), { query: '?outer' });
        return href(again) === href(source) && formatSource(again) === formatSource(source);
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});

describe('the start of a source', () => {
  test.each([
    'https:',
    'http:',
    'HTTPS:',
    'https%3A%2F%2Fh',
    'http%3ah',
    'asset:a',
    'r2:k',
    'b64:e',
    'B64:e',
  ])('%s', (segment) => {
    expect(isSourceStart(segment)).toBe(true);
  });

  test.each([
    '',
    'w=1',
    'pixelate',
    'far=asset:a',
    's:abc',
    'https',
    'httpsx:',
    'xhttps:',
    'ftp:',
    'asset',
    'b64',
  ])('is not %j', (segment) => {
    expect(isSourceStart(segment)).toBe(false);
  });
});
