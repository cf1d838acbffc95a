import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseBackendKeys, signRequest } from '../../src/jobs/auth.ts';
import type { JobLine } from '../../src/jobs/protocol.ts';
import { readJobLines } from '../../src/jobs/run/lines.ts';
import { sleep } from '../../src/timing.ts';
import {
  allLines,
  ask,
  type BackendProcess,
  bodyOf,
  headOf,
  linesOf,
  put,
  sha256,
  startBackend,
  type TestJob,
} from '../helpers/servers/gpu-backend.ts';

const picture = async (red: number): Promise<Uint8Array> => {
  const create = {
    width: 64,
    height: 48,
    channels: 3 as const,
    background: { r: red, g: 80, b: 9 },
  };
  return new Uint8Array(await sharp({ create }).png().toBuffer());
};
const blob = await picture(200);

let backend: BackendProcess;
beforeAll(async () => {
  backend = await startBackend({
    GPU_QUEUE: '1',
    GPU_HEARTBEAT_MS: '200',
    GPU_MAX_BLOB_BYTES: '100000',
    GPU_MAX_CHECKPOINT_BYTES: '200000',
    GPU_STALL_MS: '3000',
  });
  await backend.logged('device');
}, 60_000);
afterAll(() => backend?.stop());

let jobs = 0;
const shortJob = (more: Partial<TestJob> = {}): TestJob => {
  jobs += 1;
  const inputs = [{ name: 'image', blob }];
  return { id: `job-${jobs}`, plan: 'w=32/pixelate,block=4/f=png', inputs, ...more };
};
/** A job that takes minutes. */
const longJob = (more: Partial<TestJob> = {}): TestJob => ({
  ...shortJob(),
  plan: 'hybrid,far=upload:far,mode=reference,steps=100000/f=png',
  inputs: [
    { name: 'image', blob },
    { name: 'upload:far', blob },
  ],
  ...more,
});

const cancel = ({ id }: TestJob, url = backend.url) =>
  ask(url, { method: 'DELETE', path: `/jobs/${id}` });

/** Reads lines up to the first of this type. */
async function until(lines: AsyncGenerator<JobLine>, type: JobLine['type']): Promise<JobLine> {
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw new Error(`expected a line ${type}, the stream ended`);
    if (value.type === type) return value;
  }
}

const typesOf = (lines: readonly JobLine[]): string[] =>
  lines.map(({ type }) => type).filter((type) => type !== 'heartbeat');

const problemOf = async (response: Response) => ({
  status: response.status,
  ...((await response.json()) as { code: string; message: string }),
});

/** A connection on which the headers of a job have been sent; `bytes` bytes of its body are still to follow. */
async function sending(
  { id }: TestJob,
  head: Uint8Array<ArrayBuffer>,
  bytes: number,
): Promise<Socket> {
  const path = `/jobs/${id}`;
  const keys = parseBackendKeys('a secret for tests only');
  const signed = await signRequest({ method: 'PUT', path, head }, { keys, now: Date.now() });
  const headers = Object.entries({ host: 'x', 'content-length': String(bytes), ...signed });
  const socket = connect(Number(new URL(backend.url).port), '127.0.0.1');
  socket.write(
    `PUT ${path} HTTP/1.1\r\n${headers.map((pair) => pair.join(': ')).join('\r\n')}\r\n\r\n`,
  );
  return socket;
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${backend.url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`tessera_gpu_${name} `));
  return Number(line?.split(' ')[1] ?? 0);
}

