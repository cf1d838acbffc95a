import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Codec } from '../../src/codecs/codec.ts';
import { createImage } from '../../src/image.ts';
import { loadFile, openFile } from '../../src/render/load.ts';
import { noPace } from '../../src/timing.ts';
import { psnr } from '../helpers/files/big-photos.ts';
import { bytesOf, makeExif, makeJpegHeader, withExif } from '../helpers/files/make-image-files.ts';
import { paint, pixelAt } from '../helpers/files/pictures.ts';
import { loadCodecs } from '../helpers/services/codec-modules.ts';

const codecs = await loadCodecs();
const ports = { codecs, pace: noPace };
const size = { width: 44, height: 30 };
const picture = paint(size, (x, y) => [5 * x, 8 * y, 128 + 60 * Math.sin(x / 5)]);
const jpeg = await codecs.jpeg.encode(picture, { quality: 95 });

describe('a file that is opened', () => {
  it('has its header, its length and whether its colours need conversion, without decoding', () => {
    const file = openFile(jpeg);
    expect(file).toMatchObject({ byteLength: jpeg.length, converted: 'no' });
    expect(file.header).toMatchObject({ format: 'jpeg', ...size });
    const hollow = openFile(makeJpegHeader({ width: 60_000, height: 50_000 }));
    expect(hollow.header).toMatchObject({ width: 60_000, height: 50_000 });
  });

  it('is refused unless it is a picture', () => {
    expect(() => openFile(bytesOf('no picture'))).toThrow(
      expect.objectContaining({ code: 'not_an_image' }),
    );
    expect(() => openFile(jpeg.subarray(0, 30))).toThrow(
      expect.objectContaining({ code: 'undecodable' }),
    );
  });
});

describe('a file that is loaded', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('is upright from orientation %i', async (orientation) => {
    const file = withExif(jpeg, makeExif(orientation));
    const { image, shrunk } = await loadFile(openFile(file), 1, ports);
    const truth = await sharp(file)
      .autoOrient()
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([image.width, image.height]).toEqual([truth.info.width, truth.info.height]);
    expect(psnr(image.data, truth.data)).toBeGreaterThan(40);
    const full = { width: image.width, height: image.height };
    expect(shrunk).toEqual({ full, factor: 1, left: 0, top: 0 });
  });

  // 44 pixels fill six columns of 8, the last one half empty; 30 pixels fill four rows, the last one a quarter empty.
  it.each([
    [1, 6, 4, 0, 0],
    [2, 6, 4, 0.5, 0],
    [3, 6, 4, 0.5, 0.25],
    [4, 6, 4, 0, 0.25],
    [5, 4, 6, 0, 0],
    [6, 4, 6, 0.25, 0],
    [7, 4, 6, 0.25, 0.5],
    [8, 4, 6, 0, 0.5],
  ])('shrunk by 8, from orientation %i, has the position of the whole picture', async (...row) => {
    const [orientation, width, height, left, top] = row;
    const file = openFile(withExif(jpeg, makeExif(orientation)));
    const { image, shrunk } = await loadFile(file, 8, ports);
    expect([image.width, image.height]).toEqual([width, height]);
    const full = orientation > 4 ? { width: 30, height: 44 } : { width: 44, height: 30 };
    expect(shrunk).toEqual({ full, factor: 8, left, top });
  });

  it('is converted to sRGB', async () => {
    const red = { create: { ...size, channels: 3, background: '#e02020' } } as const;
    const p3 = await sharp(red).withIccProfile('p3').png().toBuffer();
    const file = openFile(p3);
    expect([file.converted, file.colours.note]).toEqual(['by channel', 'converted to sRGB']);
    const { image } = await loadFile(file, 1, ports);
    const [r, g, b] = pixelAt(image, 20, 10) as [number, number, number];
    const furthest = Math.max(Math.abs(r - 0xe0), Math.abs(g - 0x20), Math.abs(b - 0x20));
    expect(furthest).toBeLessThanOrEqual(2);
    const stored = await codecs.png.decode(p3);
    expect(pixelAt(stored, 20, 10)[0]).toBeLessThan(0xe0 - 5);
  });

  it('is refused if its size differs from its header', async () => {
    const lying: Codec = {
      ...codecs.jpeg,
      decode: async () => createImage({ width: 4, height: 4 }),
    };
    const liars = { codecs: { jpeg: lying }, pace: noPace };
    await expect(loadFile(openFile(jpeg), 8, liars)).rejects.toMatchObject({
      code: 'undecodable',
      message: 'the header says 44×30, the picture is 4×4 at 1/8',
    });
    await expect(loadFile(openFile(jpeg), 1, liars)).rejects.toMatchObject({
      message: 'the header says 44×30, the picture is 4×4',
    });
  });

  it('is refused without a decoder', async () => {
    const { png } = codecs;
    const loading = loadFile(openFile(jpeg), 1, { codecs: { png }, pace: noPace });
    await expect(loading).rejects.toMatchObject({
      code: 'format_unsupported',
      message: 'expected PNG, got JPEG',
    });
  });
});
