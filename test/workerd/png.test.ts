// Checks the PNG encoder on workerd's own compression streams.
import module from '@jsquash/png/codec/pkg/squoosh_png_bg.wasm?module';
import { describe, expect, it } from 'vitest';
import { createPngCodec } from '../../src/codecs/png.ts';
import type { Image } from '../../src/image.ts';

const png = createPngCodec({ module });

function picture(
  width: number,
  height: number,
  pixel: (x: number, y: number) => readonly number[],
): Image {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(pixel(x, y), 4 * (y * width + x));
  }
  return { width, height, data };
}

const scrambled = (n: number): number => Math.imul(n + 1, 0x9e3779b1) >>> 8;
const blocks = (x: number, y: number): number[] => {
  const n = scrambled((x >> 4) * 73 + (y >> 4) * 151);
  return [n & 255, (n >> 8) & 255, (n >> 16) & 255, 255];
};

describe('PNG encoding with the compression of workerd', () => {
  it.each([
    ['blocks', 480, 320, blocks, 6500],
    ['a gradient', 256, 256, (x: number, y: number) => [x, y, (x + y) >> 1, 255], 2500],
    ['sixteen colours', 300, 200, (x: number, y: number) => [x & 3, 9 * (y & 3), 0, 255], 800],
    ['translucency', 200, 200, (x: number, y: number) => [x, y, x ^ y, 1 + ((x + y) >> 1)], 6000],
    ['one pixel', 1, 1, () => [1, 2, 3, 4], 90],
  ] as const)('gives back %s (%i×%i) from a small file', async (_, width, height, pixel, bytes) => {
    const image = picture(width, height, pixel);
    const file = await png.encode(image, { quality: 85 });
    expect(file.length).toBeLessThan(bytes);
    const back = await png.decode(file);
    expect([back.width, back.height]).toEqual([width, height]);
    expect(back.data.every((value, i) => value === image.data[i])).toBe(true);
  });

  it('keeps pictures that are encoded at the same time apart', async () => {
    const images = [1, 2, 3, 4, 5].map((seed) =>
      picture(200, 150, (x, y) => [(x * seed) & 255, (y * seed) & 255, (x ^ y) & 255, 255]),
    );
    const files = await Promise.all(images.map((image) => png.encode(image, { quality: 85 })));
    for (const [i, file] of files.entries()) {
      expect((await png.decode(file)).data).toEqual(images[i]?.data);
    }
  });
});
