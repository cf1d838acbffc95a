// Checks jobs at a backend over HTTP: their lines, files, parts, checkpoints and ends.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JobLine } from '../../src/jobs/protocol.ts';
import { readJobLines } from '../../src/jobs/run/lines.ts';
import { sleep } from '../../src/timing.ts';
import {
  allLines,
  ask,
  headOf,
  linesOf,
  put,
  sha256,
  startBackend,
  type TestJob,
} from '../helpers/servers/gpu-backend.ts';
import { blob, longJob, metric, problemOf, runBackend, shortJob } from './backend-jobs.ts';

const backend = runBackend();

const cancel = ({ id }: TestJob, url = backend().url) =>
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

describe('a job', () => {
  it('is rendered and reported line by line, and the last line describes its result', async () => {
    const job = shortJob();
    const response = await put(backend().url, job);
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    const lines = await allLines(response);
    expect(typesOf(lines).filter((type) => type !== 'accepted')).toEqual(['started', 'result']);
    expect(lines[0]).toMatchObject({ type: 'accepted', ahead: 0 });
    const last = lines.at(-1) as JobLine & { type: 'result' };
    expect(last).toMatchObject({ mime: 'image/png', extension: 'png', width: 32, height: 24 });
    expect(last.report.map(({ name }) => name)).toEqual(['resize', 'pixelate']);
    const answer = await ask(backend().url, { method: 'GET', path: `/jobs/${job.id}/result` });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect([bytes.length, sha256(bytes)]).toEqual([last.bytes, last.sha256]);
    expect(answer.headers.get('etag')).toBe(`"${last.sha256}"`);
  });

  it.each(['png', 'json', 'blurhash', 'thumbhash'])(
    'for f=%s is told of in lines that a Worker takes',
    async (format) => {
      const { body } = await put(backend().url, shortJob({ plan: `w=32/f=${format}` }));
      const types: string[] = [];
      const limits = { silenceMs: 20_000, sleep };
      for await (const { type } of readJobLines(body as ReadableStream<Uint8Array>, limits))
        types.push(type);
      expect(types.at(-1)).toBe('result');
    },
  );

  it('that is sent again after its end is reported again, and not rendered again', async () => {
    const job = shortJob();
    const first = await allLines(await put(backend().url, job));
    const rendered = await metric(backend(), 'jobs_ended_total{outcome="result"}');
    const again = await allLines(await put(backend().url, { ...job, attempt: 2 }));
    expect(again.at(-1)).toEqual(first.at(-1));
    expect(await metric(backend(), 'jobs_ended_total{outcome="result"}')).toBe(rendered);
  });

  it('that is sent again while it runs gets a second reader', async () => {
    const job = longJob();
    const first = linesOf(await put(backend().url, job));
    await until(first, 'started');
    const second = linesOf(await put(backend().url, { ...job, attempt: 2 }));
    await until(second, 'started');
    await cancel(job);
    await Promise.all([until(first, 'canceled'), until(second, 'canceled')]);
  });

  it('is rendered anew in a newer run, and refused in an older one', async () => {
    const job = shortJob({ run: 2 });
    await allLines(await put(backend().url, job));
    const rendered = await metric(backend(), 'jobs_ended_total{outcome="result"}');
    expect(await problemOf(await put(backend().url, { ...job, run: 1 }))).toMatchObject({
      status: 409,
      code: 'not_ready',
    });
    await allLines(await put(backend().url, { ...job, run: 3 }));
    expect(await metric(backend(), 'jobs_ended_total{outcome="result"}')).toBe(rendered + 1);
  });

  it.each([
    ['unknown_effect', { plan: 'blurr/f=png' }],
    ['bad_option', { plan: 'pixelate,block=0' }],
    ['not_an_image', { inputs: [{ name: 'image', blob: new Uint8Array(64) }] }],
    ['bad_body', { plan: 'hybrid,far=asset:other.png' }],
  ])('that cannot succeed ends with %s, and is not to be tried again', async (code, more) => {
    const lines = await allLines(await put(backend().url, shortJob(more)));
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
    const submit = () => put(backend().url, { ...job, inputs: [] }, { head });
    const ended = backend().log.length;
    expect(await problemOf(await submit())).toMatchObject({ status: 409, code: 'not_ready' });
    expect(
      backend()
        .log.slice(ended)
        .filter(({ event }) => event === 'job ended'),
    ).toEqual([]);
    for (const at of [0, 50]) {
      const body = blob.slice(at, at === 0 ? 50 : undefined);
      const path = `/jobs/${job.id}/parts/${sha256(blob)}?at=${at}&bytes=${body.length}`;
      expect((await fetch(`${backend().url}${path}`, { method: 'PUT', body })).status).toBe(403);
      expect((await ask(backend().url, { method: 'PUT', path, body })).status).toBe(200);
    }
    const first = await allLines(await submit());
    expect(first.at(-1)).toMatchObject({ type: 'result', width: 32 });
    expect((await allLines(await submit())).at(-1)).toEqual(first.at(-1));
  });
});

describe('a long job', () => {
  it('has heartbeats between its lines', async () => {
    const job = longJob();
    const lines = linesOf(await put(backend().url, job));
    await until(lines, 'started');
    const began = performance.now();
    await until(lines, 'heartbeat');
    await until(lines, 'heartbeat');
    // Much sooner than with the default setting.
    expect(performance.now() - began).toBeLessThan(5000);
    await cancel(job);
    await until(lines, 'canceled');
  });

  it('lets others wait, tells them their place, and refuses them if too many wait', async () => {
    const [running, waiting] = [longJob(), shortJob()];
    const lines = linesOf(await put(backend().url, running));
    await until(lines, 'started');
    const next = linesOf(await put(backend().url, waiting));
    expect((await next.next()).value).toMatchObject({ type: 'accepted', ahead: 0 });
    const refused = await put(backend().url, shortJob());
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await problemOf(refused)).toMatchObject({ status: 429, code: 'busy' });
    await cancel(running);
    await until(lines, 'canceled');
    await until(next, 'result');
  });

  it('that waits is canceled at once', async () => {
    const [running, waiting] = [longJob(), shortJob()];
    const lines = linesOf(await put(backend().url, running));
    await until(lines, 'started');
    const next = await put(backend().url, waiting);
    await cancel(waiting);
    expect((await allLines(next)).at(-1)).toEqual({ type: 'canceled', seconds: 0 });
    await cancel(running);
    await until(lines, 'canceled');
  });

  it('whose renderer is killed ends with a retryable error, and another attempt succeeds', async () => {
    const job = longJob();
    const lines = linesOf(await put(backend().url, job));
    await until(lines, 'started');
    const pid = backend().process.pid as number;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    process.kill(Number(children.trim().split(' ')[0]), 'SIGKILL');
    const error = await until(lines, 'error');
    expect(error).toMatchObject({ code: 'backend_unavailable', retryable: true });
    const replay = await allLines(await put(backend().url, job));
    expect(replay.at(-1)).toEqual(error);
    const again = { ...shortJob(), id: job.id, attempt: 2 };
    expect((await allLines(await put(backend().url, again))).at(-1)).toMatchObject({
      type: 'result',
    });
  });
});
