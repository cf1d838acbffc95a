// Checks that a request frees its files and pictures when it ends, whatever its end is.
import { describe, expect, it } from 'vitest';
import type { Codec, Codecs } from '../../../src/codecs/codec.ts';
import { paint } from '../../helpers/files/pictures.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import {
  asOption,
  createInMemoryService,
  PICTURES,
} from '../../helpers/services/in-memory-service.ts';

const base = await loadCodecs();
const picture = paint({ width: 120, height: 90 }, (x, y) => [x, y, (x * y) & 255]);
const seen = paint({ width: 120, height: 90 }, (x, y) => [x, y, 0, (x * y) & 255]);
const png = await base.png.encode(picture, { quality: 85 });
const transparent = await base.png.encode(seen, { quality: 85 });

/** PNG and JPEG codecs that keep what they are given and what they give, and may fail. */
function watched(fails?: 'decode' | 'encode') {
  const arrays: Uint8Array[] = [];
  const pictures: Uint8ClampedArray[] = [];
  /** Lengths of the files when a picture is encoded. */
  const files: number[] = [];
  const watch = (codec: Codec): Codec => ({
    ...codec,
    async decode(bytes, options) {
      arrays.push(bytes);
      if (fails === 'decode') throw new Error('broken');
      const image = await codec.decode(bytes, options);
      pictures.push(image.data);
      return image;
    },
    async encode(image, options) {
      files.push(...arrays.map(({ length }) => length));
      pictures.push(image.data);
      if (fails === 'encode') throw new Error('broken');
      return codec.encode(image, options);
    },
  });
  const codecs: Codecs = { ...base, png: watch(base.png), jpeg: watch(base.jpeg) };
  return {
    codecs,
    left: () => [...arrays, ...pictures].filter(({ length }) => length > 0),
    pictures,
    files,
  };
}

function setUp(fails?: 'decode' | 'encode') {
  const { codecs, ...watching } = watched(fails);
  const service = createInMemoryService({
    codecs,
    pictures: { [`${PICTURES}a`]: png.slice(), [`${PICTURES}b`]: transparent.slice() },
  });
  return { service, ...watching };
}

const source = asOption(`${PICTURES}b`);

describe('the memory of a request', () => {
  it.each([
    ['f=png', 1],
    ['flip=h/f=png', 1],
    ['flip=h/w=50/blur=2/sepia/f=png', 1],
    [`hybrid,far=${source}/f=png`, 2],
    ['flip=v/f=json', 1],
    ['w=20/f=blurhash', 1],
  ])('is free after %s', async (plan, decoded) => {
    const { service, left, pictures } = setUp();
    const response = await service.ask(`/t/${plan}/${PICTURES}a`);
    expect(response.status).toBe(200);
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(5);
    expect(pictures.length).toBeGreaterThanOrEqual(decoded);
    expect(left()).toEqual([]);
    expect(service.heldBytes()).toBe(0);
  });

  it('is free after a transparent picture was put on white', async () => {
    const { service, left, pictures } = setUp();
    expect((await service.ask(`/t/f=jpeg/${PICTURES}b`)).status).toBe(200);
    expect(pictures).toHaveLength(2);
    expect(left()).toEqual([]);
  });

  it('is free after an upload, and after one with a part for each picture', async () => {
    const { service, left, pictures } = setUp();
    const body = png as Uint8Array<ArrayBuffer>;
    expect((await service.ask('/t/flip=h/f=png', { method: 'POST', body })).status).toBe(200);
    const form = new FormData();
    form.set('image', new Blob([body]), 'a.png');
    form.set('far', new Blob([body]), 'b.png');
    const sent = { method: 'POST', body: form };
    expect((await service.ask('/t/hybrid/f=png', sent)).status).toBe(200);
    expect(pictures.length).toBeGreaterThanOrEqual(5);
    expect(left()).toEqual([]);
  });

  it('no longer has files when the pictures are decoded', async () => {
    const { service, files } = setUp();
    expect((await service.ask(`/t/hybrid,far=${source}/f=png/${PICTURES}a`)).status).toBe(200);
    const body = png as Uint8Array<ArrayBuffer>;
    expect((await service.ask('/t/flip=h/f=png', { method: 'POST', body })).status).toBe(200);
    expect(files).toEqual([0, 0, 0, 0, 0]);
  });

  it.each(['decode', 'encode'] as const)('is free if the codec fails to %s', async (fails) => {
    const { service, left } = setUp(fails);
    expect((await service.ask(`/t/flip=h/f=png/${PICTURES}a`)).status).toBe(500);
    expect(left()).toEqual([]);
    expect(service.heldBytes()).toBe(0);
  });

  it('gives the same answer again from the same files', async () => {
    const { service } = setUp();
    const ask = async (w: number) =>
      Buffer.from(await (await service.ask(`/t/w=${w},f=png/${PICTURES}a`)).arrayBuffer());
    await ask(40);
    const other = setUp();
    const again = Buffer.from(
      await (await other.service.ask(`/t/w=41,f=png/${PICTURES}a`)).arrayBuffer(),
    );
    expect(await ask(41)).toEqual(again);
  });
});
