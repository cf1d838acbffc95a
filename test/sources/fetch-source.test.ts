// The source reader against fakes that record every request, cancel and timer.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseAllowList } from '../../src/sources/allow-list.ts';
import { createSourceReader, isLoop, type SourceRules } from '../../src/sources/fetch-source.ts';
import type { Source } from '../../src/sources/source.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  // Whatever a test did, it has ended every download that it began.
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

type Answer = (request: Request) => Response | Promise<Response>;

const url = (text: string): Source => ({ kind: 'url', url: new URL(text) });
const ok = (text = 'picture', headers: Record<string, string> = {}) =>
  new Response(text, { headers });
const redirect = (location: string, status = 302) =>
  new Response('moved', { status, headers: { location } });

/** A body that records its cancellation and, after `chunks`, stays silent. */
function body(chunks: string[]) {
  const log = { cancelled: 0 };
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
    },
    cancel() {
      log.cancelled++;
      return new Promise(() => {});
    },
  });
  return { stream, log };
}

function setUp(
  answers: Record<string, Answer>,
  rules: Partial<Omit<SourceRules, 'allowed'>> & { allowed?: string } = {},
) {
  const requests: Request[] = [];
  const reader = createSourceReader(
    {
      async fetch(request) {
        requests.push(request);
        const answer = answers[request.url];
        if (!answer) throw new TypeError(`getaddrinfo ENOTFOUND ${request.url}`);
        return answer(request);
      },
      async asset(name) {
        return name === 'cat.jpg' ? ok('cat', { etag: '"cat"' }) : undefined;
      },
    },
    {
      allowPrivate: false,
      maxBytes: 100,
      timeoutMs: 1000,
      ...rules,
      allowed: parseAllowList(rules.allowed ?? 'https://a.example, https://b.example/pub'),
    },
  );
  return { reader, requests, urls: () => requests.map((request) => request.url) };
}

async function text(reader: ReturnType<typeof setUp>['reader'], source: Source): Promise<string> {
  const open = await reader.open(source);
  return new TextDecoder().decode(await open.read());
}

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

describe('forbidden addresses are never contacted', () => {
  test.each([
    'https://b.example/public-other',
    'https://b.example/pub/..%2fsecret',
    'https://a.example.evil/',
    'http://a.example/',
    'https://a.example:8443/',
    'https://user:pass@a.example/',
    'ftp://a.example/',
    'data:image/png;base64,AAAA',
    'javascript:alert(1)',
    'blob:https://a.example/1',
  ])('%s', async (address) => {
    const { reader, requests } = setUp({});
    await expect(reader.open(url(address))).rejects.toMatchObject({ code: 'source_forbidden' });
    expect(requests).toEqual([]);
  });

  test('nothing is allowed without an allow-list', async () => {
    const { reader, requests } = setUp({}, { allowed: '', allowPrivate: true });
    for (const address of ['https://a.example/', 'http://127.0.0.1/']) {
      await expect(reader.open(url(address))).rejects.toMatchObject({ code: 'source_forbidden' });
    }
    expect(requests).toEqual([]);
  });

  test.each([
    '127.0.0.1',
    'localhost',
    'LOCALHOST',
    '[::1]',
    '[::]',
    '0.0.0.0',
    '0',
    '169.254.169.254',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '[fc00::1]',
    '[fe80::1]',
    '2130706433',
    '0177.0.0.1',
    '0x7f000001',
    '127.1',
    '①②⑦.⓪.⓪.①',
    '[::ffff:127.0.0.1]',
    '[::127.0.0.1]',
    '[2002:7f00:1::]',
    '[64:ff9b::10.0.0.1]',
  ])(
    'http://%s even where it is on the allow-list, unless private sources are on',
    async (host) => {
      const address = `http://${host}/x`;
      const allowed = `http://${host}`;
      const refused = setUp({}, { allowed });
      await expect(refused.reader.open(url(address))).rejects.toMatchObject({
        code: 'source_forbidden',
      });
      expect(refused.requests).toEqual([]);

      const href = new URL(address).href;
      const open = setUp({ [href]: () => ok() }, { allowed, allowPrivate: true });
      expect(await text(open.reader, url(address))).toBe('picture');
    },
  );

  test('a public address is allowed by the allow-list alone', async () => {
    const answers = { 'https://172.32.0.1/x': () => ok() };
    const { reader } = setUp(answers, { allowed: 'https://172.32.0.1' });
    expect(await text(reader, url('https://172.32.0.1/x'))).toBe('picture');
  });

  test('messages name no address', async () => {
    const { reader } = setUp({ 'https://a.example/': () => redirect('http://10.1.2.3/secret') });
    const error = await reader.open(url('https://a.example/')).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'redirect_forbidden', param: 'source' });
    expect(error.message).not.toMatch(/10\.1\.2\.3|secret/);
  });
});

