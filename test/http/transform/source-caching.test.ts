// What a source says about keeping its answer, and what becomes of answers made from it.
import { describe, expect, it } from 'vitest';
import { paint } from '../../helpers/files/pictures.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import {
  asOption,
  createInMemoryService,
  PICTURES,
} from '../../helpers/services/in-memory-service.ts';

const codecs = await loadCodecs();
const picture = await codecs.png.encode(
  paint({ width: 8, height: 6 }, (x, y) => [30 * x, 40 * y, 0]),
  { quality: 100 },
);
const USUAL = 'public, max-age=86400, stale-while-revalidate=86400, stale-if-error=604800';

/** A service whose sources send these headers, which a test may change. */
function setUp(headers: Record<string, string>, vars: Record<string, string> = {}) {
  const clock = { at: 1_700_000_000_000 };
  const sent = { headers };
  const service = createInMemoryService({
    codecs,
    vars,
    date: () => clock.at,
    respond: ({ url }) =>
      new Response(picture as Uint8Array<ArrayBuffer>, {
        headers: url.includes('plain') ? {} : { ETag: '"1"', ...sent.headers },
      }),
  });
  const control = async (path = `/t/w=4,f=png/${PICTURES}a.png`, init?: RequestInit) =>
    (await service.ask(path, init)).headers.get('cache-control');
  return { ...service, clock, sent, control };
}

const respecting = { RESPECT_SOURCE_CACHE: 'true' };

describe('no-store and private', () => {
  it.each([
    ['no-store', 'no-store'],
    ['private', 'private, max-age=86400'],
  ])('%s: the answer is not stored, and its Cache-Control is %s', async (header, expected) => {
    const { control, keys, fetched } = setUp({ 'Cache-Control': header });
    expect([await control(), await control()]).toEqual([expected, expected]);
    expect([keys(), fetched.length]).toEqual([[], 2]);
  });

  it('of a further image count as well', async () => {
    const { control, keys } = setUp({ 'Cache-Control': 'no-store' });
    const far = asOption(`${PICTURES}far.png`);
    expect(await control(`/t/hybrid,far=${far}/f=png/${PICTURES}plain.png`)).toBe('no-store');
    expect(keys()).toEqual([]);
  });

  it('an answer that was stored before is removed when it is renewed', async () => {
    const { ask, control, keys, clock, sent } = setUp({});
    expect(await control()).toBe(USUAL);
    expect(keys()).toHaveLength(1);
    sent.headers = { 'Cache-Control': 'no-store', ETag: '"2"' };
    clock.at += 1000 * 86_401;
    // The stale answer is sent while it is renewed.
    await ask(`/t/w=4,f=png/${PICTURES}a.png`);
    expect(keys()).toEqual([]);
    expect(await control()).toBe('no-store');
  });

  it('an expiring URL stays private', async () => {
    const { control, clock } = setUp({ 'Cache-Control': 'private' });
    const exp = Math.floor(clock.at / 1000) + 60;
    expect(await control(`/t/w=4,f=png,exp=${exp}/${PICTURES}a.png`)).toBe('private, max-age=60');
  });

  it('a known copy is confirmed without being stored', async () => {
    const { ask, keys } = setUp({ 'Cache-Control': 'private' });
    const path = `/t/w=4,f=png/${PICTURES}a.png`;
    const tag = (await ask(path)).headers.get('etag')!;
    const again = await ask(path, { headers: { 'If-None-Match': tag } });
    expect([again.status, again.headers.get('cache-control')]).toEqual([
      304,
      'private, max-age=86400',
    ]);
    expect(keys()).toEqual([]);
  });
});

describe('lifetimes', () => {
  it('of sources do not matter by default', async () => {
    expect(await setUp({ 'Cache-Control': 'max-age=60, must-revalidate' }).control()).toBe(USUAL);
  });

  it.each([
    ['max-age=60', {}, USUAL.replace('86400', '60')],
    ['max-age=600, s-maxage=60', {}, USUAL.replace('86400', '60')],
    ['max-age=600', { Age: '500' }, USUAL.replace('86400', '100')],
    ['max-age=999999', {}, USUAL],
    ['max-age=60, must-revalidate', {}, 'public, max-age=60, must-revalidate'],
    ['no-cache', {}, 'public, max-age=0, must-revalidate'],
    ['private, max-age=60', {}, 'private, max-age=60'],
    ['no-store, max-age=60', {}, 'no-store'],
  ])('with RESPECT_SOURCE_CACHE %s %j gives %s', async (header, more, expected) => {
    const { control } = setUp({ 'Cache-Control': header, ...more }, respecting);
    expect(await control()).toBe(expected);
  });

  it('the shortest of all sources counts', async () => {
    const { control } = setUp({ 'Cache-Control': 'max-age=60' }, respecting);
    const far = asOption(`${PICTURES}far.png`);
    expect(await control(`/t/hybrid,far=${far}/f=png/${PICTURES}plain.png`)).toContain(
      'max-age=60,',
    );
  });

  it('are in confirmations of a known copy too', async () => {
    const { ask, clock } = setUp({ 'Cache-Control': 'max-age=60' }, respecting);
    const path = `/t/w=4,f=png/${PICTURES}a.png`;
    const tag = (await ask(path)).headers.get('etag')!;
    const other = setUp({ 'Cache-Control': 'max-age=60' }, respecting);
    other.clock.at = clock.at;
    const again = await other.ask(path, { headers: { 'If-None-Match': tag } });
    expect([again.status, again.headers.get('cache-control')]).toEqual([
      304,
      USUAL.replace('86400', '60'),
    ]);
  });
});
