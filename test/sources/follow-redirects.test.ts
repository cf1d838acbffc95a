// Every address is checked before it is contacted, the first as well as each redirect.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Answer, body, ok, redirect, setUp, text, url } from './fake-sources.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  // Every test ends every download that it began.
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
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
      'https://a.example/self': () => redirect('#part'),
    });
    await expect(reader.open(url('https://a.example/1'))).rejects.toMatchObject({
      code: 'too_many_redirects',
    });
    expect(requests).toHaveLength(2);
    await expect(reader.open(url('https://a.example/self'))).rejects.toMatchObject({
      code: 'too_many_redirects',
    });
    expect(requests).toHaveLength(3);
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
