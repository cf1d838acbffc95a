import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isSignature,
  newSigningKey,
  parseSigningKeys,
  requestText,
  type SigningKey,
  signText,
  urlText,
} from '../src/signing.ts';
import { splitTransformPath } from '../src/url-text.ts';

const [documented] = parseSigningKeys('736563726574:68656C6C6F') as [SigningKey];
const [first, second] = parseSigningKeys(`${newSigningKey()},${newSigningKey()}`) as [
  SigningKey,
  SigningKey,
];

describe('signing keys', () => {
  it('are pairs in hexadecimal digits of either case, and none where nothing is set', () => {
    expect(parseSigningKeys('')).toEqual([]);
    expect(parseSigningKeys(' 00fF:aA , 01:02')).toEqual([
      { key: Uint8Array.of(0, 255), salt: Uint8Array.of(170) },
      { key: Uint8Array.of(1), salt: Uint8Array.of(2) },
    ]);
  });

  it.each([
    'secret',
    '00',
    '00:',
    ':00',
    '0:00',
    '00:0g',
    '00:00:00',
    '00:00,',
    ',00:00',
    `${'00'.repeat(257)}:00`,
    Array(17).fill('00:00').join(','),
  ])('of another form are refused without repeating them: %.20s', (value) => {
    expect(() => parseSigningKeys(value)).toThrow(RangeError);
    expect(() => parseSigningKeys(value)).not.toThrow(value);
  });

  it('are made at random, 32 bytes each', () => {
    const [{ key, salt }] = parseSigningKeys(newSigningKey()) as [SigningKey];
    expect([key.length, salt.length]).toEqual([32, 32]);
    expect(newSigningKey()).not.toBe(newSigningKey());
  });
});

describe('a signature', () => {
  it('is the one that imgproxy documents', async () => {
    const path =
      'rs:fill:300:400:0/g:sm/aHR0cDovL2V4YW1w/bGUuY29tL2ltYWdl/cy9jdXJpb3NpdHku/anBn.png';
    const signature = 'oKfUtW34Dvo2BGQehJFR4Nr0_rIjOtdtzJ3QFsUcXH8';
    expect(await signText(urlText({ path, query: '' }), documented)).toBe(signature);
  });

  it('is that of any of the keys, so that they can be changed', async () => {
    for (const key of [first, second])
      expect(await isSignature(await signText('/a', key), '/a', [first, second])).toBe(true);
    expect(await isSignature(await signText('/a', second), '/a', [first])).toBe(false);
    expect(await isSignature(await signText('/a', first), '/a', [])).toBe(false);
  });

  it('depends on key and salt', async () => {
    const signature = await signText('/a', first);
    const others = [
      { key: first.key, salt: second.salt },
      { key: second.key, salt: first.salt },
    ];
    for (const other of others) expect(await isSignature(signature, '/a', [other])).toBe(false);
  });

  it('has one spelling', async () => {
    for (let i = 0; i < 20; i++) {
      const signature = await signText(`/${i}`, first);
      expect(signature).toMatch(/^[\w-]{43}$/);
      const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.split('');
      const right = last.map((end) =>
        isSignature(`${signature.slice(0, -1)}${end}`, `/${i}`, [first]),
      );
      expect((await Promise.all(right)).filter(Boolean)).toHaveLength(1);
    }
  });

  it.each([
    ['nothing', () => ''],
    ['unsafe', () => 'unsafe'],
    ['its beginning', (right: string) => right.slice(0, 42)],
    ['padding', (right: string) => `${right}=`],
    ['more behind it', (right: string) => `${right}A`],
    ['space around it', (right: string) => ` ${right}`],
    ['a line end', (right: string) => `${right}\n`],
    ['base64 in another alphabet', () => '+/'.repeat(21).padEnd(43, 'A')],
    ['10 kB', (right: string) => right.repeat(233)],
    ['letters of another script', () => 'é'.repeat(43)],
  ])('is not %s', async (_, made) => {
    const right = await signText('/a', first);
    expect(await isSignature(made(right), '/a', [first])).toBe(false);
  });

  it('of a request is never that of a URL', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('POST', 'DELETE', 'GET'), (path, method) => {
        const request = requestText({ method, path: `/v1/${path}`, digest: '0'.repeat(64) });
        expect(request.startsWith('/')).toBe(false);
        expect(urlText({ path, query: '' }).startsWith('/')).toBe(true);
      }),
    );
  });

  it('of a request covers the text that is documented', () => {
    expect(requestText({ method: 'POST', path: '/v1/jobs', digest: 'ab' })).toBe(
      'POST\n/v1/jobs\nab',
    );
  });
});

