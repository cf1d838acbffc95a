// Checks the WebP codec: pixels, transparency, and that damaged files give no picture.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Codec } from '../../../src/codecs/codec.ts';
import { probe } from '../../../src/codecs/probe/probe.ts';
import {
  bytesOf,
  makeExif,
  makeImage,
  makeWebp,
  uint,
  vp8x,
  webpChunk,
} from '../../helpers/files/make-image-files.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';

const undecodable = expect.objectContaining({ code: 'undecodable' });
const opaque = makeImage(96, 64, (x, y) => [40 + 2 * x, 230 - 3 * y, 60 + x + y, 255]);
const clear = makeImage(96, 64, (x, y) => [40 + 2 * x, 230 - 3 * y, 60 + x + y, (2 * x + y) & 255]);
let webp: Codec;
let file: Uint8Array;

beforeAll(async () => {
  webp = (await loadCodecs()).webp;
  file = await webp.encode(opaque, { quality: 92 });
});

describe('WebP decoding', () => {
  it('gives nearly the pixels that were encoded', async () => {
    const { data, width, height } = await webp.decode(file);
    expect([width, height]).toEqual([96, 64]);
    expect(data).toBeInstanceOf(Uint8ClampedArray);
    const worst = data.reduce((m, v, i) => Math.max(m, Math.abs(v - (opaque.data[i] ?? 0))), 0);
    expect(worst).toBeLessThanOrEqual(12);
  });

  it('reads a view into a larger buffer, and ignores bytes after the end', async () => {
    const odd = bytesOf([1, 2, 3], file, [4, 5]).subarray(3);
    expect((await webp.decode(odd)).data).toEqual((await webp.decode(file)).data);
  });

  it('reads an extended file with metadata', async () => {
    const extended = makeWebp(
      webpChunk('VP8X', vp8x(0x0c, 96, 64)),
      file.subarray(12),
      webpChunk('EXIF', makeExif(6)),
      webpChunk('XMP ', bytesOf('<x/>')),
    );
    expect(probe(extended)).toMatchObject({ width: 96, height: 64, orientation: 6 });
    expect((await webp.decode(extended)).data).toEqual((await webp.decode(file)).data);
  });

  it('calls a file cut at any place undecodable, whatever its header claims', async () => {
    for (let length = 12; length < file.length; length += 7) {
      const cut = file.slice(0, length);
      await expect(webp.decode(cut)).rejects.toEqual(undecodable);
      cut.set(uint(length - 8, 4, { little: true }), 4);
      await expect(webp.decode(cut)).rejects.toEqual(undecodable);
    }
    await expect(webp.decode(file.subarray(0, -1))).rejects.toEqual(undecodable);
  });

  it('needs nothing behind its picture', async () => {
    const exif = webpChunk('EXIF', makeExif(6));
    for (const image of [opaque, clear]) {
      const still = await webp.encode(image, { quality: 92 });
      const chunks = still.subarray(image === clear ? 30 : 12);
      const flags = image === clear ? 0x18 : 0x08;
      const whole = makeWebp(webpChunk('VP8X', vp8x(flags, 96, 64)), chunks, exif);
      const expected = await webp.decode(whole);
      for (const missing of [2, exif.length - 3, exif.length]) {
        const cut = whole.subarray(0, -missing);
        expect(probe(cut)).toMatchObject({ width: 96, height: 64, orientation: 1 });
        expect((await webp.decode(cut)).data).toEqual(expected.data);
      }
      await expect(webp.decode(whole.subarray(0, -exif.length - 9))).rejects.toEqual(undecodable);
    }
  });

  it('calls a file whose canvas is not the size of its picture undecodable', async () => {
    const lying = makeWebp(webpChunk('VP8X', vp8x(0, 1, 1)), file.subarray(12));
    await expect(webp.decode(lying)).rejects.toEqual(undecodable);
  });

  it('still decodes after many failures', async () => {
    const broken = file.slice(0, file.length >> 1);
    broken.set(uint(broken.length - 8, 4, { little: true }), 4);
    for (let i = 0; i < 20; i++) await expect(webp.decode(broken)).rejects.toEqual(undecodable);
    expect((await webp.decode(file)).width).toBe(96);
  });
});

