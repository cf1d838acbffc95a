import { describe, expect, it } from 'vitest';
import { effects } from '../../../src/effects/index.ts';
import { AppError } from '../../../src/errors.ts';
import type { JobRequest } from '../../../src/jobs/service/service.ts';
import { parsePlan } from '../../../src/plan/grammar.ts';
import { furtherImages } from '../../../src/plan/plan.ts';
import { bytesOf, pngChunk, pngHeader } from '../../helpers/files/make-image-files.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import {
  asOption,
  createInMemoryService,
  PICTURES,
} from '../../helpers/services/in-memory-service.ts';
import {
  createJobTestService,
  form,
  type JobTestService,
} from '../../helpers/services/job-service.ts';

const codecs = await loadCodecs();
const far = asOption(`${PICTURES}style.png`);
const plan = `w=16/style,engine=vgg19,style=${far}`;
const source = `${PICTURES}content.png`;

const asJson = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const post = (service: JobTestService, body: unknown, headers?: Record<string, string>) =>
  service.ask('/v1/jobs', asJson(body, headers));
const postForm = (service: JobTestService, parts: Parameters<typeof form>[0]) =>
  service.ask('/v1/jobs', { method: 'POST', body: form(parts) });
const idOf = async (response: Response): Promise<unknown> =>
  ((await response.json()) as { id: unknown }).id;

