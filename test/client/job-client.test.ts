import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../src/client/client.ts';
import type { FollowOptions, JobEvent } from '../../src/client/job-events.ts';
import { AppError } from '../../src/errors.ts';
import { readEvents } from '../../src/jobs/store/event-stream.ts';

type Answer = (init: RequestInit, url: string) => Response | Promise<Response>;

const ID = 'a'.repeat(52);
const text = new TextEncoder();
const event = (id: number, type: string, data: unknown): string =>
  `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
const state = (id: number, name: string): string => event(id, 'state', { id: ID, state: name });

/** A body of these chunks, which then ends, breaks or stays silent. */
function stream(chunks: readonly string[], end: 'close' | 'break' | 'silence' = 'close'): Response {
  const left = [...chunks];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = left.shift();
      if (chunk !== undefined) return controller.enqueue(text.encode(chunk));
      if (end === 'close') return controller.close();
      if (end === 'break') return controller.error(new TypeError('the connection broke'));
      return new Promise(() => {});
    },
    cancel: () => void cancelled++,
  });
  return new Response(body);
}

let cancelled = 0;
let asked: { url: string; init: RequestInit }[] = [];
let answers: Answer[] = [];
let client: Client;

beforeEach(() => {
  [cancelled, asked, answers] = [0, [], []];
  client = createClient({
    origin: 'https://tessera.example',
    timeoutMs: 200,
    async fetch(url, init) {
      asked.push({ url, init });
      const answer = answers.shift();
      if (!answer) throw new TypeError('nothing more to answer');
      return answer(init, url);
    },
  });
});

afterEach(() => expect(answers).toEqual([]));

const lastIds = () => asked.map(({ init }) => new Headers(init.headers).get('last-event-id'));

async function follow(options: FollowOptions = {}): Promise<JobEvent[]> {
  const events: JobEvent[] = [];
  const quick = { pausesMs: [1, 1, 1], silenceMs: 50, ...options };
  for await (const each of client.jobs.events(ID, quick)) events.push(each);
  return events;
}
const idsOf = (events: readonly JobEvent[]): number[] => events.map(({ id }) => id);

describe("a job's events", () => {
  it('arrive in order until the job has ended, without comments', async () => {
    const progress = { step: 1, steps: 2, losses: {} };
    answers = [
      () =>
        stream(
          [
            state(1, 'queued'),
            ':\n\n',
            event(2, 'progress', progress) + event(3, 'preview', { version: 1 }),
            event(4, 'news', 'later versions may have more'),
            state(5, 'succeeded'),
            state(6, 'running'),
          ],
          'silence',
        ),
    ];
    const events = await follow();
    expect(idsOf(events)).toEqual([1, 2, 3, 5]);
    expect(events[1]).toEqual({ id: 2, type: 'progress', data: progress });
    expect(asked[0]?.url).toBe(`https://tessera.example/v1/jobs/${ID}/events`);
    expect(cancelled).toBe(1);
  });

  it('are parsed whole, however the bytes are split', async () => {
    const whole = event(1, 'progress', { step: 1, note: 'ü€😀\n' }) + state(2, 'failed');
    const bytes = text.encode(whole.replaceAll('\n', '\r\n'));
    for (const size of [1, 2, 3, 7]) {
      answers = [
        () =>
          new Response(
            new ReadableStream({
              start(controller) {
                for (let i = 0; i < bytes.length; i += size)
                  controller.enqueue(bytes.slice(i, i + size));
                controller.close();
              },
            }),
          ),
      ];
      const events = await follow();
      expect(events.map(({ data }) => data)).toEqual([
        { step: 1, note: 'ü€😀\n' },
        { id: ID, state: 'failed' },
      ]);
    }
  });

  it('continue after the last one if a connection ends, breaks, falls silent or is refused for now', async () => {
    answers = [
      () => stream([state(1, 'queued')]),
      () => stream([state(2, 'running')], 'break'),
      () => stream([event(3, 'progress', {})], 'silence'),
      () => new Response('busy', { status: 429 }),
      () => Promise.reject(new TypeError('refused')),
      () => stream([state(4, 'canceled')]),
    ];
    expect(idsOf(await follow())).toEqual([1, 2, 3, 4]);
    expect(lastIds()).toEqual([null, '1', '2', '3', '3', '3']);
    expect(cancelled).toBe(1);
  });

  it('are the events that the service writes', async () => {
    const log = [
      { id: 1, type: 'state', data: '{"state":"running"}' },
      { id: 2, type: 'progress', data: '{"step":1}' },
    ];
    let final = false;
    const read = readEvents({
      now: () => 0,
      async changed() {
        final = true;
        log.push({ id: 3, type: 'state', data: '{"state":"succeeded"}' });
      },
      after: (id) => log.filter((each) => each.id > id),
      state: () => ({ id: log.length, type: 'state', data: '{"state":"succeeded"}', final }),
    });
    answers = [() => new Response(read(0)), () => new Response(read(3))];
    expect(idsOf(await follow())).toEqual([1, 2, 3]);
    expect(idsOf(await follow({ after: 3 }))).toEqual([3]);
  });

  it('begin after the given one', async () => {
    answers = [() => stream([state(8, 'failed')])];
    expect(idsOf(await follow({ after: 7 }))).toEqual([8]);
    expect(lastIds()).toEqual(['7']);
  });

  it('end at once if there is no such job', async () => {
    const problem = { code: 'job_missing', detail: 'no such job' };
    answers = [() => Response.json(problem, { status: 404 })];
    await expect(follow()).rejects.toMatchObject({ code: 'job_missing', message: 'no such job' });
  });

  it('end with the last error when all reconnections have failed', async () => {
    answers = Array.from({ length: 4 }, () => () => new Response('', { status: 503 }));
    await expect(follow()).rejects.toBeInstanceOf(AppError);
    answers = Array.from({ length: 4 }, () => () => stream([]));
    await expect(follow()).rejects.toThrow(/ended before the job/);
    answers = Array.from({ length: 4 }, () => () => stream([], 'silence'));
    await expect(follow()).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('end if the reader stops, even in a pause', async () => {
    const leaving = new AbortController();
    answers = [() => stream([])];
    const following = follow({ signal: leaving.signal, pausesMs: [60_000] });
    await new Promise((resolve) => setTimeout(resolve, 20));
    leaving.abort(new Error('enough'));
    await expect(following).rejects.toThrow('enough');

    answers = [() => stream([state(1, 'queued'), state(2, 'running')], 'silence')];
    for await (const { id } of client.jobs.events(ID)) if (id === 2) break;
    expect(cancelled).toBe(1);
  });

  it('are limited in length', async () => {
    const endless = 'data: '.padEnd(2 ** 17, 'a');
    answers = Array.from({ length: 4 }, () => () => stream(Array(12).fill(endless)));
    await expect(follow()).rejects.toBeInstanceOf(RangeError);
    expect(cancelled).toBe(4);
  });
});