describe('redirects', () => {
  test.each([301, 302, 303, 307, 308])(
    'with status %i are followed, relative ones too',
    async (status) => {
      const { reader, urls } = setUp({
        'https://a.example/dir/1': () => redirect('../2?x=1#part', status),
        'https://a.example/2?x=1': () => redirect('//b.example/pub/3', status),
        'https://b.example/pub/3': () => ok('third'),
      });
      expect(await text(reader, url('https://a.example/dir/1'))).toBe('third');
      expect(urls()).toEqual([
        'https://a.example/dir/1',
        'https://a.example/2?x=1',
        'https://b.example/pub/3',
      ]);
    },
  );

  test('are followed three times, not four', async () => {
    const answers: Record<string, Answer> = { 'https://a.example/4': () => ok('end') };
    for (const hop of [0, 1, 2, 3]) {
      answers[`https://a.example/${hop}`] = () => redirect(`/${hop + 1}`);
    }
    const { reader, requests } = setUp(answers);
    expect(await text(reader, url('https://a.example/1'))).toBe('end');
    requests.length = 0;
    await expect(reader.open(url('https://a.example/0'))).rejects.toMatchObject({
      code: 'too_many_redirects',
    });
    expect(requests).toHaveLength(4);
  });

  test('in a loop end at the second visit', async () => {
    const { reader, requests } = setUp({
      'https://a.example/1': () => redirect('/2'),
      'https://a.example/2': () => redirect('/1#again'),
      'https://a.example/self': () => redirect(''),
      'https://a.example/self#': () => redirect('/self'),
    });
    await expect(reader.open(url('https://a.example/1'))).rejects.toMatchObject({
      code: 'too_many_redirects',
    });
    expect(requests).toHaveLength(2);
  });

  test.each([
    'https://evil.example/',
    'http://a.example/',
    'http://169.254.169.254/latest/meta-data',
    '//127.0.0.1/',
    'https://user@a.example/',
    'https://b.example/pub/../secret',
    'file:///etc/passwd',
    'data:image/png;base64,AAAA',
    'javascript:alert(1)',
    'https:\\\\evil.example\\x',
    '/\\evil.example/x',
    '//evil.example/x.jpg',
  ])('to %s are forbidden at each hop, and nobody is asked', async (location) => {
    const { reader, urls } = setUp({
      'https://a.example/1': () => redirect('/2'),
      'https://a.example/2': () => redirect('/3'),
      'https://a.example/3': () => redirect(location),
    });
    for (const [hop, requests] of [
      [3, 1],
      [2, 2],
      [1, 3],
    ]) {
      const before = urls().length;
      await expect(reader.open(url(`https://a.example/${hop}`))).rejects.toMatchObject({
        code: 'redirect_forbidden',
      });
      expect(urls().length - before).toBe(requests);
    }
  });

  test('have their bodies cancelled', async () => {
    const first = body(['moved']);
    const second = body([]);
    const { reader } = setUp({
      'https://a.example/1': () =>
        new Response(first.stream, { status: 301, headers: { location: '/2' } }),
      'https://a.example/2': () =>
        new Response(second.stream, { status: 301, headers: { location: 'https://evil.example' } }),
    });
    await expect(reader.open(url('https://a.example/1'))).rejects.toMatchObject({
      code: 'redirect_forbidden',
    });
    expect([first.log.cancelled, second.log.cancelled]).toEqual([1, 1]);
  });

  test.each([undefined, '', 'http://[', 'https://a b/'])(
    'to %j are a fault of the source',
    async (location) => {
      const { reader } = setUp({
        'https://a.example/': () =>
          new Response(null, { status: 302, headers: location === undefined ? {} : { location } }),
      });
      await expect(reader.open(url('https://a.example/'))).rejects.toMatchObject({
        code: 'source_unreachable',
      });
    },
  );
});

