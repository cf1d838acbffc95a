import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  codecs,
  far,
  heavy,
  preview,
  result,
  source,
  submitted,
  url,
} from '../../helpers/services/heavy-plan.ts';
import { asOption } from '../../helpers/services/in-memory-service.ts';
import {
  createJobTestService,
  form,
  type JobTestService,
} from '../../helpers/services/job-service.ts';

describe('GET of a plan that only a backend can run', () => {
  it('is 202 with the job, without its token', async () => {
    const service = await createJobTestService(codecs);
    const response = await service.ask(url);
    expect(response.status).toBe(202);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const document = (await response.json()) as { id: string };
    expect(response.headers.get('location')).toBe(`/v1/jobs/${document.id}`);
    expect(document).not.toHaveProperty('token');
    expect(service.keys()).toEqual([]);
  });

  it('fetches no source for repeated requests, in every state of the job and every spelling of the URL', async () => {
    const status = { queued: 202, running: 202, preview: 202, failed: 503, succeeded: 200 };
    const spellings = [
      `/t/f=png/${heavy}/${source}`,
      `/t/style,style=${far},engine=vgg19//format=png,q=85/${source}`,
      `/t/f=png/st%79le,engine=vgg19,style=${far}/${asOption(source)}#part`,
    ];
    const error = { code: 'backend_unavailable', message: 'all are silent' } as const;
    const unfinished = fc.constantFrom('queued', 'running', 'preview', 'failed');
    await fc.assert(
      fc.asyncProperty(
        fc.array(unfinished, { maxLength: 5 }),
        fc.array(fc.constantFrom(...spellings), { minLength: 1, maxLength: 3 }),
        async (states, asked) => {
          const service = await createJobTestService(codecs);
          const { engine } = service;
          const id = await submitted(service, spellings[0]);
          const before = service.fetched.length;
          for (const state of [...states, 'succeeded'] as const) {
            if (state === 'preview') engine.preview(id, preview, 1);
            else if (state === 'succeeded') engine.succeed(id, result);
            else engine.change(id, { state, error });
            for (const path of asked) expect((await service.ask(path)).status).toBe(status[state]);
          }
          expect(service.fetched.length).toBe(before);
          expect(engine.requests.length).toBe(1);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('is the stored picture when the job is done, then comes from the cache, and is 304 for clients that have it', async () => {
    const service = await createJobTestService(codecs);
    service.engine.succeed(await submitted(service), result);
    const fetched = service.fetched.length;
    const response = await service.ask(url);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toContain('max-age=86400');
    expect(response.headers.get('vary')).toBe('Accept');
    expect(response.headers.get('content-disposition')).toBe('inline; filename="picture.png"');
    expect(await bytesOf(response)).toEqual(result);
    const tag = response.headers.get('etag') as string;
    expect(tag).toMatch(/^W\/"/);
    const cached = await service.ask(url);
    expect(cached.headers.get('cache-status')).toMatch(/^tessera; hit; ttl=\d+$/);
    expect([cached.headers.get('etag'), await bytesOf(cached)]).toEqual([tag, result]);
    const headers = { 'If-None-Match': tag };
    expect((await service.ask(url, { headers })).status).toBe(304);
    expect(service.fetched.length).toBe(fetched);
  });

  it('is 304 from the state of the job, without reading its picture', async () => {
    const service = await createJobTestService(codecs);
    const id = await submitted(service);
    service.engine.succeed(id, result);
    service.engine.forgetBlobs();
    const tag = `W/"${service.engine.jobs.get(id)?.result?.sha256.slice(0, 32)}"`;
    const response = await service.ask(url, { headers: { 'If-None-Match': tag } });
    expect([response.status, response.headers.get('etag')]).toEqual([304, tag]);
  });

  it.each(['', '/pending=preview'])(
    'starts a new run if the picture was deleted%s',
    async (options) => {
      const service = await createJobTestService(codecs);
      const path = `/t/${heavy}${options}/${source}`;
      await service.ask(path);
      const [id] = [...service.engine.jobs.keys()] as [string];
      service.engine.succeed(id, result);
      service.engine.forgetBlobs();
      const gone = await service.ask(`/v1/jobs/${id}/result`);
      expect([gone.status, gone.headers.get('x-error')]).toEqual([404, 'job_missing']);
      const again = await service.ask(path);
      expect(again.status).toBe(options === '' ? 202 : 200);
      expect(again.headers.get('cache-control')).toBe('no-store');
      expect(service.engine.jobs.get(id)).toMatchObject({ state: 'queued', run: 2 });
      service.engine.succeed(id, result);
      expect(await bytesOf(await service.ask(path))).toEqual(result);
    },
  );

  it('asks the source again when the answer is stale; the same bytes are the same job', async () => {
    const service = await createJobTestService(codecs);
    service.engine.succeed(await submitted(service), result);
    service.clock.now += 86_400_000;
    const fetched = service.fetched.length;
    expect((await service.ask(url)).status).toBe(200);
    expect(service.fetched.length).toBeGreaterThan(fetched);
    expect(service.engine.jobs.size).toBe(1);
  });

  it('is another job if the source has changed by then', async () => {
    const service = await createJobTestService(codecs);
    service.engine.succeed(await submitted(service), result);
    service.clock.now += 86_400_000;
    service.pictures[source] = service.other;
    expect((await service.ask(url)).status).toBe(202);
    expect(service.engine.jobs.size).toBe(2);
  });

  it('is the error of a job that failed just now, and starts a new run a minute later', async () => {
    const service = await createJobTestService(codecs);
    const id = await submitted(service);
    const error = { code: 'backend_unavailable', message: 'all are silent' } as const;
    service.engine.change(id, { state: 'failed', error });
    service.clock.now += 20_000;
    const failed = await service.ask(url);
    const { headers } = failed;
    expect([failed.status, headers.get('x-error'), headers.get('retry-after')]).toEqual([
      503,
      'backend_unavailable',
      '40',
    ]);
    expect(await failed.json()).toMatchObject({ detail: 'all are silent' });
    service.clock.now += 40_000;
    expect(await submitted(service)).toBe(id);
    expect(service.engine.jobs.get(id)?.run).toBe(2);
  });

  it('does not restart a canceled job for a minute', async () => {
    const service = await createJobTestService(codecs);
    service.engine.change(await submitted(service), { state: 'canceled' });
    const { status, headers } = await service.ask(url);
    expect([status, headers.get('x-error'), headers.get('retry-after')]).toEqual([
      409,
      'not_ready',
      '60',
    ]);
  });

  it('waits as long as the client prefers', async () => {
    const service = await createJobTestService(codecs);
    const id = await submitted(service);
    setTimeout(() => service.engine.succeed(id, result), 20);
    const response = await service.ask(url, { headers: { Prefer: 'wait=5' } });
    expect([response.status, response.headers.get('preference-applied')]).toEqual([200, 'wait=5']);
    const cached = await service.ask(url);
    expect(cached.headers.get('preference-applied')).toBeNull();
  });

  it('holds no memory for the pictures while it waits', async () => {
    const service = await createJobTestService(codecs);
    const { wait } = service.engine.service;
    let held: number | undefined;
    service.engine.service.wait = (id, ms) => {
      held = service.heldBytes();
      return wait(id, ms);
    };
    const response = await service.ask(url, { headers: { Prefer: 'wait=1' } });
    expect([response.status, held]).toEqual([202, 0]);
  });

  it('is refused if a source is no longer allowed, even if the job is done', async () => {
    const service = await createJobTestService(codecs);
    service.engine.succeed(await submitted(service), result);
    const elsewhere = await service.ask(`/t/${heavy}/https://else.example/content.png`);
    expect(elsewhere.headers.get('x-error')).toBe('source_forbidden');
  });

  it('works without the job index, but then reads the sources', async () => {
    const service = await createJobTestService(codecs);
    service.engine.service.index = () => Promise.reject(new Error('the index is gone'));
    const id = await submitted(service);
    expect(await submitted(service)).toBe(id);
    expect(service.lines.some(({ event }) => event === 'job_index_failed')).toBe(true);
  });
});

describe('a plan over the budget of the edge', () => {
  const long = `hybrid,far=${far},steps=100000`;

  it('is a job too, and is found again without reading its sources', async () => {
    const service = await createJobTestService(codecs);
    const id = await submitted(service, `/t/${long}/${source}`);
    const fetched = service.fetched.length;
    expect(await submitted(service, `/t/${long}/${source}`)).toBe(id);
    expect(service.fetched.length).toBe(fetched);
  });

  it('is found by another isolate from the first bytes of its sources, and if they are gone', async () => {
    const service = await createJobTestService(codecs);
    const id = await submitted(service, `/t/${long}/${source}`);
    const { engine } = service;
    const other = await createJobTestService(codecs, { jobs: engine.service });
    const before = engine.requests.length;
    expect(await submitted(other, `/t/${long}/${source}`)).toBe(id);
    expect([other.fetched.length > 0, engine.requests.length]).toEqual([true, before]);
    const without = await createJobTestService(codecs, {
      jobs: engine.service,
      respond: () => new Response('', { status: 404 }),
    });
    expect(await submitted(without, `/t/${long}/${source}`)).toBe(id);
  });

  it('costs other plans no look into the index of jobs', async () => {
    const service = await createJobTestService(codecs);
    let looks = 0;
    const { indexed } = service.engine.service;
    service.engine.service.indexed = (key) => {
      looks++;
      return indexed(key);
    };
    for (const plan of ['w=8', 'w=8,f=png', 'pixelate', 'flip=h'])
      expect((await service.ask(`/t/${plan}/${source}`)).status).toBe(200);
    expect(looks).toBe(0);
    await service.ask(url);
    expect(looks).toBe(1);
  });

  it('is not a plan that fits the edge, which runs there even if the job engine fails', async () => {
    const service = await createJobTestService(codecs);
    service.engine.failing.indexed = true;
    expect((await service.ask(`/t/w=8/${source}`)).status).toBe(200);
    expect(service.engine.requests).toEqual([]);
    expect((await service.ask(url)).status).toBe(500);
  });

  it('gets a stand-in with fewer steps', async () => {
    const service = await createJobTestService(codecs);
    const response = await service.ask(`/t/${long}/pending=preview/${source}`);
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(service.engine.requests.length).toBe(1);
  });
});

describe('POST of a plan that only a backend can run', () => {
  const post = (service: JobTestService, headers: Record<string, string> = {}) =>
    service.ask('/t/style,engine=vgg19', {
      method: 'POST',
      body: form({ image: service.content, style: service.style }),
      headers,
    });

  it('is 202 with the job and its token, or the picture if the client waits for it', async () => {
    const service = await createJobTestService(codecs);
    const response = await post(service);
    const { id, token } = (await response.json()) as { id: string; token: string };
    expect([response.status, typeof token]).toEqual([202, 'string']);
    setTimeout(() => service.engine.succeed(id, result), 20);
    const done = await post(service, { Prefer: 'wait=9' });
    expect([done.status, done.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await bytesOf(done)).toEqual(result);
  });
});

describe('the log and the metrics', () => {
  it('have a part of the id and the state of the job', async () => {
    const service = await createJobTestService(codecs);
    const id = await submitted(service);
    const line = service.lines.at(-1);
    expect(line).toMatchObject({
      status: 202,
      route: 'transform',
      job: { id: id.slice(0, 12), state: 'queued', run: 1, attempt: 0 },
    });
    expect(JSON.stringify(service.lines)).not.toContain(id.slice(0, 20));
    const text = await (await service.ask('/metrics')).text();
    expect(text).toContain('tessera_jobs_submitted_total{state="queued"} 1\n');
    expect(text).toContain('tessera_requests_total{route="transform",code="202"} 1\n');
  });
});
