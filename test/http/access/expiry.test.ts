import { describe, expect, it } from 'vitest';
import {
  asForm,
  asJson,
  BAD,
  expiredAt,
  first,
  heavy,
  KEYS,
  plain,
  refusal,
  signed,
  source,
  start,
} from './signed-urls.ts';

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
