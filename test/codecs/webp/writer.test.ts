// Checks animated WebP files: what is written is what libvips reads, and frames are composed as libvips composes them.
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Codec, Frame } from '../../../src/codecs/codec.ts';
import { probe } from '../../../src/codecs/probe/probe.ts';
import type { Image } from '../../../src/image.ts';
import { makeImage } from '../../helpers/files/make-image-files.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';

let webp: Codec;

beforeAll(async () => {
  webp = (await loadCodecs()).webp;
});

const opaque = (f: number): Image => makeImage(37, 21, (x, y) => [6 * x, 10 * y, 50 * f, 255]);
const clear = (f: number): Image =>
  makeImage(37, 21, (x, y) => [6 * x, 10 * y, 50 * f, x < 9 * f ? 0 : 200]);

async function written(images: readonly Image[], plays = 0): Promise<Uint8Array> {
  const writer = webp.frameWriter!.begin({ quality: 95, plays });
  for (const [f, image] of images.entries()) await writer.add({ image, duration: 40 + f });
  return writer.end();
}

async function readBack(file: Uint8Array): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of webp.frameReader!.open(file).frames) frames.push(frame);
  return frames;
}

describe('an animated WebP', () => {
  it.each([
    ['opaque', opaque, false],
    ['transparent', clear, true],
  ] as const)('has every frame as it was: %s', async (_, imageOf, alpha) => {
    const images = [0, 1, 2].map(imageOf);
    const file = await written(images);
    expect(probe(file)).toMatchObject({ width: 37, height: 21, frames: 3, alpha });
    const { pages, loop, delay } = await sharp(file, { pages: -1 }).metadata();
    expect([pages, loop, delay]).toEqual([3, 0, [40, 41, 42]]);
    const theirs = await sharp(file, { pages: -1 }).ensureAlpha().raw().toBuffer();
    const frames = await readBack(file);
    expect(frames.map(({ duration }) => duration)).toEqual([40, 41, 42]);
    frames.forEach(({ image }, f) => {
      const shown = theirs.subarray(f * image.data.length, (f + 1) * image.data.length);
      for (let i = 0; i < image.data.length; i += 4) {
        expect(image.data[i + 3]).toBe(images[f]?.data[i + 3]);
        if (image.data[i + 3] === 0) continue;
        for (let c = i; c < i + 3; c++) {
          expect(Math.abs((image.data[c] as number) - (shown[c] as number))).toBeLessThanOrEqual(1);
        }
      }
    });
  });

  it('keeps what does not change, bit by bit, and is exact and small where colours are few', async () => {
    const screen = (f: number): Image =>
      makeImage(96, 64, (x, y) =>
        x >= 20 + 4 * f && x < 30 + 4 * f && y > 40 && y < 52
          ? [220, 30, 30, 255]
          : [(x >> 3) % 2 ? 250 : 240, 250, (y >> 4) % 2 ? 20 : 60, 255],
      );
    const images = [0, 1, 2, 3, 4].map(screen);
    const file = await written(images);
    const frames = await readBack(file);
    expect(frames.map(({ image }) => image.data)).toEqual(images.map(({ data }) => data));
    const theirs = await sharp(file, { pages: -1 }).ensureAlpha().raw().toBuffer();
    expect(theirs.equals(Buffer.concat(images.map(({ data }) => Buffer.from(data))))).toBe(true);
    const first = await written([screen(0)]);
    expect(file.length).toBeLessThan(first.length + 4 * 200);
  });

  it('of many colours codes a change with loss, and nothing else anew', async () => {
    const photo = (f: number): Image =>
      makeImage(96, 64, (x, y) => {
        const isMoved = x >= 16 * f && x < 16 * f + 16 && y >= 32 && y < 48;
        return [(5 * x + 3 * y) & 255, (x * y) & 255, isMoved ? 255 : 2 * x, 255];
      });
    const frames = await readBack(await written([0, 1, 2].map(photo)));
    const [first, , last] = frames.map(({ image }) => image.data);
    const above = 4 * 96 * 32;
    expect(last!.subarray(0, above)).toEqual(first!.subarray(0, above));
    expect(last).not.toEqual(first);
  });

  it('shows what is uncovered as transparent', async () => {
    const dot = (f: number): Image =>
      makeImage(40, 30, (x, y) => ((x >> 3) + (y >> 3) === f ? [9, 200, 9, 255] : [0, 0, 0, 0]));
    const images = [0, 2, 1, 3].map(dot);
    const frames = await readBack(await written(images));
    frames.forEach(({ image }, f) => {
      for (let i = 3; i < image.data.length; i += 4) {
        expect(image.data[i]).toBe(images[f]!.data[i]);
      }
    });
  });

  it('shows equal frames as one, for as long as browsers show all of them', async () => {
    const writer = webp.frameWriter!.begin({ quality: 90, plays: 0 });
    for (const [f, duration] of [
      [0, 40],
      [0, 0],
      [1, 0],
      [1, 25],
      [0, 7],
    ] as const) {
      await writer.add({ image: opaque(f), duration });
    }
    const frames = await readBack(await writer.end());
    expect(frames.map(({ duration }) => duration)).toEqual([140, 125, 7]);
  });

  it('is played as often as asked', async () => {
    const file = await written([opaque(0), opaque(1)], 5);
    expect((await sharp(file, { pages: -1 }).metadata()).loop).toBe(5);
    expect(webp.frameReader?.open(file).plays).toBe(5);
  });

  it('of libvips, with parts that blend and are cleared, is composed like there', async () => {
    const frames = [0, 1, 2, 3].map((f) =>
      makeImage(40, 30, (x, y) =>
        (x - 8 * f) ** 2 + (y - 15) ** 2 < 50 ? [250, 9 * f, 20, 255] : [0, 0, 0, 0],
      ),
    );
    const pages = Buffer.concat(frames.map(({ data }) => Buffer.from(data)));
    const raw = { width: 40, height: 120, channels: 4, pageHeight: 30 } as const;
    const file = new Uint8Array(await sharp(pages, { raw }).webp({ lossless: true }).toBuffer());
    const read = await readBack(file);
    expect(read.map(({ image }) => image.data)).toEqual(frames.map(({ data }) => data));
  });
});