describe('a job', () => {
  it('is rendered and reported line by line, and the last line describes its result', async () => {
    const job = shortJob();
    const response = await put(backend.url, job);
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    const lines = await allLines(response);
    expect(typesOf(lines).filter((type) => type !== 'accepted')).toEqual(['started', 'result']);
    expect(lines[0]).toMatchObject({ type: 'accepted', ahead: 0 });
    const last = lines.at(-1) as JobLine & { type: 'result' };
    expect(last).toMatchObject({ mime: 'image/png', extension: 'png', width: 32, height: 24 });
    expect(last.report.map(({ name }) => name)).toEqual(['resize', 'pixelate']);
    const answer = await ask(backend.url, { method: 'GET', path: `/jobs/${job.id}/result` });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect([bytes.length, sha256(bytes)]).toEqual([last.bytes, last.sha256]);
    expect(answer.headers.get('etag')).toBe(`"${last.sha256}"`);
  });

  it.each(['png', 'json', 'blurhash', 'thumbhash'])(
    'for f=%s is told of in lines that a Worker takes',
    async (format) => {
      const { body } = await put(backend.url, shortJob({ plan: `w=32/f=${format}` }));
      const types: string[] = [];
      const limits = { silenceMs: 20_000, sleep };
      for await (const { type } of readJobLines(body as ReadableStream<Uint8Array>, limits))
        types.push(type);
      expect(types.at(-1)).toBe('result');
    },
  );

  it('that is sent again after its end is reported again, and not rendered again', async () => {
    const job = shortJob();
    const first = await allLines(await put(backend.url, job));
    const rendered = await metric('jobs_ended_total{outcome="result"}');
    const again = await allLines(await put(backend.url, { ...job, attempt: 2 }));
    expect(again.at(-1)).toEqual(first.at(-1));
    expect(await metric('jobs_ended_total{outcome="result"}')).toBe(rendered);
  });

  it('that is sent again while it runs gets a second reader', async () => {
    const job = longJob();
    const first = linesOf(await put(backend.url, job));
    await until(first, 'started');
    const second = linesOf(await put(backend.url, { ...job, attempt: 2 }));
    await until(second, 'started');
    await cancel(job);
    await Promise.all([until(first, 'canceled'), until(second, 'canceled')]);
  });

  it('is rendered anew in a newer run, and refused in an older one', async () => {
    const job = shortJob({ run: 2 });
    await allLines(await put(backend.url, job));
    const rendered = await metric('jobs_ended_total{outcome="result"}');
    expect(await problemOf(await put(backend.url, { ...job, run: 1 }))).toMatchObject({
      status: 409,
      code: 'not_ready',
    });
    await allLines(await put(backend.url, { ...job, run: 3 }));
    expect(await metric('jobs_ended_total{outcome="result"}')).toBe(rendered + 1);
  });

  it.each([
    ['unknown_effect', { plan: 'blurr/f=png' }],
    ['bad_option', { plan: 'pixelate,block=0' }],
    ['not_an_image', { inputs: [{ name: 'image', blob: new Uint8Array(64) }] }],
    ['bad_body', { plan: 'hybrid,far=asset:other.png' }],
  ])('that cannot succeed ends with %s, and is not to be tried again', async (code, more) => {
    const lines = await allLines(await put(backend.url, shortJob(more)));
    expect(lines.at(-1)).toMatchObject({ type: 'error', code, retryable: false });
  });

  it('without its model ends with model_missing, which names the command', async () => {
    const job = longJob({ plan: 'style,style=upload:far,engine=vgg19/f=png' });
    const other = await startBackend({ GPU_MODELS: '/nonexistent' });
    try {
      const lines = await allLines(await put(other.url, job));
      const message = expect.stringContaining('npm run models vgg19');
      expect(lines.at(-1)).toMatchObject({ code: 'model_missing', retryable: false, message });
    } finally {
      await other.stop();
    }
  });
});

describe('a job whose blobs come in parts', () => {
  it('is refused before, rendered after, and joined without them', async () => {
    const inputs = [
      { name: 'image', blob },
      { name: 'upload:far', blob },
    ];
    const job = shortJob({ plan: 'w=32/hybrid,far=upload:far/f=png', inputs });
    const head = { ...headOf(job), apart: true };
    const submit = () => put(backend.url, { ...job, inputs: [] }, { head });
    const ended = backend.log.length;
    expect(await problemOf(await submit())).toMatchObject({ status: 409, code: 'not_ready' });
    expect(backend.log.slice(ended).filter(({ event }) => event === 'job ended')).toEqual([]);
    for (const at of [0, 50]) {
      const body = blob.slice(at, at === 0 ? 50 : undefined);
      const path = `/jobs/${job.id}/parts/${sha256(blob)}?at=${at}&bytes=${body.length}`;
      expect((await fetch(`${backend.url}${path}`, { method: 'PUT', body })).status).toBe(403);
      expect((await ask(backend.url, { method: 'PUT', path, body })).status).toBe(200);
    }
    const first = await allLines(await submit());
    expect(first.at(-1)).toMatchObject({ type: 'result', width: 32 });
    expect((await allLines(await submit())).at(-1)).toEqual(first.at(-1));
  });
});