describe('answers without a picture', () => {
  test.each([
    [404, 'source_missing', false],
    [410, 'source_missing', false],
    [204, 'source_unreachable', true],
    [206, 'source_unreachable', true],
    [300, 'source_unreachable', true],
    [304, 'source_unreachable', true],
    [401, 'source_unreachable', true],
    [403, 'source_unreachable', true],
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

describe('limits', () => {
  test('too many declared bytes are refused before the body', async () => {
    const { stream, log } = body(['x']);
    const { reader } = setUp({
      'https://a.example/': () => new Response(stream, { headers: { 'content-length': '101' } }),
    });
    await expect(reader.open(url('https://a.example/'))).rejects.toMatchObject({
      code: 'too_many_bytes',
      param: 'source',
    });
    expect(log.cancelled).toBe(1);
  });

  test.each(['1', '100', 'x'])(
    'Content-Length %s does not change what is counted',
    async (length) => {
      const { stream, log } = body(['x'.repeat(60), 'y'.repeat(41), 'z']);
      const headers = { 'content-length': length };
      const { reader, requests } = setUp({
        'https://a.example/long': () => new Response(stream, { headers }),
        'https://a.example/short': () => ok('short', headers),
      });
      expect(await text(reader, url('https://a.example/short'))).toBe('short');
      const open = await reader.open(url('https://a.example/long'));
      await expect(open.read()).rejects.toMatchObject({ code: 'too_many_bytes' });
      expect([log.cancelled, stream.locked, requests[1]?.signal.aborted]).toEqual([1, false, true]);
    },
  );

  test('a body that fails is source_unreachable', async () => {
    const stream = new ReadableStream({
      start: (controller) => controller.error(new Error('closed')),
    });
    const { reader } = setUp({ 'https://a.example/': () => new Response(stream) });
    const open = await reader.open(url('https://a.example/'));
    await expect(open.read()).rejects.toMatchObject({
      code: 'source_unreachable',
      retryable: true,
    });
  });
});

describe('the deadline', () => {
  const timeout = { code: 'source_timeout', retryable: true, param: 'source' };

  test('ends a fetch that never answers and ignores its signal, and discards a late answer', async () => {
    const late = body(['late']);
    let answer: (response: Response) => void = () => {};
    const { reader, requests } = setUp({
      'https://a.example/': () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    const failure = expect(reader.open(url('https://a.example/'))).rejects.toMatchObject(timeout);
    await vi.advanceTimersByTimeAsync(1000);
    await failure;
    expect(requests[0]?.signal.aborted).toBe(true);
    answer(new Response(late.stream));
    await vi.advanceTimersByTimeAsync(0);
    expect(late.log.cancelled).toBe(1);
  });

  test('is a timeout even where fetch fails by the signal', async () => {
    const { reader } = setUp({
      'https://a.example/': ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')));
        }),
    });
    const failure = expect(reader.open(url('https://a.example/'))).rejects.toMatchObject(timeout);
    await vi.advanceTimersByTimeAsync(1000);
    await failure;
  });

  test('covers redirects and body together', async () => {
    const { stream, log } = body(['x']);
    const after = (ms: number, response: Response) =>
      new Promise<Response>((resolve) => setTimeout(resolve, ms, response));
    const { reader } = setUp({
      'https://a.example/1': () => after(400, redirect('/2')),
      'https://a.example/2': () => after(400, new Response(stream)),
    });
    const read = reader.open(url('https://a.example/1')).then((open) => open.read());
    const failure = expect(read).rejects.toMatchObject(timeout);
    await vi.advanceTimersByTimeAsync(999);
    expect(log.cancelled).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    await failure;
    expect([log.cancelled, stream.locked]).toEqual([1, false]);
  });

  test('closes what was opened and forgotten', async () => {
    const { stream, log } = body(['x']);
    const { reader, requests } = setUp({ 'https://a.example/': () => new Response(stream) });
    const open = await reader.open(url('https://a.example/'));
    await vi.advanceTimersByTimeAsync(1000);
    expect([log.cancelled, requests[0]?.signal.aborted]).toEqual([1, true]);
    await expect(open.read()).rejects.toMatchObject(timeout);
  });
});

describe('cancelling', () => {
  test('closes the connection, at once and only once', async () => {
    const { stream, log } = body(['x']);
    const { reader, requests } = setUp({ 'https://a.example/': () => new Response(stream) });
    const open = await reader.open(url('https://a.example/'));
    await open.cancel();
    await open.cancel();
    expect([log.cancelled, requests[0]?.signal.aborted, vi.getTimerCount()]).toEqual([1, true, 0]);
    await expect(open.read()).rejects.toThrow('a source is read once');
  });

  test('ends a read under way', async () => {
    const { stream, log } = body(['x']);
    const { reader } = setUp({ 'https://a.example/': () => new Response(stream) });
    const open = await reader.open(url('https://a.example/'));
    const failure = expect(open.read()).rejects.toMatchObject({ code: 'source_unreachable' });
    await open.cancel();
    await failure;
    expect([log.cancelled, stream.locked]).toEqual([1, false]);
  });

  test('after a whole read changes nothing, and a second read is refused', async () => {
    const { reader, requests } = setUp({ 'https://a.example/': () => ok() });
    const open = await reader.open(url('https://a.example/'));
    expect(await open.read()).toHaveLength(7);
    await open.cancel();
    expect(requests[0]?.signal.aborted).toBe(false);
    await expect(open.read()).rejects.toThrow('a source is read once');
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
