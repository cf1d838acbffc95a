import { beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../../src/client/client.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import { createInMemoryService, PICTURES } from '../../helpers/services/in-memory-service.ts';
import type { JobTestService } from '../../helpers/services/job-service.ts';
import {
  asForm,
  asJson,
  BAD,
  encode,
  first,
  heavy,
  KEYS,
  ORIGIN,
  refusal,
  second,
  source,
  start,
  stranger,
  type submit,
} from './signed-urls.ts';

const codecs = await loadCodecs();

describe('a submit, once keys are set', () => {
  let service: JobTestService;
  beforeAll(async () => {
    service = await start();
  });
  const ask = (init: RequestInit) => service.ask('/v1/jobs', init);

  it('is accepted with a signature of its body by any key, as JSON and with pictures', async () => {
    for (const key of [first, second]) {
      expect((await ask(await asJson({ plan: heavy, source }, { key }))).status).toBe(202);
      const parts = {
        plan: 'w=16/style,engine=vgg19',
        image: service.content,
        style: service.style,
      };
      expect((await ask(await asForm(parts, { key }))).status).toBe(202);
    }
  });

  it('may be repeated: the same work is the same job', async () => {
    const init = await asJson({ plan: heavy, source });
    const ids = await Promise.all(
      [1, 2].map(async () => ((await (await ask(init)).json()) as { id: string }).id),
    );
    expect(ids[0]).toBe(ids[1]);
  });

  it.each<[string, Parameters<typeof submit>[2]]>([
    ['nothing', { change: () => '' }],
    ['unsafe', { change: () => 'unsafe' }],
    ['a beginning', { change: (right) => right.slice(0, -1) }],
    ['padding', { change: (right) => `${right}=` }],
    ['10 kB', { change: (right) => right.repeat(230) }],
    ["a stranger's", { key: stranger }],
    ['that of another method', { method: 'PUT' }],
    ['that of another path', { path: '/v1/cache' }],
    ['that of the path with a query', { path: '/v1/jobs?a=1' }],
  ])('is refused with %s for a signature', async (_, how) => {
    const before = service.fetched.length;
    expect(await refusal(await ask(await asJson({ plan: heavy, source }, how)))).toMatchObject(BAD);
    const parts = { plan: 'nonsense', image: service.content };
    expect(await refusal(await ask(await asForm(parts, how)))).toMatchObject(BAD);
    expect(service.fetched).toHaveLength(before);
  });

  it('is refused with any other body, before it is parsed', async () => {
    const init = await asJson({ plan: heavy, source });
    const bodies = [encode({ plan: heavy, source: 'asset:a.png' }), encode('x'), new Uint8Array(0)];
    for (const body of [...bodies, new TextEncoder().encode('{')])
      expect(await refusal(await ask({ ...init, body }))).toMatchObject(BAD);
  });

  it('is refused without a signature even if there is no backend', async () => {
    const { ask: other } = createInMemoryService({ codecs, vars: { SIGNING_KEYS: KEYS } });
    const init = await asJson({ plan: heavy, source });
    expect(await refusal(await other('/v1/jobs', { ...init, headers: {} }))).toMatchObject(BAD);
  });

  it('creates a job that can be read with its id alone', async () => {
    const { id } = (await (await ask(await asJson({ plan: heavy, source }))).json()) as {
      id: string;
    };
    expect((await service.ask(`/v1/jobs/${id}`)).status).toBe(200);
    const events = await service.ask(`/v1/jobs/${id}/events`);
    expect(events.status).toBe(200);
    await events.body?.cancel();
    expect((await service.ask(`/v1/jobs/${id}/result`)).status).toBe(409);
  });
});

describe('the client', () => {
  it('signs URLs, uploads and submits so that the service accepts them', async () => {
    const service = await start();
    const fetch = (url: string, init?: RequestInit) => service.ask(url.slice(ORIGIN.length), init);
    const client = createClient({ origin: ORIGIN, keys: KEYS, fetch });
    const expires = new Date(service.clock.now + 5000);
    const odd = `${PICTURES}content.png?a=//b&c[]=%41`;
    service.pictures[new URL(odd).href] = service.content;
    for (const from of [source, odd]) {
      const builder = client.from(from).options({ w: 8, f: 'png' });
      expect((await fetch(await builder.signedUrl({ expires }))).status).toBe(200);
      expect((await fetch(await builder.signedUrl())).status).toBe(200);
    }
    const work = client
      .from(source)
      .options({ w: 16 })
      .style({ style: `${PICTURES}style.png`, engine: 'vgg19' });
    const { id, token } = await client.jobs.submit(work);
    expect((await client.jobs.state(id)).state).toBe('queued');
    const pictures = {
      image: new Blob([service.content as Uint8Array<ArrayBuffer>]),
      style: new Blob([service.style as Uint8Array<ArrayBuffer>]),
    };
    const upload = client.upload().options({ w: 16 }).style({ engine: 'vgg19' });
    expect((await client.jobs.submit(upload, { pictures })).id).toBe(id);
    expect((await client.jobs.cancel(id, token)).state).toBe('canceled');
    await expect(client.jobs.result(id)).rejects.toMatchObject({ code: 'not_ready' });
  });
});
