// Checks JPEG decoding at a half, a quarter and an eighth against the mean of the full picture.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Codec } from '../../../src/codecs/codec.ts';
import { probe } from '../../../src/codecs/probe/probe.ts';
import { createImage, type Image } from '../../../src/image.ts';
import { makeImage } from '../../helpers/files/make-image-files.ts';
import { type JpegOptions, writeJpeg } from '../../helpers/files/write-jpeg.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';

const kinds = ['baseline', 'separate scans', 'progressive'] as const;
const half = [1, 1] as const;
const samplings: Record<string, NonNullable<JpegOptions['sampling']>> = {
  '4:4:4': [half, half, half],
  '4:2:2': [[2, 1], half, half],
  '4:4:0': [[1, 2], half, half],
  '4:2:0': [[2, 2], half, half],
  '4:1:1': [[4, 1], half, half],
  'one third': [[3, 1], half, half],
  'coarse lightness': [half, [2, 2], [2, 2]],
  grey: [half],
  'grey with factors': [[2, 2]],
};
/** Broad colours, a soft-edged disc and fine grain, like a photo. */
const photo = makeImage(207, 155, (x, y) => {
  const disc = 70 / (1 + Math.exp((Math.hypot(x - 150, y - 110) - 60) / 2));
  const light = 90 + 50 * Math.sin(x / 90) + disc + ((x * 7919 + y * 104729) % 97) / 10;
  return [light + 30 * Math.cos(y / 80), light, light - 25 * Math.sin((x + y) / 110), 255];
});
let jpeg: Codec;

beforeAll(async () => {
  jpeg = (await loadCodecs()).jpeg;
});

/** Means of squares of `factor` pixels, which are partial at the ends. */
function shrunk(image: Image, factor: number): Image {
  const result = createImage({
    width: Math.ceil(image.width / factor),
    height: Math.ceil(image.height / factor),
  });
  result.data.forEach((_, i) => {
    const left = ((i >> 2) % result.width) * factor;
    const top = Math.floor((i >> 2) / result.width) * factor;
    let sum = 0;
    let count = 0;
    for (let y = top; y < Math.min(top + factor, image.height); y++) {
      for (let x = left; x < Math.min(left + factor, image.width); x++, count++) {
        sum += image.data[4 * (y * image.width + x) + (i & 3)] as number;
      }
    }
    result.data[i] = sum / count;
  });
  return result;
}

function psnr(a: Image, b: Image): number {
  expect([a.width, a.height]).toEqual([b.width, b.height]);
  const squares = a.data.reduce((sum, v, i) => sum + (v - (b.data[i] as number)) ** 2, 0);
  return 10 * Math.log10((255 ** 2 * 0.75 * a.data.length) / squares);
}

