// Requests to sources: their headers, and the meaning of answers.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseAllowList } from '../../src/sources/allow-list.ts';
import { createSourceReader, isLoop } from '../../src/sources/fetch-source.ts';
import { body, ok, redirect, setUp, text, url } from './fake-sources.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  // Every test ends every download that it began.
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('a request to a source', () => {
  test('carries three headers and nothing of the client', async () => {
    const { reader, requests } = setUp({ 'https://a.example/x?q=1': () => ok() });
    expect(await text(reader, url('https://a.example/x?q=1'))).toBe('picture');
    const [request] = requests;
    expect(Object.fromEntries(request?.headers ?? [])).toEqual({
      accept: 'image/*',
      'user-agent': 'Tessera',
      via: '1.1 tessera',
    });
    expect([request?.method, request?.redirect]).toEqual(['GET', 'manual']);
  });

  test.each([
    [{ etag: 'W/"1"', 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT' }, 'W/"1"'],
    [{ 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT' }, 'Mon, 01 Jan 2024 00:00:00 GMT'],
    [{}, undefined],
  ])('yields the validator of %j', async (headers, validator) => {
    const { reader } = setUp({
      'https://a.example/': () => ok('x', headers as Record<string, string>),
    });
    const open = await reader.open(url('https://a.example/'));
    expect(open.validator).toBe(validator);
    await open.cancel();
  });
});

describe('a source that is asked for a newer picture than the known one', () => {
  const address = 'https://a.example/';

  test.each([
    ['"1"', 'if-none-match'],
    ['W/"1"', 'if-none-match'],
    ['Tue, 01 Jan 2030 00:00:00 GMT', 'if-modified-since'],
  ])('with the validator %s hears it as %s, and may have none', async (known, name) => {
    const { reader, requests } = setUp({ [address]: () => new Response(null, { status: 304 }) });
    const open = await reader.open(url(address), { known });
    expect(requests[0]?.headers.get(name)).toBe(known);
    expect([open.validator, open.expectedBytes]).toEqual([known, 0]);
    await expect(open.read()).rejects.toThrow('nothing to read');
    await open.cancel();
  });

  test('sends it if it has one, also after a redirect', async () => {
    const { reader, requests } = setUp({
      [address]: () => redirect('/there'),
      'https://a.example/there': () => ok('new', { etag: '"2"' }),
    });
    const open = await reader.open(url(address), { known: '"1"' });
    expect(requests.map(({ headers }) => headers.get('if-none-match'))).toEqual(['"1"', '"1"']);
    expect(open.validator).toBe('"2"');
    expect(new TextDecoder().decode(await open.read())).toBe('new');
  });
});

describe('a source that is asked past the caches in front of it', () => {
  test.each([
    [{}, 'default'],
    [{ renew: true }, 'no-cache'],
    [{ known: '"1"' }, 'no-cache'],
    [{ known: undefined, renew: false }, 'default'],
  ])('hears so: %j', async (use, cache) => {
    const address = 'https://a.example/';
    const { reader, requests } = setUp({
      [address]: () => redirect('/there'),
      'https://a.example/there': () => ok(),
    });
    const open = await reader.open(url(address), use);
    expect(requests.map((request) => request.cache)).toEqual([cache, cache]);
    await open.cancel();
  });
});

describe('answers without a picture', () => {
  test.each([
    [404, 'source_missing', false],
    [410, 'source_missing', false],
    [204, 'source_unreachable', true],
    [206, 'source_unreachable', true],
    [300, 'source_unreachable', true],
    [304, 'source_unreachable', true],
    [401, 'source_unreachable', false],
    [403, 'source_unreachable', false],
    [408, 'source_unreachable', true],
    [429, 'source_unreachable', true],
    [500, 'source_unreachable', true],
    [503, 'source_unreachable', true],
  ])('status %i is %s', async (status, code, retryable) => {
    const { stream, log } = body(['some']);
    const empty = [204, 304].includes(status);
    const { reader } = setUp({
      'https://a.example/': () => new Response(empty ? null : stream, { status }),
    });
    const error = await reader.open(url('https://a.example/')).catch((reason) => reason);
    expect(error).toMatchObject({ code, retryable, param: 'source' });
    expect(error.message).toContain(String(status));
    expect(log.cancelled).toBe(empty ? 0 : 1);
  });

  test('a network failure is source_unreachable, its details are for logs only', async () => {
    const { reader } = setUp({});
    const error = await reader.open(url('https://a.example/')).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'source_unreachable', retryable: true });
    expect(error.cause.message).toContain('ENOTFOUND');
    expect(error.message).not.toContain('ENOTFOUND');
  });

  test('check refuses what open would refuse by the rules, without a request', () => {
    const { reader, requests } = setUp({});
    expect(() => reader.check(url('https://evil.example/'))).toThrow(
      expect.objectContaining({ code: 'source_forbidden' }),
    );
    expect(() => reader.check(url('https://a.example/x.png'))).not.toThrow();
    expect(() => reader.check({ kind: 'asset', name: 'cat.jpg' })).not.toThrow();
    expect(requests.length).toBe(0);
  });

  test('a source that does not answer is asked once more, but not a third time', async () => {
    let failures = 1;
    const { reader, requests } = setUp({
      'https://a.example/': () => {
        if (failures-- > 0) throw new TypeError('connection closed');
        return ok();
      },
    });
    expect(await text(reader, url('https://a.example/'))).toBe('picture');
    expect(requests.length).toBe(2);
    failures = 5;
    await expect(reader.open(url('https://a.example/'))).rejects.toMatchObject({
      code: 'source_unreachable',
    });
    expect(requests.length).toBe(4);
  });

  test('a port that throws at once is a network failure too', async () => {
    const fetch = () => {
      throw new TypeError('bad port');
    };
    const rules = { allowPrivate: false, maxBytes: 9, timeoutMs: 9 };
    const allowed = parseAllowList('https://a.example');
    const reader = createSourceReader({ fetch, asset: fetch }, { ...rules, allowed });
    await expect(reader.open(url('https://a.example/'))).rejects.toMatchObject({
      code: 'source_unreachable',
    });
    await expect(reader.open({ kind: 'asset', name: 'a' })).rejects.toMatchObject({
      code: 'source_unreachable',
    });
  });
});

describe('assets', () => {
  test('are read without any rule about addresses', async () => {
    const { reader, requests } = setUp({}, { allowed: '' });
    const open = await reader.open({ kind: 'asset', name: 'cat.jpg' });
    expect(open.validator).toBe('"cat"');
    expect(new TextDecoder().decode(await open.read())).toBe('cat');
    expect(requests).toEqual([]);
  });

  test('that are missing are source_missing', async () => {
    const { reader } = setUp({});
    await expect(reader.open({ kind: 'asset', name: 'dog.jpg' })).rejects.toMatchObject({
      code: 'source_missing',
      message: 'source: expected the name of a sample picture, got "dog.jpg"',
    });
  });
});

describe('a loop', () => {
  test.each([
    '1.1 tessera',
    '1.1 a, 1.1 tessera',
    '1.1 a,HTTP/2 Tessera (v1, x)',
    '1.1 (x) tessera',
  ])('is seen in Via: %s', (via) => {
    expect(isLoop(via)).toBe(true);
  });

  test.each([
    null,
    '',
    '1.1 varnish',
    '1.1 tessera2',
    '1.1 tessera.example',
    'tessera',
    '1.1 a (1.1 tessera)',
    ',',
  ])('is not seen in Via: %j', (via) => {
    expect(isLoop(via)).toBe(false);
  });
});
