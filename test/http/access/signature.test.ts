import { beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../../src/client/client.ts';
import { signUrl } from '../../../src/client/sign-url.ts';
import { digestOf } from '../../../src/crypto.ts';
import { parseSigningKeys, requestText, type SigningKey, signText } from '../../../src/signing.ts';
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
const KEYS = '0102:0304,aabbcc:ddeeff';
const [first, second] = parseSigningKeys(KEYS) as [SigningKey, SigningKey];
const [stranger] = parseSigningKeys('0103:0304') as [SigningKey];
const ORIGIN = 'https://tessera.example';
const source = `${PICTURES}content.png`;
const plain = `/t/w=8/f=png/${source}`;

async function signed(path: string, key = first, expires?: number): Promise<string> {
  const url = await signUrl(new URL(path, ORIGIN), { key, expires });
  return url.href.slice(ORIGIN.length);
}

const start = (vars: Record<string, string> = { SIGNING_KEYS: KEYS }) =>
  createJobTestService(codecs, { vars });
const refusal = async (answer: Response): Promise<unknown> => ({
  status: answer.status,
  ...((await answer.json()) as { code: string }),
});
const BAD = { status: 403, code: 'bad_signature' };
const expiredAt = (service: JobTestService): number => service.clock.now / 1000;

const right = await signed(plain);
const foreign = await signed(plain, stranger);
const [, mac] = /\/s:([^/]+)\//.exec(right) as unknown as [string, string];
const swapped = (by: string): string => right.replace(mac, by);

describe('a transform URL, once keys are set', () => {
  it('is accepted with a signature by any key', async () => {
    const service = await start();
    for (const key of [first, second]) {
      const response = await service.ask(await signed(plain, key));
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('image/png');
    }
  });

  it.each([
    ['none', plain],
    ['an empty one', swapped('')],
    ['unsafe', swapped('unsafe')],
    ['unsafe without mark', plain.replace('/t/', '/t/unsafe/')],
    ['a wrong one', swapped(`${mac[0] === 'A' ? 'B' : 'A'}${mac.slice(1)}`)],
    ["a stranger's", foreign],
    ['that of other options', right.replace('w=8', 'w=9')],
    ['that of another source', right.replace('content', 'other')],
    ['that of the same with a query', `${right}?a=1`],
    ['its beginning', swapped(mac.slice(0, -1))],
    ['padding behind it', swapped(`${mac}=`)],
    ['10 kB', swapped('A'.repeat(10_000))],
    ['another script', swapped('é'.repeat(43))],
    ['two of it', right.replace('/w=8', `/s:${mac}/w=8`)],
    ['it in a later place', plain.replace('/f=png', `/s:${mac}/f=png`)],
    ['it in the query', `${plain}?s:${mac}`],
    ['an escaped mark', right.replace('s:', 's%3A')],
    ['it before what cannot be read', right.replace('w=8', 'w=%zz')],
    ['it before nothing', `/t/s:${mac}`],
    ['it before an empty path', '/t/'],
  ])('is refused with %s, before anything is fetched', async (_, path) => {
    const service = await start();
    expect(await refusal(await service.ask(path))).toMatchObject(BAD);
    expect(service.fetched).toEqual([]);
    const head = await service.ask(path, { method: 'HEAD' });
    expect([head.status, head.headers.get('x-error')]).toEqual([403, 'bad_signature']);
  });

  it('is refused before it is parsed, and refused as wrong once its signature is right', async () => {
    const service = await start();
    expect(await refusal(await service.ask('/t/nonsense/a:b'))).toMatchObject(BAD);
    const answer = await service.ask(await signed('/t/nonsense/asset:b'));
    expect(await refusal(answer)).toMatchObject({ status: 400, code: 'unknown_effect' });
    const long = await service.ask(`/t/s:${mac}/${'a'.repeat(17_000)}`);
    expect(await refusal(long)).toMatchObject({ status: 414 });
  });

  it.each([
    ['merged slashes', right.replaceAll('//', '/')],
    ['more slashes', right.replace('/w=8/', '///w=8//')],
    [
      'an unreserved character escaped',
      right.replace('content', '%63ontent').replace('/w=', '/%77='),
    ],
    ['dot segments', right.replace('/w=8/', '/x/../w=8/./')],
    ['escaped dot segments', right.replace('/w=8/', '/x/%2e%2E/w=8/')],
    ['a fragment', `${right}#top`],
    ['a lone question mark', `${right}?`],
    ['backslashes', right.replace('/w=8/', '\\w=8\\')],
  ])('keeps its meaning and its key with %s', async (_, path) => {
    const service = await start();
    const straight = await service.ask(right);
    const crooked = await service.ask(path);
    expect(crooked.status).toBe(200);
    expect(await crooked.arrayBuffer()).toEqual(await straight.arrayBuffer());
    expect(crooked.headers.get('etag')).toBe(straight.headers.get('etag'));
    expect(crooked.headers.get('cache-status')).toMatch(/hit/);
    expect(service.keys()).toHaveLength(1);
  });

  it('has the same signature for either case of hexadecimal digits', async () => {
    const service = await start();
    const path = await signed(`/t/w=8/f=png/${encodeURIComponent(source)}`);
    for (const spelled of [path, path.replaceAll('%2F', '%2f').replaceAll('%3A', '%3a')])
      expect((await service.ask(spelled)).status).toBe(200);
    expect(service.keys()).toHaveLength(1);
  });

  it('shares its stored answer with other signatures of the same URL', async () => {
    const service = await start();
    for (const key of [first, second]) await service.ask(await signed(plain, key));
    await service.ask(await signed(plain, first, expiredAt(service) + 60));
    expect(service.keys()).toHaveLength(1);
    expect(service.fetched).toHaveLength(1);
  });

  it('accepts uploads with the signature in the path, and reads no body without one', async () => {
    const service = await start();
    const post = (path: string, body: BodyInit = service.content as Uint8Array<ArrayBuffer>) =>
      service.ask(path, { method: 'POST', headers: { 'Content-Type': 'image/png' }, body });
    expect((await post(await signed('/t/w=8/f=png'))).status).toBe(200);
    expect(await refusal(await post('/t/w=8/f=png'))).toMatchObject(BAD);
    const other = (await signed('/t/w=8/f=png')).replace('w=8', 'w=9');
    expect(await refusal(await post(other))).toMatchObject(BAD);
  });

  it('never starts a job unsigned', async () => {
    const service = await start();
    const path = `/t/w=16/style,engine=vgg19,style=${asOption(`${PICTURES}style.png`)}/${source}`;
    expect(await refusal(await service.ask(path))).toMatchObject(BAD);
    expect(service.engine.requests).toHaveLength(0);
    expect((await service.ask(await signed(path))).status).toBe(202);
    expect(service.engine.requests).toHaveLength(1);
  });
});

describe('without keys', () => {
  it.each([
    ['a right one', right],
    ['a broken one', plain.replace('/t/', '/t/s:broken/')],
    ['an empty one', plain.replace('/t/', '/t/s:/')],
  ])('a signature is not checked: %s', async (_, path) => {
    const service = await start({});
    expect((await service.ask(path)).status).toBe(200);
    expect((await service.ask(plain)).headers.get('cache-status')).toMatch(/hit/);
  });

  it('a second one is a segment like any other', async () => {
    const service = await start({});
    expect((await service.ask(plain.replace('/t/', '/t/s:a/s:b/'))).status).toBe(400);
  });
});

describe('malformed keys', () => {
  it('stop the service at its start, and are not shown', async () => {
    const begun = start({ SIGNING_KEYS: '0102:secret' });
    await expect(begun).rejects.toThrow(/^SIGNING_KEYS: expected <key>:<salt>/);
    await expect(begun).rejects.not.toThrow(/secret/);
  });
});

describe('the expiry of a URL', () => {
  it('limits how long its answer is fresh, also from the cache, and forbids stale use', async () => {
    const service = await start();
    const path = await signed(plain, first, expiredAt(service) + 90);
    for (const cached of [false, true]) {
      const { headers } = await service.ask(path);
      expect(headers.get('cache-control')).toBe('public, max-age=90');
      expect(headers.get('cache-status')).toMatch(cached ? /hit/ : /miss/);
    }
    service.clock.now += 60_000;
    const etag = (await service.ask(path)).headers.get('etag') as string;
    const same = await service.ask(path, { headers: { 'If-None-Match': etag } });
    // max-age counts from when the answer was made, a minute ago; half a minute is left.
    const said = [same.status, same.headers.get('cache-control'), same.headers.get('age')];
    expect(said).toEqual([304, 'public, max-age=90', '60']);
    const endless = await service.ask(await signed(plain));
    expect(endless.headers.get('cache-control')).toMatch(/max-age=86400, stale/);
  });

  it('does not change a freshness that ends earlier', async () => {
    const service = await start({ SIGNING_KEYS: KEYS, CACHE_MAX_AGE: '10' });
    const { headers } = await service.ask(await signed(plain, first, expiredAt(service) + 90));
    expect(headers.get('cache-control')).toBe('public, max-age=10');
  });

  it('makes the URL refused from then on, even if the answer is stored', async () => {
    const service = await start();
    const path = await signed(plain, first, expiredAt(service) + 1);
    expect((await service.ask(path)).status).toBe(200);
    service.clock.now += 1000;
    expect(await refusal(await service.ask(path))).toMatchObject({
      status: 403,
      code: 'expired',
      param: 'exp',
    });
    expect((await service.ask(await signed(plain))).headers.get('cache-status')).toMatch(/hit/);
  });

  it('cannot be moved', async () => {
    const service = await start();
    const path = await signed(plain, first, expiredAt(service) - 1);
    const later = path.replace(/exp=\d+/, `exp=${expiredAt(service) + 100}`);
    expect(await refusal(await service.ask(later))).toMatchObject(BAD);
  });

  it('may be given once, in seconds', async () => {
    const service = await start();
    const at = expiredAt(service) + 100;
    for (const wrong of [`exp=${at}/exp=${at}`, `exp=${1000 * at}`, 'exp=-1', 'exp=1e9', 'exp=']) {
      const answer = await service.ask(await signed(plain.replace('/t/', `/t/${wrong}/`)));
      expect(await refusal(answer)).toMatchObject({
        status: 400,
        code: 'bad_option',
        param: 'exp',
      });
    }
  });

  it('applies to uploads and submits too', async () => {
    const service = await start();
    const path = await signed('/t/w=8', first, expiredAt(service) - 1);
    const headers = { 'Content-Type': 'image/png' };
    const body = service.content as Uint8Array<ArrayBuffer>;
    const upload = await service.ask(path, { method: 'POST', headers, body });
    expect(await refusal(upload)).toMatchObject({ status: 403, code: 'expired' });
    const plan = `exp=${expiredAt(service) - 1}/${heavy}`;
    for (const init of [await asJson({ plan, source }), await asForm({ plan, image: body })])
      expect(await refusal(await service.ask('/v1/jobs', init))).toMatchObject({ code: 'expired' });
    expect(service.engine.requests).toHaveLength(0);
  });

  it('is not part of a job, whose result is stored as usual', async () => {
    const service = await start();
    const ids = [`exp=${expiredAt(service) + 100}/${heavy}`, heavy].map(async (plan) => {
      const answer = await service.ask('/v1/jobs', await asJson({ plan, source }));
      return ((await answer.json()) as { id: string }).id;
    });
    const [id, again] = (await Promise.all(ids)) as [string, string];
    expect(again).toBe(id);
    service.engine.succeed(id, service.other);
    const { headers } = await service.ask(`/v1/jobs/${id}/result`);
    expect(headers.get('cache-control')).toMatch(/immutable/);
    const transform = `/t/${heavy}/${source}`;
    const answer = await service.ask(await signed(transform, first, expiredAt(service) + 100));
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([
      200,
      'public, max-age=100',
    ]);
  });
});

const heavy = `w=16/style,engine=vgg19,style=${asOption(`${PICTURES}style.png`)}`;

/** A signed submit; `change` alters the signature. */
async function submit(
  body: Uint8Array<ArrayBuffer>,
  type: string,
  { key = first, path = '/v1/jobs', method = 'POST', change = (s: string) => s } = {},
): Promise<RequestInit> {
  const signature = await signText(
    requestText({ method, path, digest: await digestOf(body) }),
    key,
  );
  const headers = { 'Content-Type': type, 'X-Signature': change(signature) };
  return { method: 'POST', headers, body };
}

const encode = (body: unknown) => new TextEncoder().encode(JSON.stringify(body));
const asJson = (body: unknown, how?: Parameters<typeof submit>[2]) =>
  submit(encode(body), 'application/json', how);

async function asForm(
  parts: Parameters<typeof form>[0],
  how?: Parameters<typeof submit>[2],
): Promise<RequestInit> {
  const whole = new Response(form(parts));
  const type = whole.headers.get('content-type') as string;
  return submit(new Uint8Array(await whole.arrayBuffer()), type, how);
}

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