describe('submitting a job', () => {
  it('answers 202 with the path of the job and the token that cancels it', async () => {
    const service = await createJobTestService(codecs);
    const response = await post(service, { plan, source });
    const { headers } = response;
    const document = (await response.json()) as Record<string, string>;
    expect(response.status).toBe(202);
    expect(headers.get('location')).toBe(`/v1/jobs/${document.id}`);
    expect(headers.get('retry-after')).toBe('2');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(document).toMatchObject({ state: 'queued', token: expect.stringMatching(/^\S+$/) });
    expect((await service.ask(headers.get('location') as string)).status).toBe(200);
  });

  it('submits canonical text that reads as the same plan, and every picture under its name in it', async () => {
    const service = await createJobTestService(codecs);
    const two = `${plan}~${asOption(`${PICTURES}other.png`)},styleWeights=0.6~0.4,strength=0.5`;
    await post(service, { plan: two, source });
    const [request] = service.engine.requests as [JobRequest];
    const read = parsePlan(request.planText.split('/'), effects);
    expect([...furtherImages(read).keys()]).toEqual([...request.further.keys()]);
    expect([...request.further.values()]).toEqual([service.style, service.other]);
    expect(request.main).toEqual(service.content);
    expect(request.models.length).toBeGreaterThan(0);
    expect(request.name).toBe('content');
    const asked = parsePlan(two.split('/'), effects);
    expect(read.steps.map(({ effect }) => effect)).toEqual(asked.steps.map(({ effect }) => effect));
    expect({ ...read.steps[1]?.params, style: '' }).toEqual({
      ...asked.steps[1]?.params,
      style: '',
    });
  });

  it('names a plan that needs no download for one whose model no backend has, and answers with what was done', async () => {
    const service = await createJobTestService(codecs);
    service.engine.failing.model = 'vgg19';
    const first = (await (await post(service, { plan, source })).json()) as Record<string, string>;
    expect(first.note).toBe(
      'the model vgg19 is not installed, slim is used instead; npm run models vgg19 fetches it',
    );
    const [request] = service.engine.requests as [JobRequest];
    expect(request.substitute).toMatchObject({
      planText: request.planText.replace('engine=vgg19', 'engine=slim'),
      models: ['slim'],
    });
    expect(request.substitute?.planText).toContain('engine=slim');
    expect(await idOf(await service.ask(`/t/${plan}/${source}`))).toBe(first.id);
    // Once the model is there, the same requests lead to it.
    service.engine.failing.model = undefined;
    const later = (await (await service.ask(`/t/${plan}/${source}`)).json()) as { id: string };
    expect(later.id).not.toBe(first.id);
    expect(later).not.toHaveProperty('note');
    const full = `${plan},weights=full`;
    await post(service, { plan: full, source });
    expect(service.engine.requests.at(-1)?.substitute).toBeUndefined();
  });

  it('gives the same work one id, however the plan is written and wherever the pictures come from', async () => {
    const service = await createJobTestService(codecs);
    const path = `/t/${plan}/${source}`;
    const ids = [
      await idOf(await post(service, { plan, source })),
      await idOf(await post(service, { plan: `/${plan.replace('w=16', 'width=16')}/`, source })),
      await idOf(
        await post(service, { plan: `${plan}/pending=preview`, source: asOption(source) }),
      ),
      await idOf(await service.ask(path)),
      await idOf(
        await postForm(service, {
          plan: 'w=16/style,engine=vgg19',
          image: service.content,
          style: service.style,
        }),
      ),
      await idOf(
        await service.ask('/t/w=16/style,engine=vgg19', {
          method: 'POST',
          body: form({ image: service.content, style: service.style }),
        }),
      ),
    ];
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^[a-z2-7]{52}$/);
    const others = [
      await idOf(await post(service, { plan, source: `${PICTURES}other.png` })),
      await idOf(await post(service, { plan: `${plan},strength=0.5`, source })),
      await idOf(await post(service, { plan: `${plan}/f=png`, source })),
      await idOf(await post(service, { plan, source }, { Accept: 'image/webp' })),
    ];
    expect(new Set([...ids, ...others]).size).toBe(5);
  });

  it('accepts the plan as a file, and plans that the edge could run', async () => {
    const service = await createJobTestService(codecs);
    const text = new TextEncoder().encode('w=8');
    const response = await postForm(service, { image: service.content, plan: text });
    expect(response.status).toBe(202);
    expect(service.engine.requests[0]?.planText).toContain('w=8');
  });

  it('waits as long as the client prefers, and answers 200 if the job has ended by then', async () => {
    const service = await createJobTestService(codecs);
    const pending = await post(service, { plan, source }, { Prefer: 'wait=0' });
    expect([pending.status, pending.headers.get('preference-applied')]).toEqual([202, 'wait=0']);
    const id = (await idOf(pending)) as string;
    const { wait } = service.engine.service;
    service.engine.service.wait = (waited, ms) => {
      setTimeout(() => service.engine.succeed(id, service.content), 20);
      return wait(waited, ms);
    };
    const response = await post(service, { plan, source }, { Prefer: 'wait=100' });
    expect(service.engine.waits).toEqual([60_000]);
    expect([response.status, response.headers.get('preference-applied')]).toEqual([200, 'wait=60']);
    expect(await response.json()).toMatchObject({ state: 'succeeded' });
  });

  it('starts another run of a job that failed, under the same id', async () => {
    const service = await createJobTestService(codecs);
    const id = (await idOf(await post(service, { plan, source }))) as string;
    service.engine.change(id, { state: 'failed' });
    const again = await post(service, { plan, source });
    expect(await again.json()).toMatchObject({ id, run: 2, state: 'queued' });
  });
});

const wide = bytesOf(
  [0x89],
  'PNG\r\n\x1a\n',
  pngChunk('IHDR', pngHeader({ width: 60_000, height: 60_000 })),
  pngChunk('IDAT'),
  pngChunk('IEND'),
);

