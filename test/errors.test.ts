import { describe, expect, it } from 'vitest';
import { paramError, quoted } from '../src/errors.ts';

describe('paramError', () => {
  it('says which parameter is wrong, what was expected and what came', () => {
    const error = paramError({ param: 'block', expected: 'an integer from 1', got: '0' });
    expect(error.message).toBe('block: expected an integer from 1, got 0');
    expect(error).toMatchObject({ code: 'bad_option', param: 'block', retryable: false });
  });

  it('leaves out what came if nothing is given', () => {
    const error = paramError({ code: 'bad_source', param: 'source', expected: 'a URL' });
    expect(error.message).toBe('source: expected a URL');
    expect(error.code).toBe('bad_source');
  });

  it('passes on when a client may try again', () => {
    const error = paramError({
      code: 'busy',
      param: 'body',
      expected: 'room for it',
      retryable: true,
      retryAfter: 1,
    });
    expect(error).toMatchObject({ retryable: true, retryAfter: 1 });
  });
});

describe('quoted', () => {
  it('escapes quotes and cuts long texts', () => {
    expect(quoted('a"b')).toBe('"a\\"b"');
    expect(quoted('abcdef', 3)).toBe('"abc…"');
    expect(quoted('abc', 3)).toBe('"abc"');
  });
});