describe('WebP encoding', () => {
  it('keeps transparency exactly', async () => {
    const bytes = await webp.encode(clear, { quality: 85 });
    expect(probe(bytes).alpha).toBe(true);
    const alpha = (data: Uint8ClampedArray) => data.filter((_, i) => i % 4 === 3);
    expect(alpha((await webp.decode(bytes)).data)).toEqual(alpha(clear.data));
  });

  it('writes no alpha for an opaque picture', () => {
    expect(probe(file)).toMatchObject({ format: 'webp', alpha: false, frames: 1 });
  });

  it('keeps every pixel if asked to, whatever the quality', async () => {
    for (const image of [opaque, clear]) {
      const files = [];
      for (const quality of [10, 90]) {
        files.push(await webp.encode(image, { quality, lossless: true }));
      }
      expect(files[0]).toEqual(files[1]);
      const { data } = await webp.decode(files[0]!);
      const seen = (values: Uint8ClampedArray) =>
        values.map((v, i) => (image.data[i | 3] === 0 ? 0 : v));
      expect(seen(data)).toEqual(seen(image.data));
      expect(probe(files[0]!)).toMatchObject({ samples: image === opaque ? 3 : 4 });
    }
  });

  it('keeps every pixel of a picture of few colours if that is smaller, whatever the quality', async () => {
    const logo = makeImage(160, 90, (x, y) => {
      const isInside = (x - 80) ** 2 + (y - 45) ** 2 < 900;
      return isInside ? [220, 30, (x >> 5) * 40, 255] : [250, 250, 250, y < 5 ? 0 : 255];
    });
    for (const quality of [40, 85]) {
      const file = await webp.encode(logo, { quality });
      expect(file).toEqual(await webp.encode(logo, { quality, lossless: true }));
    }
    // Two colours of noise take more bytes without loss than at the lowest quality.
    const noise = makeImage(64, 64, (x, y) => {
      const bit = Math.imul(x + 64 * y + 1, 2654435761) >>> 31;
      return [120 + 2 * bit, 120, 120, 255];
    });
    const lossy = await webp.encode(noise, { quality: 1 });
    const exact = await webp.encode(noise, { quality: 1, lossless: true });
    expect(lossy.length).toBeLessThan(exact.length);
  });

  it('makes smaller files for lower quality', async () => {
    const low = await webp.encode(opaque, { quality: 20 });
    expect(low.length).toBeLessThan(file.length);
  });

  it.each([
    [1, 1],
    [1, 3000],
    [3000, 1],
  ])('encodes %i×%i', async (width, height) => {
    const bytes = await webp.encode(
      makeImage(width, height, () => [200, 100, 50, 255]),
      { quality: 95 },
    );
    expect(probe(bytes)).toMatchObject({ width, height });
    expect(Math.abs(((await webp.decode(bytes)).data[0] ?? 0) - 200)).toBeLessThanOrEqual(3);
  });

  it('refuses sides that the format cannot hold, naming the parameter', async () => {
    const strip = makeImage(1, 16_384, () => [0, 0, 0, 255]);
    await expect(webp.encode(strip, { quality: 85 })).rejects.toEqual(
      expect.objectContaining({ code: 'bad_option', param: 'f' }),
    );
  });
});

describe('WebP costs', () => {
  const large = { width: 1000, height: 1000 };

  it('of decoding count pixels and bytes, and more memory if a part may be lossless', () => {
    const header = { ...probe(file), ...large };
    const lossy = webp.decodeCost({ header, byteLength: 2e5, shrink: 1 });
    expect(lossy.work).toEqual({ 'decode.pixels': 1e6, 'decode.bytes': 2e5 });
    const other = webp.decodeCost({
      header: { ...header, samples: 3 },
      byteLength: 2e5,
      shrink: 1,
    });
    expect(lossy.heap as number).toBeGreaterThan(4e6);
    expect(other.heap).toBeGreaterThan(2 * (lossy.heap as number));
  });

  it('of encoding grow with size and quality', () => {
    const low = webp.encodeCost(large, { quality: 40 });
    const high = webp.encodeCost(large, { quality: 90 });
    expect(high.heap).toBeGreaterThan(low.heap as number);
    expect(high.work['encode.detail']).toBeGreaterThan(low.work['encode.detail'] as number);
    expect(webp.encodeCost({ width: 2000, height: 1000 }, { quality: 40 }).heap).toBeGreaterThan(
      1.9 * (low.heap as number),
    );
  });

  it('of encoding without loss count apart, pictures in a palette too', () => {
    const costOf = (palette: boolean) =>
      webp.encodeCost(large, { quality: 40, lossless: true, palette });
    expect(costOf(false).work).toMatchObject({ 'encode.losslessPixels': 1e6 });
    expect(costOf(true).work).toMatchObject({ 'encode.palettePixels': 1e6 });
    expect(costOf(true).heap).toBeGreaterThan(4e7);
    expect(costOf(false).work['encode.pixels']).toBeUndefined();
  });

  it('of decoding and encoding are reported to the pace', async () => {
    const told: number[] = [];
    const pace = (share: number) => {
      told.push(share);
      return undefined;
    };
    await webp.decode(await webp.encode(opaque, { quality: 85, pace }), { pace });
    expect(told).toEqual([1, 1]);
  });
});