describe('a long job', () => {
  it('has heartbeats between its lines', async () => {
    const job = longJob();
    const lines = linesOf(await put(backend.url, job));
    await until(lines, 'started');
    const began = performance.now();
    await until(lines, 'heartbeat');
    await until(lines, 'heartbeat');
    expect(performance.now() - began).toBeLessThan(2000);
    await cancel(job);
    await until(lines, 'canceled');
  });

  it('lets others wait, tells them their place, and refuses them if too many wait', async () => {
    const [running, waiting] = [longJob(), shortJob()];
    const lines = linesOf(await put(backend.url, running));
    await until(lines, 'started');
    const next = linesOf(await put(backend.url, waiting));
    expect((await next.next()).value).toMatchObject({ type: 'accepted', ahead: 0 });
    const refused = await put(backend.url, shortJob());
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await problemOf(refused)).toMatchObject({ status: 429, code: 'busy' });
    await cancel(running);
    await until(lines, 'canceled');
    await until(next, 'result');
  });

  it('that waits is canceled at once', async () => {
    const [running, waiting] = [longJob(), shortJob()];
    const lines = linesOf(await put(backend.url, running));
    await until(lines, 'started');
    const next = await put(backend.url, waiting);
    await cancel(waiting);
    expect((await allLines(next)).at(-1)).toEqual({ type: 'canceled', seconds: 0 });
    await cancel(running);
    await until(lines, 'canceled');
  });

  it('whose renderer is killed ends with a retryable error, and another attempt succeeds', async () => {
    const job = longJob();
    const lines = linesOf(await put(backend.url, job));
    await until(lines, 'started');
    const pid = backend.process.pid as number;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    process.kill(Number(children.trim().split(' ')[0]), 'SIGKILL');
    const error = await until(lines, 'error');
    expect(error).toMatchObject({ code: 'backend_unavailable', retryable: true });
    const replay = await allLines(await put(backend.url, job));
    expect(replay.at(-1)).toEqual(error);
    const again = { ...shortJob(), id: job.id, attempt: 2 };
    expect((await allLines(await put(backend.url, again))).at(-1)).toMatchObject({
      type: 'result',
    });
  });
});