describe('asking for jobs', () => {
  const work = { plan: 'w=8', source: 'asset:a.png' };

  it('sends plan and source, and how long it waits', async () => {
    answers = [() => Response.json({ id: ID, state: 'queued', token: 't' }, { status: 202 })];
    expect(await client.jobs.submit(work, { wait: 1 })).toMatchObject({ id: ID, token: 't' });
    const [{ url, init }] = asked as [{ url: string; init: RequestInit }];
    const headers = new Headers(init.headers);
    expect([url, init.method]).toEqual(['https://tessera.example/v1/jobs', 'POST']);
    expect(headers.get('prefer')).toBe('wait=1');
    expect(headers.get('x-signature')).toBeNull();
    expect(JSON.parse(new TextDecoder().decode(init.body as Uint8Array))).toEqual(work);
  });

  it('returns the picture as a stream', async () => {
    answers = [() => new Response('picture')];
    expect(await (await client.jobs.result(ID)).text()).toBe('picture');
    expect(asked[0]?.url).toMatch(/\/result$/);
  });

  it('cancels with the token', async () => {
    answers = [() => Response.json({ state: 'canceled' })];
    expect((await client.jobs.cancel(ID, 'secret')).state).toBe('canceled');
    const { init } = asked[0] as { init: RequestInit };
    expect(init.method).toBe('DELETE');
    expect(new Headers(init.headers).get('authorization')).toBe('Bearer secret');
  });

  it('throws the problem of the response, or an error with the status if there is none', async () => {
    answers = [
      () =>
        Response.json(
          { code: 'busy', detail: 'too much', param: 'w' },
          { status: 429, headers: { 'Retry-After': '3' } },
        ),
      () => new Response('<html>', { status: 502 }),
      () => Response.json({ code: 'of_a_later_version' }, { status: 400 }),
      () => Response.json({ code: { of: 'a proxy' } }, { status: 400 }),
    ];
    const told = { code: 'busy', message: 'too much', param: 'w', retryAfter: 3, retryable: true };
    await expect(client.jobs.state(ID)).rejects.toMatchObject(told);
    await expect(client.jobs.state(ID)).rejects.toThrow(/status 502/);
    await expect(client.jobs.state(ID)).rejects.toMatchObject({ code: 'of_a_later_version' });
    await expect(client.jobs.state(ID)).rejects.toMatchObject({ code: 'internal' });
  });

  it('has a timeout for a silent service', async () => {
    const never: Answer = ({ signal }) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    answers = [never];
    await expect(client.jobs.state(ID)).rejects.toMatchObject({ name: 'TimeoutError' });
    const leaving = new AbortController();
    answers = [never];
    const state = client.jobs.state(ID, { signal: leaving.signal });
    leaving.abort(new Error('enough'));
    await expect(state).rejects.toThrow('enough');
  });

  it('escapes ids in paths', async () => {
    answers = [() => Response.json({})];
    await client.jobs.state('../../t/x?');
    expect(asked[0]?.url).toBe('https://tessera.example/v1/jobs/..%2F..%2Ft%2Fx%3F');
  });
});

