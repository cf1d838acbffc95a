import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { parseBackendKeys, signRequest } from '../../src/jobs/auth.ts';
import {
  allLines,
  ask,
  bodyOf,
  headOf,
  put,
  type TestJob,
} from '../helpers/servers/gpu-backend.ts';
import { blob, metric, problemOf, runBackend, shortJob } from './backend-jobs.ts';

const backend = runBackend();

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
  const socket = connect(Number(new URL(backend().url).port), '127.0.0.1');
  socket.write(
    `PUT ${path} HTTP/1.1\r\n${headers.map((pair) => pair.join(': ')).join('\r\n')}\r\n\r\n`,
  );
  return socket;
}

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
      const response = await fetch(`${backend().url}${path}`, {
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
      expect((await fetch(`${backend().url}${path}`, { method })).status).toBe(403);
      expect(await problemOf(await ask(backend().url, { method, path }))).toMatchObject({
        status: 404,
        code: 'job_missing',
      });
    },
  );

  it('whose blob has another digest than its head says is refused, and the job can be sent again', async () => {
    const job = shortJob();
    const head = headOf({ ...job, inputs: [{ name: 'image', blob: new Uint8Array(blob.length) }] });
    expect(await problemOf(await put(backend().url, job, { head }))).toMatchObject({
      status: 400,
      code: 'bad_body',
      message: expect.stringContaining('input image: expected the digest'),
    });
    expect((await allLines(await put(backend().url, job))).at(-1)?.type).toBe('result');
  });

  it('that ends too soon, or has more than its head says, is refused', async () => {
    const job = shortJob();
    const { head, body } = bodyOf(job);
    const send = (bytes: Uint8Array<ArrayBuffer>) =>
      ask(backend().url, { method: 'PUT', path: `/jobs/${job.id}`, head, body: bytes });
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
    await expect.poll(() => metric(backend(), 'jobs{stage="receiving"}')).toBe(1);
    socket.destroy();
    await expect.poll(() => metric(backend(), 'jobs{stage="receiving"}')).toBe(0);
    expect((await allLines(await put(backend().url, job))).at(-1)?.type).toBe('result');
  });

  it.each([
    ['its head', [0, 1, 0, 0]],
    ['what nobody reads any more', [0x7f, 0xff, 0xff, 0xff]],
  ])(
    'that sends %s byte by byte, unsigned, is cut off in time',
    async (_, length) => {
      const { port } = new URL(backend().url);
      const socket = connect(Number(port), '127.0.0.1');
      socket.write('PUT /jobs/slow HTTP/1.1\r\nhost: x\r\ncontent-length: 60000\r\n\r\n');
      socket.write(Uint8Array.from(length));
      const drip = setInterval(() => socket.write('x'), 100);
      const began = performance.now();
      socket.on('error', () => {}).resume();
      await new Promise((resolve) => socket.once('close', resolve));
      clearInterval(drip);
      expect(performance.now() - began).toBeLessThan(10_000);
    },
    20_000,
  );

  it('over a limit is refused before it is read', async () => {
    const large = shortJob({ inputs: [{ name: 'image', blob: new Uint8Array(100_001) }] });
    expect(await problemOf(await put(backend().url, large))).toMatchObject({
      status: 413,
      message: 'input image: expected at most 100000 bytes, got 100001',
    });
    const body = new Uint8Array([0x7f, 0xff, 0xff, 0xff]);
    expect(
      await problemOf(await ask(backend().url, { method: 'PUT', path: '/jobs/x', body })),
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
    expect(await problemOf(await put(backend().url, job, { head }))).toMatchObject({
      status: 400,
      message: expect.stringContaining('head.attempt'),
    });
    expect(
      await problemOf(await put(backend().url, job, { head: { ...headOf(job), id: 'other' } })),
    ).toMatchObject({ status: 400, message: expect.stringContaining('head.id') });
  });

  it('for the state of the backend needs no signature and reveals no secret', async () => {
    const text = await (await fetch(`${backend().url}/health`)).text();
    expect(JSON.parse(text)).toMatchObject({ status: 'ok', device: { kind: 'cpu' }, slots: 1 });
    expect(text).not.toContain('secret');
    expect((await fetch(`${backend().url}/health`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${backend().url}/jobs`)).status).toBe(404);
  });
});
