// Every spelling of a source, and its canonical text.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import {
  formatSource,
  isSourceStart,
  parseInputSource,
  type Source,
} from '../../src/sources/source.ts';
import { b64, href, parse, refusal } from './parsing.ts';

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

  test('keep the outer query byte for byte', () => {
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
    ['b64 with padding', `b64:${Buffer.from('https://h.example/p?x=1&y=%2F').toString('base64')}`],
    [
      'b64 with encoded padding',
      `b64:${Buffer.from('https://h.example/p?x=1&y=%2F').toString('base64').replaceAll('=', '%3D')}`,
    ],
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
    ['a length that no bytes have', 'b64:abcde'],
    ['bytes that are no UTF-8', 'b64:ab+/'],
    ['padding of a wrong length', `b64:${b64('asset:cat.jpg')}=`],
    ['white space', 'b64:YXNz ZXQ'],
    ['nothing', 'b64:'],
    ['a slash inside', `b64:${b64('https://h.example/a').slice(0, 8)}/x`],
    ['invalid UTF-8', `b64:${Buffer.from([0xff, 0xfe, 0xfd]).toString('base64url')}`],
    [
      'invalid UTF-8 in a path',
      `b64:${Buffer.from('https://h.example/\xff', 'latin1').toString('base64url')}`,
    ],
    ['a byte order mark', `b64:${b64('\ufeffhttps://h.example/a')}`],
    ['b64 inside b64', `b64:${b64(`b64:${b64('asset:cat.jpg')}`)}`],
    ['unknown text inside b64', `b64:${b64('cat.jpg')}`],
    ['invalid UTF-8 in escapes', 'https%3A%2F%2Fh.example%2F%FF'],
    ['double encoding', 'https%253A%252F%252Fh.example%252Fa'],
  ])('refuse %s', (_, text) => {
    expect(refusal(() => parse(text)).code).toBe('bad_source');
  });
});

describe('base64', () => {
  test('is read in either alphabet', () => {
    const text = 'https://h.example/\u00ff\u00fe?>>>???';
    const plain = Buffer.from(text).toString('base64');
    expect(plain).toMatch(/[+/]/);
    expect(href(parse(`b64:${plain}`))).toBe(href(parse(`b64:${b64(text)}`)));
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

describe('an object', () => {
  test.each([
    ['r2:cat.jpg', 'cat.jpg'],
    ['R2:a/b/cat.jpg', 'a/b/cat.jpg'],
    ['r2:a%2Fb%20c%2C%3F%23.jpg', 'a/b c,?#.jpg'],
    ['r2:%252e%252e', '%2e%2e'],
    ['r2:a..b/...', 'a..b/...'],
    ['r2:k%C3%A4se.png', 'käse.png'],
    [`b64:${b64('r2:a/b.jpg')}`, 'a/b.jpg'],
  ])('%s is named by %j', (text, key) => {
    for (const query of ['', '?ignored=1']) {
      expect(parse(text, { query })).toEqual({ kind: 'object', key });
    }
  });

  test.each([
    'r2:',
    'r2:/a',
    'r2:a/',
    'r2:a//b',
    'r2:../a',
    'r2:a/../b',
    'r2:%2e%2e/b',
    'r2:a%2F..%2Fb',
    'r2:./a',
    'r2:a%5C..%5Cb',
    'r2:a%00b',
    'r2:a%0d%0ab',
    'r2:a%7f',
    'r2:%C0%AF',
    'r2:%zz',
    'r2:\ud800',
    `r2:${'a'.repeat(1025)}`,
    `b64:${b64('r2:../a')}`,
  ])('has no key such as %j', (text) => {
    expect(refusal(() => parse(text)).code).toBe('bad_source');
  });

  test('has one canonical text for all its spellings, which reads back', () => {
    const texts = ['r2:a/b c', 'r2:a%2Fb%20c', `b64:${b64('r2:a/b%20c')}`].map((text) =>
      formatSource(parse(text)),
    );
    expect(new Set(texts)).toEqual(new Set(['r2:a/b%20c']));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), (key) => {
        let source: Source;
        try {
          source = parse(`r2:${encodeURIComponent(key)}`);
        } catch (error) {
          return error instanceof AppError && /(^|\/)\.{0,2}(\/|$)|[\p{Cc}\\]/u.test(key);
        }
        expect(parse(formatSource(source))).toEqual(source);
        expect(source).toEqual({ kind: 'object', key });
        return true;
      }),
      { numRuns: 500, seed: 1 },
    );
  });
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

  test('may be objects whose keys need no escaping, and any object as b64', () => {
    for (const text of ['r2:cat-1_2.jpg', `b64:${b64('r2:cat-1_2.jpg')}`]) {
      expect(parseInputSource(text)).toEqual({ kind: 'object', key: 'cat-1_2.jpg' });
    }
    const far = parseInputSource(`b64:${b64('r2:a/b%2Cc~.jpg')}`);
    expect(far).toEqual({ kind: 'object', key: 'a/b,c~.jpg' });
  });

  test.each([
    'https://h.example/a',
    'https%3A%2F%2Fh.example',
    'r2:a/b',
    'r2:a%2Fb',
    'r2:a,b',
    'r2:a~b',
    'r2:',
    'cat.jpg',
    '',
    'asset:',
  ])('are not %j, and the error names the option', (value) => {
    const base = 'https://h.example/pics';
    const error = refusal(() => parseInputSource(value, { base, param: 'far' }));
    expect([error.code, error.param]).toEqual(['bad_source', 'far']);
    expect(error.message).toMatch(/^far: expected asset:<name>/);
  });

  test('are told with the names that the option knows', () => {
    const names = ['wave', 'starry'];
    const error = refusal(() => parseInputSource('wavy', { param: 'style', names }));
    expect(error.message).toMatch(/^style: expected a name \(wave, starry\), asset:<name>/);
  });
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
