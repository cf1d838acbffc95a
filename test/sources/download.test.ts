// Byte limits, the deadline and cancelling of a download, with streams that never settle.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { body, ok, redirect, setUp, text, url } from './fake-sources.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  // Every test ends every download that it began.
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
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

  test('is a timeout even if fetch fails by the signal', async () => {
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
    const delayed = (ms: number, response: Response) =>
      new Promise<Response>((resolve) => setTimeout(resolve, ms, response));
    const { reader } = setUp({
      'https://a.example/1': () => delayed(400, redirect('/2')),
      'https://a.example/2': () => delayed(400, new Response(stream)),
    });
    const read = reader.open(url('https://a.example/1')).then((open) => open.read());
    const failure = expect(read).rejects.toMatchObject(timeout);
    await vi.advanceTimersByTimeAsync(999);
    expect(log.cancelled).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    await failure;
    expect([log.cancelled, stream.locked]).toEqual([1, false]);
  });

  test('closes a download that was opened and not read', async () => {
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

  test('ends a running read', async () => {
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
