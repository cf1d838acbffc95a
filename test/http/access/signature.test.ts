import { describe, expect, it } from 'vitest';
import { asOption, PICTURES } from '../../helpers/services/in-memory-service.ts';
import {
  BAD,
  expiredAt,
  first,
  plain,
  refusal,
  second,
  signed,
  source,
  start,
  stranger,
} from './signed-urls.ts';

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