const unreserved = fc.constantFrom(...'ABCXYZabcxyz019-._~');
const reserved = fc.constantFrom('%2F', '%3A', '%25', '%E2', '%0A', '%00', ...":@!$&'()*+,;=");
const segment = fc
  .array(fc.oneof({ weight: 3, arbitrary: unreserved }, reserved), { minLength: 1, maxLength: 12 })
  .map((parts) => parts.join(''))
  .filter((text) => !/^\.{1,2}$/.test(text));
const path = fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
const query = fc.oneof(
  fc.constant(''),
  fc
    .array(fc.constantFrom(...'ab=&%/?:+1', '%2f', '%41'), { minLength: 1, maxLength: 8 })
    .map((parts) => `?${parts.join('')}`),
);
const noise = fc.infiniteStream(fc.nat());

/** Another spelling of the same, as zones and proxies meet and straighten it. */
function respell(text: string, dice: Iterator<number>): string {
  const roll = (sides: number): number => (dice.next().value as number) % sides;
  const character = (match: string): string => {
    if (match === '/')
      return ['/', '/', '//', '///', '/./', '/%2e/', '/x/../', '/x/%2E./'][roll(8)] as string;
    if (match.startsWith('%')) return roll(2) ? match.toLowerCase() : match;
    const hex = (match.codePointAt(0) as number).toString(16);
    return [match, match, `%${hex}`, `%${hex.toUpperCase()}`][roll(4)] as string;
  };
  return text.replace(/\/|%[0-9A-F]{2}|[A-Za-z0-9._~-]/g, character);
}

describe('what is signed', () => {
  it('is the same after whatever zones and proxies do to a URL', () => {
    fc.assert(
      fc.property(path, query, noise, fc.constantFrom('', '#top'), (text, search, dice, end) => {
        const straight = splitTransformPath(
          new URL(`https://t.example/t/s:Ab-_9/${text}${search}`),
        );
        const crooked = new URL(
          `https://t.example/${respell(`t/s:Ab-_9/${text}`, dice)}${search === '' ? '?' : search}${end}`,
        );
        expect(splitTransformPath(crooked)).toEqual(straight);
        expect(straight).toEqual({
          signature: 'Ab-_9',
          path: text,
          query: new URL(`https://t.example/${search}`).search,
        });
      }),
      { numRuns: 300 },
    );
  });

  it('is itself in canonical form', () => {
    const textOf = (rest: string) =>
      urlText(splitTransformPath(new URL(`https://t.example/t/s:x${rest}`)));
    const parts = fc.constantFrom(
      '/',
      '//',
      '..',
      '.',
      '%2e',
      '%2E',
      '%25',
      '41',
      '\\',
      '?',
      '#',
      ' ',
    );
    const any = fc.array(fc.oneof(parts, fc.string({ unit: 'binary' })), { maxLength: 8 });
    fc.assert(
      fc.property(any, (made) => {
        // Enough parents lead out of the folder in which texts are signed.
        fc.pre(new URL(`https://t.example/t/s:x/${made.join('')}`).pathname.startsWith('/t/'));
        const once = textOf(`/${made.join('')}`);
        expect(textOf(once)).toBe(once);
      }),
      { numRuns: 500 },
    );
  });

  it('is another for every other character', async () => {
    const changed = fc.tuple(
      path,
      query,
      fc.nat(),
      fc.constantFrom('a', 'B', '7', ',', '/', '%2F'),
    );
    await fc.assert(
      fc.asyncProperty(changed, async ([text, search, at, by]) => {
        const whole = `${text}${search}`;
        const i = at % whole.length;
        const other = `${whole.slice(0, i)}${by}${whole.slice(i + 1)}`;
        const [a, b] = [whole, other].map((end) =>
          urlText(splitTransformPath(new URL(`https://t.example/t/s:x/${end}`))),
        ) as [string, string];
        fc.pre(a !== b);
        expect(await isSignature(await signText(a, first), b, [first])).toBe(false);
      }),
    );
  });

  it('is taken from its one place', () => {
    const split = (text: string) => splitTransformPath(new URL(`https://t.example${text}`));
    expect(split('/t/w=1/s:abc/asset:a')).toMatchObject({ signature: undefined });
    expect(split('/t/s:abc/s:def/w=1')).toMatchObject({ signature: 'abc', path: 's:def/w=1' });
    expect(split('/t/s:/w=1')).toMatchObject({ signature: '', path: 'w=1' });
    expect(split('/t/s:abc')).toMatchObject({ signature: 'abc', path: '' });
    expect(split('/t/w=1/https://a.example/t/s:abc/b')).toMatchObject({ signature: undefined });
    expect(split('/t/S:abc/w=1')).toMatchObject({ signature: undefined });
  });
});