describe('a client', () => {
  it.each([
    '',
    'tessera.example',
    'ftp://a.example',
    'https://a.example/b',
    'https://a.example/?c',
  ])('is not made for the origin %j', (origin) => {
    expect(() => createClient({ origin })).toThrow(/^origin: expected/);
  });

  it('refuses malformed keys without showing them', () => {
    const make = () => createClient({ origin: 'https://a.example', keys: 'secret' });
    expect(make).toThrow(/^keys: expected/);
    expect(make).not.toThrow(/secret/);
  });

  it('signs nothing without keys', async () => {
    const plan = client.from('asset:a.png').options({ w: 8 });
    await expect(plan.signedUrl()).rejects.toMatchObject({ code: 'bad_signature' });
  });

  it('signs only transform URLs, with one signature and one expiry', async () => {
    const { sign } = createClient({ origin: 'https://a.example', keys: '00:00' });
    await expect(sign('/v1/jobs')).rejects.toMatchObject({ code: 'bad_url' });
    const signed = await sign('/t/w=8/asset:a.png', { expires: 1e9 });
    expect(signed).toMatch(
      /^https:\/\/a\.example\/t\/s:[\w-]{43}\/exp=1000000000\/w=8\/asset:a\.png$/,
    );
    expect(await sign(signed)).toBe(signed);
    await expect(sign(signed, { expires: 2e9 })).rejects.toMatchObject({ param: 'exp' });
    await expect(sign('/t/w=8', { expires: new Date('never') })).rejects.toThrow(/exp: expected/);
    await expect(sign('/t/w=8/https://a.example/,exp=1', { expires: 1 })).resolves.toMatch(
      /exp=1\//,
    );
  });
});