describe('a submit that is refused', () => {
  const refusals: [string, unknown, number, string][] = [
    ['of no JSON', '{', 400, 'bad_body'],
    ['of no UTF-8 object', '[]', 400, 'bad_body'],
    ['of nothing', 'null', 400, 'bad_body'],
    ['without plan', { source }, 400, 'bad_body'],
    ['with a plan that is no text', { plan: 1, source }, 400, 'bad_body'],
    ['without source', { plan }, 400, 'bad_body'],
    ['with more than that', { plan, source, token: 'x' }, 400, 'bad_body'],
    ['of too much', { plan: 'x'.repeat(200_000), source }, 413, 'too_many_bytes'],
    ['of a plan as long as no URL', { plan: 'x'.repeat(16_001), source }, 414, 'uri_too_long'],
    ['of an unknown effect', { plan: 'paint', source }, 400, 'unknown_effect'],
    ['of a wrong option', { plan: `${plan},strength=2`, source }, 400, 'bad_option'],
    ['with a source in the plan', { plan: `w=8/${source}`, source }, 400, 'bad_url'],
    ['of no source', { plan, source: 'ftp://x' }, 400, 'bad_source'],
    ['of a source elsewhere', { plan, source: 'https://else.example/a' }, 403, 'source_forbidden'],
    ['of a missing source', { plan, source: `${PICTURES}none.png` }, 404, 'source_missing'],
    ['of no picture', { plan, source: `${PICTURES}text.png` }, 415, 'not_an_image'],
    ['of too large a picture', { plan, source: `${PICTURES}wide.png` }, 422, 'too_many_pixels'],
  ];

  it.each(refusals)('%s says why and starts nothing', async (_, body, status, code) => {
    const service = await createJobTestService(codecs);
    service.pictures[`${PICTURES}wide.png`] = wide;
    service.pictures[`${PICTURES}text.png`] = bytesOf('not a picture at all');
    const response = await post(service, body);
    expect([response.status, response.headers.get('x-error')]).toEqual([status, code]);
    expect(service.engine.requests).toEqual([]);
  });

  it.each([
    ['without plan', { image: 'file' }],
    ['without image', { plan: 'w=8' }],
    ['with an image that is text', { plan: 'w=8', image: 'text' }],
    ['with a part that the plan does not use', { plan: 'w=8', image: 'file', style: 'file' }],
    ['with an unknown text field', { plan: 'w=8', image: 'file', note: 'text' }],
  ])('as a form %s is a bad body', async (_, parts) => {
    const service = await createJobTestService(codecs);
    const files = Object.entries(parts).map(([name, part]) => [
      name,
      part === 'file' ? service.content : part,
    ]);
    const response = await postForm(service, Object.fromEntries(files));
    expect([response.status, response.headers.get('x-error')]).toEqual([400, 'bad_body']);
    expect(service.engine.requests).toEqual([]);
  });

  it('has an unknown body type, or an upload that is too large', async () => {
    const service = await createJobTestService(codecs, { vars: { MAX_SOURCE_BYTES: '100' } });
    const text = await service.ask('/v1/jobs', { method: 'POST', body: 'x' });
    expect(text.headers.get('x-error')).toBe('bad_body');
    const image = await postForm(service, { plan: 'w=8', image: new Uint8Array(101) });
    expect(image.headers.get('x-error')).toBe('too_many_bytes');
  });

  it('does not make a transform accept a part named plan', async () => {
    const service = await createJobTestService(codecs);
    const body = form({ plan: 'w=8', image: service.content });
    const response = await service.ask('/t/w=8', { method: 'POST', body });
    expect(response.headers.get('x-error')).toBe('bad_body');
  });

  it.each([
    ['backend_unavailable', 503],
    ['model_missing', 503],
  ] as const)('by the engine is %s', async (code, status) => {
    const service = await createJobTestService(codecs);
    service.engine.failing.submit = new AppError(code, 'not now', { retryAfter: 9 });
    for (const response of [
      await post(service, { plan, source }),
      await service.ask(`/t/${plan}/${source}`),
    ]) {
      const { headers } = response;
      expect([response.status, headers.get('x-error'), headers.get('retry-after')]).toEqual([
        status,
        code,
        '9',
      ]);
    }
  });

  it('is every submit if no backend is configured, and nothing is fetched or read for it', async () => {
    const service = createInMemoryService({ codecs });
    for (const response of [
      await service.ask('/v1/jobs', asJson({ plan, source })),
      await service.ask(`/t/${plan}/${source}`),
      await service.ask(`/t/${plan}`, { method: 'POST', body: 'x' }),
    ]) {
      expect([response.status, response.headers.get('x-error')]).toEqual([
        503,
        'backend_unavailable',
      ]);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(service.fetched).toEqual([]);
    const missing = await service.ask(`/v1/jobs/${'a'.repeat(52)}`);
    expect(missing.headers.get('x-error')).toBe('job_missing');
  });
});
