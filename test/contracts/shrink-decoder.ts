// The contract of decoders outside of the service: the one of tests, and the Images binding's.
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { type ShrinkDecoder, shrunkBytes } from '../../src/codecs/outside/outside.ts';
import { probe } from '../../src/codecs/probe/probe.ts';
import type { Size } from '../../src/image.ts';
import { writeGif } from '../helpers/files/write-gif.ts';

const picture = (
  size: Size,
  background: string | { r: number; g: number; b: number; alpha: number },
) => sharp({ create: { ...size, channels: 4, background } });

export function describeShrinkDecoder(open: () => ShrinkDecoder): void {
  const shrink = async (file: Uint8Array, size: Size) => {
    using made = await open().shrink(file, size, shrunkBytes(size));
    const bytes = made.bytes.slice();
    const pixels = await sharp(bytes).ensureAlpha().raw().toBuffer();
    return { header: probe(bytes), bytes, pixels: [...pixels.subarray(0, 4)] };
  };

  it.each([
    [
      { width: 90, height: 60 },
      { width: 45, height: 30 },
      { width: 45, height: 30 },
    ],
    [
      { width: 91, height: 61 },
      { width: 46, height: 31 },
      { width: 46, height: 31 },
    ],
    [
      { width: 99, height: 50 },
      { width: 50, height: 25 },
      { width: 50, height: 25 },
    ],
    [
      { width: 40, height: 30 },
      { width: 80, height: 60 },
      { width: 40, height: 30 },
    ],
  ])(
    'a picture of %j fits into %j with its aspect ratio and is not enlarged',
    async (full, size, right) => {
      const file = await picture(full, 'red').webp().toBuffer();
      const { header } = await shrink(new Uint8Array(file), size);
      expect(header).toMatchObject({ format: 'png', progressive: false });
      expect(Math.abs(header.width - right.width)).toBeLessThanOrEqual(1);
      expect(Math.abs(header.height - right.height)).toBeLessThanOrEqual(1);
      expect([header.width <= size.width, header.height <= size.height]).toEqual([true, true]);
    },
  );

  it('transparency stays', async () => {
    const file = await picture({ width: 60, height: 40 }, { r: 200, g: 100, b: 0, alpha: 0.5 });
    const { pixels } = await shrink(
      new Uint8Array(await file.webp({ lossless: true }).toBuffer()),
      {
        width: 30,
        height: 20,
      },
    );
    for (const [i, value] of [200, 100, 0, 128].entries())
      expect(Math.abs(pixels[i]! - value)).toBeLessThan(4);
  });

  it('the picture comes upright', async () => {
    const jpeg = await picture({ width: 60, height: 40 }, 'blue')
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const { header } = await shrink(new Uint8Array(jpeg), { width: 20, height: 30 });
    expect(header).toMatchObject({ width: 20, height: 30, orientation: 1 });
  });

  it('of an animation the first frame comes', async () => {
    const gif = writeGif({ width: 20, height: 20 }, [{ index: () => 1 }, { index: () => 0 }], {
      palette: [
        [0, 0, 255],
        [255, 0, 0],
      ],
    });
    const { header, pixels } = await shrink(gif, { width: 10, height: 10 });
    expect([header.width, header.height, header.frames]).toEqual([10, 10, 1]);
    expect(pixels).toEqual([255, 0, 0, 255]);
  });
}
