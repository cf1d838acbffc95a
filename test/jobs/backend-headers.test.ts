import { describe, expect, it } from 'vitest';
import { parseBackendHeaders } from '../../src/jobs/backend-headers.ts';

const ONE = 'https://gpu.example.com';
const OTHER = 'container:0';

describe('GPU_HEADERS', () => {
  it('are for all backends, or for one, whose own replace those for all', () => {
    const headersOf = parseBackendHeaders(
      JSON.stringify({
        Authorization: 'Bearer all',
        [`${ONE}/`]: { authorization: 'own', b: 'x y' },
      }),
    );
    expect(headersOf(ONE)).toEqual({ authorization: 'own', b: 'x y' });
    expect(headersOf(OTHER)).toEqual({ authorization: 'Bearer all' });
    expect(parseBackendHeaders('')(ONE)).toEqual({});
  });

  const SECRET = 'a-secret-value';
  it.each([
    ['no JSON', `{"Authorization": ${SECRET}`, /got text that is not JSON/],
    ['a list', `["${SECRET}"]`, /got a list/],
    ['a text', `"${SECRET}"`, /got string/],
    ['a line break', JSON.stringify({ a: `${SECRET}\r\nb: c` }), /: a: expected a text/],
    ['a number', `{"a":1,"b":"${SECRET}"}`, /: a: expected a text/],
    [
      'a name with spaces',
      JSON.stringify({ [`Bearer ${SECRET}`]: 'x' }),
      /entry 1: expected the name/,
    ],
    ['a header of the request', JSON.stringify({ Host: SECRET }), /: Host: expected another/],
    ['a signature', JSON.stringify({ 'X-Tessera-Signature': SECRET }), /: X-Tessera-Signature: /],
    [
      'another backend',
      JSON.stringify({ [SECRET]: { a: 'b' } }),
      /entry 1: expected the address of a backend/,
    ],
    ['lists within', JSON.stringify({ [ONE]: [SECRET] }), /entry 1: expected the name/],
    [
      'too many',
      JSON.stringify(Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`a${i}`, SECRET]))),
      /at most 16/,
    ],
  ])('refuse %s without showing a value', (_, text, message) => {
    const parse = () => parseBackendHeaders(text);
    expect(parse).toThrow(message);
    expect(parse).toThrow(/^GPU_HEADERS: /);
    expect(parse).not.toThrow(SECRET);
  });
});
