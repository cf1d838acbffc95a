// Pictures that clients send in the body, and bodies that are refused.
import { describe, expect, it } from 'vitest';
import { probe } from '../../src/codecs/probe/probe.ts';
import { maxDifference } from '../helpers/files/pictures.ts';
import {
  MAX_SOURCE_BYTES,
  photo,
  startForAllTests,
  type WorkerWithOrigin,
} from '../helpers/servers/worker-with-origin.ts';
import { loadCodecs } from '../helpers/services/codec-modules.ts';

const codecs = await loadCodecs();
let worker: WorkerWithOrigin['worker'];
let origin: WorkerWithOrigin['origin'];
startForAllTests((started) => {
  ({ worker, origin } = started);
});

const bytesOf = async (response: Response): Promise<Uint8Array> =>
  new Uint8Array(await response.arrayBuffer());

describe('uploads', () => {
  const png = () =>
    new Blob([origin.serves.picture as Uint8Array<ArrayBuffer>], { type: 'image/png' });

  it('takes a raw body', async () => {
    const response = await worker.fetch('/t/pixelate,block=8/f=png', {
      method: 'POST',
      body: png(),
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(probe(await bytesOf(response)).width).toBe(96);
  });

  it('takes parts, one per further image', async () => {
    const form = new FormData();
    form.set('image', png());
    form.set('far', png());
    const response = await worker.fetch('/t/hybrid,headroom=false,gap=0,color=both/f=png', {
      method: 'POST',
      body: form,
    });
    expect(response.status).toBe(200);
    expect(
      maxDifference(await codecs.png.decode(await bytesOf(response)), photo),
    ).toBeLessThanOrEqual(1);
  });

  it.each<[string, string, () => BodyInit, Record<string, string>, number, string]>([
    ['text', '/t/w=3', () => 'hello', { 'Content-Type': 'text/plain' }, 415, 'not_an_image'],
    ['nothing', '/t/w=3', () => '', { 'Content-Type': 'image/png' }, 400, 'bad_body'],
    [
      'a body over the limit',
      '/t/w=3',
      () => new Uint8Array(MAX_SOURCE_BYTES + 1),
      { 'Content-Type': 'image/png' },
      413,
      'too_many_bytes',
    ],
    [
      'broken multipart',
      '/t/w=3',
      () => 'xx',
      { 'Content-Type': 'multipart/form-data; boundary=b' },
      400,
      'bad_body',
    ],
    [
      'multipart without boundary',
      '/t/w=3',
      () => 'xx',
      { 'Content-Type': 'multipart/form-data' },
      400,
      'bad_body',
    ],
    ['garbage', '/t/w=3', () => 'GARBAGE', { 'Content-Type': 'image/png' }, 415, 'not_an_image'],
    [
      'a source in the path',
      '/t/w=3/asset:chess.jpg',
      () => 'x',
      { 'Content-Type': 'image/png' },
      400,
      'bad_url',
    ],
    [
      'a hybrid without its far picture',
      '/t/hybrid',
      () => origin.serves.picture as BodyInit,
      { 'Content-Type': 'image/png' },
      400,
      'bad_option',
    ],
  ])('refuses %s', async (_, path, body, headers, status, code) => {
    const response = await worker.fetch(path, { method: 'POST', body: body(), headers });
    expect([response.status, response.headers.get('x-error')]).toEqual([status, code]);
  });

  it('refuses wrong, repeated and too many parts', async () => {
    const send = async (names: string[]): Promise<string | null> => {
      const form = new FormData();
      for (const name of names) form.append(name, png());
      return (await worker.fetch('/t/w=3', { method: 'POST', body: form })).headers.get('x-error');
    };
    expect(await send(['picture'])).toBe('bad_body');
    expect(await send(['image', 'image'])).toBe('bad_body');
    expect(await send(['image', 'far'])).toBe('bad_body');
    expect(await send(Array.from({ length: 9 }, (__, i) => `p${i}`))).toBe('bad_body');
  });

  it.each([
    ['GET', '/t/hybrid,far=upload:far/asset:chess.jpg'],
    ['POST', '/t/hybrid,far=upload:far'],
    ['POST', '/t/hybrid,far=upload:image'],
  ])('refuses %s of a further image that only an upload may name: %s', async (method, path) => {
    const body =
      method === 'POST'
        ? { body: origin.serves.picture as BodyInit, headers: { 'Content-Type': 'image/png' } }
        : {};
    const response = await worker.fetch(path, { method, ...body });
    expect([response.status, response.headers.get('x-error')]).toEqual([400, 'bad_source']);
  });

  it('refuses parts hidden behind another parameter of the content type', async () => {
    const part = '--x\r\nContent-Disposition: form-data; name="p"; filename="p"\r\n\r\n.\r\n';
    const response = await worker.fetch('/t/w=3', {
      method: 'POST',
      body: `${part.repeat(1000)}--x--\r\n`,
      headers: { 'Content-Type': 'multipart/form-data; xboundary=zz; boundary=x' },
    });
    const problem = (await response.json()) as { detail: string };
    expect([response.status, problem.detail]).toEqual([400, 'expected at most 8 parts']);
  });

  it('refuses a boundary that the body nearly is, in linear time', async () => {
    const began = performance.now();
    const response = await worker.fetch('/t/w=3', {
      method: 'POST',
      body: '-'.repeat(280_000),
      headers: { 'Content-Type': `multipart/form-data; boundary=${'-'.repeat(69)}y` },
    });
    expect([response.status, response.headers.get('x-error')]).toEqual([400, 'bad_body']);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
