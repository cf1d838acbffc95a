import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../src/crypto.ts';
import { parseSigningKeys, requestText, type SigningKey, signText } from '../../../src/signing.ts';
import { paint } from '../../helpers/files/pictures.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import { asOption, PICTURES } from '../../helpers/services/in-memory-service.ts';
import { createJobTestService } from '../../helpers/services/job-service.ts';

const codecs = await loadCodecs();
const source = `${PICTURES}content.png`;
const url = `/t/w=8/f=png/${source}`;
const pathOf = (spelled: string): string => `/v1/cache?source=${encodeURIComponent(spelled)}`;
const start = (vars: Record<string, string> = { DEVELOPMENT: 'true' }) =>
  createJobTestService(codecs, { vars });
const DELETE = { method: 'DELETE' };
const fromOf = (response: Response): string => response.headers.get('cache-status') ?? '';

describe('a purge of a source', () => {
  it.each([
    ['its address', source],
    ['percent-encoded once more', encodeURIComponent(source)],
    ['in base64url', asOption(source)],
    ['with other escapes', source.replace('content', 'c%6Fntent')],
    ['with slashes lost', source.replace('//', '/')],
  ])('spelled as %s makes all its answers be made anew', async (_, spelled) => {
    const service = await start();
    const plans = [url, `/t/w=4/f=webp/${asOption(source)}`];
    const other = `/t/w=8/f=png/${PICTURES}other.png`;
    for (const path of [...plans, other]) await service.ask(path);
    service.clock.now += 1000;
    const response = await service.ask(pathOf(spelled), DELETE);
    expect([response.status, await response.json()]).toEqual([
      200,
      { purged: { source: encodeURIComponent(source) } },
    ]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    service.clock.now += 1000;
    for (const path of plans) expect(fromOf(await service.ask(path))).toBe('tessera; fwd=miss');
    for (const path of [...plans, other]) expect(fromOf(await service.ask(path))).toMatch(/hit/);
  });

  it('also covers answers that use the source as a further image', async () => {
    const service = await start();
    const path = `/t/hybrid,far=${asOption(source)}/f=png/${PICTURES}other.png`;
    await service.ask(path);
    expect(fromOf(await service.ask(path))).toMatch(/hit/);
    service.clock.now += 1000;
    await service.ask(pathOf(source), DELETE);
    service.clock.now += 1000;
    expect(fromOf(await service.ask(path))).toBe('tessera; fwd=miss');
  });

  it('makes the next request read the source of a job again: a changed picture is a new job, the same picture the same job', async () => {
    const service = await start();
    const heavy = `/t/style,engine=vgg19,style=${asOption(`${PICTURES}style.png`)}/${source}`;
    const idOf = async (): Promise<string> => {
      const response = await service.ask(heavy);
      expect(response.status).toBe(202);
      return ((await response.json()) as { id: string }).id;
    };
    const first = await idOf();
    const asked = service.fetched.length;
    expect(await idOf()).toBe(first);
    expect(service.fetched.length).toBe(asked);

    await service.ask(pathOf(source), DELETE);
    expect(await idOf()).toBe(first);
    expect(service.fetched.length).toBe(asked + 2);

    service.clock.now += 1000;
    service.pictures[source] = service.other;
    expect(await idOf()).toBe(first);
    await service.ask(pathOf(source), DELETE);
    expect(await idOf()).not.toBe(first);
  });

  it('makes the next request ask for the stored picture of a job again', async () => {
    const service = await start();
    const heavy = `/t/style,engine=vgg19,style=${asOption(`${PICTURES}style.png`)}/${source}`;
    const picture = await codecs.png.encode(
      paint({ width: 4, height: 4 }, () => [1, 2, 3]),
      { quality: 85 },
    );
    const { id } = (await (await service.ask(heavy)).json()) as { id: string };
    service.engine.succeed(id, picture);
    expect((await service.ask(heavy)).status).toBe(200);
    service.clock.now += 1000;
    service.pictures[source] = service.other;
    await service.ask(pathOf(source), DELETE);
    service.clock.now += 1000;
    expect((await service.ask(heavy)).status).toBe(202);
  });
});

describe('permission to purge', () => {
  const keys = '0102:0304';
  const [key] = parseSigningKeys(keys) as [SigningKey];
  const signature = async (path: string, method = 'DELETE'): Promise<string> =>
    signText(requestText({ method, path, digest: await digestOf('') }), key);

  it('is refused without keys outside development', async () => {
    const service = await start({});
    const response = await service.ask(pathOf(source), DELETE);
    expect([response.status, response.headers.get('x-error')]).toEqual([403, 'not_allowed']);
  });

  it('needs a signature of the request with its source, also in development', async () => {
    const service = await start({ SIGNING_KEYS: keys, DEVELOPMENT: 'true' });
    const path = pathOf(source);
    const send = async (mac: string | undefined): Promise<number> => {
      const headers: Record<string, string> = mac === undefined ? {} : { 'X-Signature': mac };
      return (await service.ask(path, { ...DELETE, headers })).status;
    };
    expect(await send(await signature(path))).toBe(200);
    for (const mac of [
      undefined,
      '',
      'A'.repeat(43),
      await signature(pathOf(`${PICTURES}other.png`)),
      await signature(path, 'POST'),
    ])
      expect([mac, await send(mac)]).toEqual([mac, 403]);
  });
});

describe('a malformed purge', () => {
  it.each([
    ['/v1/cache', 400, 'bad_option'],
    ['/v1/cache?source=', 400, 'bad_option'],
    [`${pathOf(source)}&source=asset:a.jpg`, 400, 'bad_option'],
    [`${pathOf(source)}&all=true`, 400, 'bad_option'],
    ['/v1/cache?source=ftp://pictures.example/a.png', 400, 'bad_source'],
    ['/v1/cache?source=b64:%25', 400, 'bad_source'],
    [pathOf(`https://a.example/${'a'.repeat(20_000)}`), 414, 'uri_too_long'],
  ])('%# is refused', async (path, status, code) => {
    const response = await (await start()).ask(path, DELETE);
    expect([response.status, response.headers.get('x-error')]).toEqual([status, code]);
  });

  it('with another method is 405', async () => {
    const response = await (await start()).ask(pathOf(source));
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'DELETE, OPTIONS']);
  });
});