describe('JPEG decoding at a fraction of the size', () => {
  it.each(Object.keys(samplings).flatMap((name) => kinds.map((kind) => [name, kind] as const)))(
    'gives the mean of the pixels: %s, %s',
    async (name, kind) => {
      const file = writeJpeg(photo, { kind, sampling: samplings[name]! });
      const full = await jpeg.decode(file);
      // Interpolated lightness is softer than its mean; such files are very rare.
      const least = name === 'coarse lightness' ? 36 : 38;
      for (const shrink of [2, 4, 8]) {
        const image = await jpeg.decode(file, { shrink });
        expect(psnr(image, shrunk(full, shrink))).toBeGreaterThan(least);
        expect(image.data.every((value, i) => (i & 3) !== 3 || value === 255)).toBe(true);
      }
    },
  );

  it.each(kinds)('keeps coarse colours as sharp as they are: %s', async (kind) => {
    const patches = makeImage(240, 160, (x, y) => {
      const on = (Math.floor(x / 40) + Math.floor(y / 24)) % 2;
      return [on ? 220 : 120, on ? 60 : 130, 90 + x / 4, 255];
    });
    const file = writeJpeg(patches, { kind });
    const mean = shrunk(await jpeg.decode(file), 8);
    expect(psnr(await jpeg.decode(file, { shrink: 8 }), mean)).toBeGreaterThan(36);
  });

  it.each(kinds)('gives the same with and without restart markers: %s', async (kind) => {
    for (const shrink of [1, 2, 8]) {
      const plain = await jpeg.decode(writeJpeg(photo, { kind }), { shrink });
      for (const restart of [1, 9]) {
        const image = await jpeg.decode(writeJpeg(photo, { kind, restart }), { shrink });
        expect(psnr(image, plain)).toBe(Infinity);
      }
    }
  });

  it.each(kinds)('reads colours stored as red, green and blue: %s', async (kind) => {
    const file = writeJpeg(photo, { kind, rgb: true, sampling: [half, half, half] });
    const full = await jpeg.decode(file);
    expect(psnr(full, photo)).toBeGreaterThan(35);
    expect(psnr(await jpeg.decode(file, { shrink: 8 }), shrunk(full, 8))).toBeGreaterThan(45);
  });

  it('gives an eighth of a file in several scans as of one in a single scan', async () => {
    for (const sampling of [samplings.grey!, samplings['4:4:4']!]) {
      const [one, ...several] = await Promise.all(
        kinds.map((kind) => jpeg.decode(writeJpeg(photo, { kind, sampling }), { shrink: 8 })),
      );
      for (const image of several) {
        const most = image.data.reduce((m, v, i) => Math.max(m, Math.abs(v - one!.data[i]!)), 0);
        expect(most).toBeLessThanOrEqual(1);
      }
    }
  });

  it.each([
    [8, 8],
    [9, 7],
    [16, 17],
    [31, 33],
    [1, 40],
    [200, 3],
  ])('rounds the size up: %i×%i', async (width, height) => {
    const picture = makeImage(width, height, (x, y) => [200 - x, 90 + y, 60, 255]);
    for (const kind of kinds) {
      const file = writeJpeg(picture, { kind });
      const full = await jpeg.decode(file);
      for (const shrink of [2, 4, 8]) {
        const image = await jpeg.decode(file, { shrink });
        expect(psnr(image, shrunk(full, shrink))).toBeGreaterThan(26);
      }
    }
  });

  it('offers the factors of the decoder, and none for tiny pictures', async () => {
    const header = probe(writeJpeg(photo));
    const offered = [1, 1.9, 2, 3.9, 4, 7.9, 8, 100].map((most) => jpeg.shrink(header, most));
    expect(offered).toEqual([1, 1, 2, 2, 4, 4, 8, 8]);
    expect(jpeg.shrink({ ...header, width: 7, height: 7 }, 8)).toBe(1);
    await expect(jpeg.decode(writeJpeg(photo), { shrink: 3 })).rejects.toThrow(RangeError);
  });

  it.each(kinds)(
    'tells when decoding is done, so that other requests can run: %s',
    async (kind) => {
      const reported: number[] = [];
      await jpeg.decode(writeJpeg(photo, { kind }), {
        shrink: 8,
        pace: async (share) => {
          reported.push(share);
        },
      });
      expect(reported).toEqual([1]);
    },
  );

  it('holds less memory than the picture at full size', () => {
    for (const kind of kinds) {
      const bytes = writeJpeg(photo, { kind });
      const header = { ...probe(bytes), width: 6000, height: 4000 };
      const costs = [1, 2, 4, 8].map((shrink) =>
        jpeg.decodeCost({ header, byteLength: 3e6, shrink }),
      );
      const sizes = costs.map((cost) => cost.bytes + (cost.heap ?? 0));
      expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
      expect(sizes[0]).toBeGreaterThan(8 * 24e6);
      expect(sizes[3]).toBeLessThan(12e6);
      expect((sizes[2] as number) > 2 * 1.5 * 24e6).toBe(kind !== 'baseline');
    }
  });
});
