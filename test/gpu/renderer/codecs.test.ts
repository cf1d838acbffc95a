import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Codec } from '../../../src/codecs/codec.ts';
import { loadCodecs, withLarge } from '../../../src/gpu/renderer/codecs.ts';

const codecs = await loadCodecs();

/** A smooth picture, so that decoders may differ in how they interpolate colours. */
const pixels = Buffer.from(
  Uint8Array.from({ length: 4 * 96 * 64 }, (_, i) => {
    const [x, y, c] = [Math.floor(i / 4) % 96, Math.floor(i / 384), i % 4];
    return c === 3 ? 255 : 128 + 100 * Math.sin((x + c * y) / 20);
  }),
);
const raw = sharp(pixels, { raw: { width: 96, height: 64, channels: 4 } });
const files = {
  jpeg: () => raw.clone().jpeg({ quality: 95 }),
  png: () => raw.clone().png(),
  webp: () => raw.clone().webp({ quality: 95 }),
};

describe('large sources', () => {
  it.each(['jpeg', 'png', 'webp'] as const)(
    'in %s decode through libvips to what the codec gives',
    async (format) => {
      const own = codecs[format] as Codec;
      const file = new Uint8Array(await files[format]().toBuffer());
      const [small, large] = [await own.decode(file), await withLarge(own, 1).decode(file)];
      expect([large.width, large.height]).toEqual([96, 64]);
      const off = large.data.map((value, i) => Math.abs(value - (small.data[i] as number)));
      expect(off.reduce((a, b) => Math.max(a, b))).toBeLessThanOrEqual(format === 'png' ? 0 : 4);
    },
  );

  it('keep the coded values that their profile refers to', async () => {
    const file = new Uint8Array(await files.png().withIccProfile('p3').toBuffer());
    const own = codecs.png as Codec;
    const [small, large] = [await own.decode(file), await withLarge(own, 1).decode(file)];
    expect(large.data).toEqual(small.data);
  });

  it.each(['jpeg', 'png', 'webp'] as const)('in %s are refused when cut off', async (format) => {
    const file = new Uint8Array(await files[format]().toBuffer());
    const cut = file.subarray(0, Math.floor(0.7 * file.length));
    await expect(withLarge(codecs[format] as Codec, 1).decode(cut)).rejects.toMatchObject({
      code: 'undecodable',
    });
  });

  it('are decoded by the codec if it shrinks them', async () => {
    const file = new Uint8Array(await files.jpeg().toBuffer());
    const image = await withLarge(codecs.jpeg as Codec, 1).decode(file, { shrink: 2 });
    expect([image.width, image.height]).toEqual([48, 32]);
  });
});