describe('a request', () => {
  it.each([
    ['without a signature', {}],
    ['signed with another secret', { secret: 'another secret for tests' }],
    ['signed for another path', { path: '/jobs/other' }],
    ['signed for another head', { head: new TextEncoder().encode('{}') }],
  ])(
    '%s is refused',
    async (_, change: { secret?: string; path?: string; head?: Uint8Array<ArrayBuffer> }) => {
      const job = shortJob();
      const { head, body } = bodyOf(job);
      const path = `/jobs/${job.id}`;
      const signed =
        Object.keys(change).length === 0
          ? {}
          : await signRequest(
              { method: 'PUT', path: change.path ?? path, head: change.head ?? head },
              {
                keys: parseBackendKeys(change.secret ?? 'a secret for tests only'),
                now: Date.now(),
              },
            );
      const response = await fetch(`${backend.url}${path}`, {
        method: 'PUT',
        headers: signed,
        body,
      });
      expect(await problemOf(response)).toMatchObject({ status: 403, code: 'bad_signature' });
    },
  );

  it.each(['GET /jobs/none/result', 'GET /jobs/none/preview', 'DELETE /jobs/none'])(
    '%s needs a signature, and a job',
    async (line) => {
      const [method, path] = line.split(' ') as [string, string];
      expect((await fetch(`${backend.url}${path}`, { method })).status).toBe(403);
      expect(await problemOf(await ask(backend.url, { method, path }))).toMatchObject({
        status: 404,
        code: 'job_missing',
      });
    },
  );

  it('whose blob has another digest than its head says is refused, and the job can be sent again', async () => {
    const job = shortJob();
    const head = headOf({ ...job, inputs: [{ name: 'image', blob: new Uint8Array(blob.length) }] });
    expect(await problemOf(await put(backend.url, job, { head }))).toMatchObject({
      status: 400,
      code: 'bad_body',
      message: expect.stringContaining('input image: expected the digest'),
    });
    expect((await allLines(await put(backend.url, job))).at(-1)?.type).toBe('result');
  });

  it('that ends too soon, or has more than its head says, is refused', async () => {
    const job = shortJob();
    const { head, body } = bodyOf(job);
    const send = (bytes: Uint8Array<ArrayBuffer>) =>
      ask(backend.url, { method: 'PUT', path: `/jobs/${job.id}`, head, body: bytes });
    const bytes = new Uint8Array(body);
    expect(await problemOf(await send(bytes.slice(0, -5)))).toMatchObject({
      status: 400,
      message: 'input image: expected 5 more bytes',
    });
    expect(await problemOf(await send(new Uint8Array([...bytes, 0])))).toMatchObject({
      status: 400,
      message: 'body: expected its end, got more bytes',
    });
  });

  it('whose client goes away while it sends leaves nothing behind', async () => {
    const job = shortJob();
    const { head, body } = bodyOf(job);
    const socket = await sending(job, head, body.length);
    socket.write(body.subarray(0, -20));
    await expect.poll(() => metric('jobs{stage="receiving"}')).toBe(1);
    socket.destroy();
    await expect.poll(() => metric('jobs{stage="receiving"}')).toBe(0);
    expect((await allLines(await put(backend.url, job))).at(-1)?.type).toBe('result');
  });

  it.each([
    ['its head', [0, 1, 0, 0]],
    ['what nobody reads any more', [0x7f, 0xff, 0xff, 0xff]],
  ])(
    'that sends %s byte by byte, unsigned, is cut off in time',
    async (_, length) => {
      const { port } = new URL(backend.url);
      const socket = connect(Number(port), '127.0.0.1');
      socket.write('PUT /jobs/slow HTTP/1.1\r\nhost: x\r\ncontent-length: 60000\r\n\r\n');
      socket.write(Uint8Array.from(length));
      const drip = setInterval(() => socket.write('x'), 100);
      const began = performance.now();
      socket.on('error', () => {}).resume();
      await new Promise((resolve) => socket.once('close', resolve));
      clearInterval(drip);
      expect(performance.now() - began).toBeLessThan(4000);
    },
    8000,
  );

  it('over a limit is refused before it is read', async () => {
    const large = shortJob({ inputs: [{ name: 'image', blob: new Uint8Array(100_001) }] });
    expect(await problemOf(await put(backend.url, large))).toMatchObject({
      status: 413,
      message: 'input image: expected at most 100000 bytes, got 100001',
    });
    const body = new Uint8Array([0x7f, 0xff, 0xff, 0xff]);
    expect(
      await problemOf(await ask(backend.url, { method: 'PUT', path: '/jobs/x', body })),
    ).toMatchObject({ status: 413 });
  });

  it('with a checkpoint over the limit is refused, and can still be sent to its end', async () => {
    const job = shortJob({ checkpoint: { step: 1, blob: new Uint8Array(2 ** 25) } });
    const { head, body } = bodyOf(job);
    const socket = await sending(job, head, body.length);
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
    });
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject);
      socket.write(body, (error) => (error ? reject(error) : resolve()));
    });
    await expect.poll(() => answer).toContain('checkpoint: expected at most 200000 bytes, got 335');
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    socket.destroy();
  });

  it('with an invalid head is refused, naming the field', async () => {
    const job = shortJob();
    const head = { ...headOf(job), attempt: 0 };
    expect(await problemOf(await put(backend.url, job, { head }))).toMatchObject({
      status: 400,
      message: expect.stringContaining('head.attempt'),
    });
    expect(
      await problemOf(await put(backend.url, job, { head: { ...headOf(job), id: 'other' } })),
    ).toMatchObject({ status: 400, message: expect.stringContaining('head.id') });
  });

  it('for the state of the backend needs no signature and reveals no secret', async () => {
    const text = await (await fetch(`${backend.url}/health`)).text();
    expect(JSON.parse(text)).toMatchObject({ status: 'ok', device: { kind: 'cpu' }, slots: 1 });
    expect(text).not.toContain('secret');
    expect((await fetch(`${backend.url}/health`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${backend.url}/jobs`)).status).toBe(404);
  });
});
