// Checks the GIF encoder: what it writes is what its reader and libvips read, frame by frame.
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../../src/codecs/codec.ts';
import { createGifCodec } from '../../../src/codecs/gif/codec.ts';
import { unpackIndices } from '../../../src/codecs/gif/unpack.ts';
import { createPacker } from '../../../src/codecs/gif/write/pack.ts';
import { createGifWriter } from '../../../src/codecs/gif/write/writer.ts';
import { probe } from '../../../src/codecs/probe/probe.ts';
import type { Image } from '../../../src/image.ts';
import { makeImage } from '../../helpers/files/make-image-files.ts';

const gif = createGifCodec();
const size = { width: 24, height: 18 };
type Rgba = [number, number, number, number];
const picture = (pixel: (x: number, y: number) => Rgba): Image =>
  makeImage(size.width, size.height, pixel);
const few = (x: number, y: number): Rgba => [40 * (x % 5), 60 * (y % 4), 9, 255];
const many = (x: number, y: number): Rgba => [10 * x, 14 * y, (7 * x * y) & 255, 255];

async function written(images: readonly Image[], plays = 0, duration = 70): Promise<Uint8Array> {
  const writer = createGifWriter({ plays });
  for (const image of images) await writer.add({ image, duration });
  return writer.end();
}

async function readBack(file: Uint8Array): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of gif.frameReader!.open(file).frames) frames.push(frame);
  return frames;
}

/** The frames that libvips gives. */
async function byLibvips(file: Uint8Array): Promise<Buffer[]> {
  const { pages = 1 } = await sharp(file, { pages: -1 }).metadata();
  return Promise.all(
    Array.from({ length: pages }, (_, page) =>
      sharp(file, { page }).ensureAlpha().raw().toBuffer(),
    ),
  );
}

const worstOf = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);

describe('a GIF that is written', () => {
  it('keeps up to 255 colours exactly, and transparency', async () => {
    const image = picture((x, y) => (x === y ? [1, 2, 3, 0] : few(x, y)));
    const { data } = await gif.decode(await gif.encode(image, { quality: 85 }));
    image.data.forEach((value, i) => {
      const isClear = image.data[i | 3] === 0;
      expect(data[i]).toBe(isClear ? 0 : value);
    });
  });

  it('keeps 256 colours exactly if nothing is transparent, in one frame and in several', async () => {
    const full = (shift: number): Image =>
      makeImage(32, 16, (x, y) => [(8 * x + shift) & 255, 16 * y, x < 16 ? 0 : 9, 255]);
    const colours = makeImage(16, 16, (x, y) => [16 * x, 16 * y, 7, 255]);
    const { data } = await gif.decode(await gif.encode(colours, { quality: 85 }));
    expect(data).toEqual(colours.data);
    const turned = makeImage(16, 16, (x, y) => [16 * y, 16 * x, 7, 255]);
    const clear = makeImage(16, 16, (x, y) =>
      x === 0 && y < 2 ? [0, 0, 0, 0] : [16 * x, 16 * y, 7, 255],
    );
    const frames = await readBack(await written([colours, turned, clear, colours]));
    expect(frames.map(({ image }) => image.data)).toEqual(
      [colours, turned, clear, colours].map((image) => image.data),
    );
    // One colour more than fits.
    const more = await gif.decode(await gif.encode(full(1), { quality: 85 }));
    expect(worstOf(more.data, full(1).data)).toBeGreaterThan(0);
  });

  it('has the nearest of 255 colours, dithered, if the picture has more', async () => {
    const image = makeImage(128, 96, (x, y) => [2 * x, 255 - x - y, 2 * y, 255]);
    const file = await gif.encode(image, { quality: 85 });
    const { data } = await gif.decode(file);
    expect(worstOf(data, image.data)).toBeLessThan(48);
    // Blocks of the dither have nearly the mean colour of the picture.
    for (const [left, top] of [
      [0, 0],
      [40, 56],
      [112, 80],
    ] as const) {
      for (let c = 0; c < 3; c++) {
        let difference = 0;
        for (let y = top; y < top + 8; y++) {
          for (let x = left; x < left + 8; x++) {
            const i = 4 * (128 * y + x) + c;
            difference += (data[i] as number) - (image.data[i] as number);
          }
        }
        expect(Math.abs(difference / 64)).toBeLessThan(7);
      }
    }
    const [theirs] = await byLibvips(file);
    expect(worstOf(theirs as Buffer, data)).toBe(0);
  });

  it('makes pixels of less than half opacity transparent', async () => {
    const image = picture((x) => [200, 100, 50, 10 * x]);
    const { data } = await gif.decode(await gif.encode(image, { quality: 85 }));
    expect([data[4 * 12 + 3], data[4 * 13 + 3]]).toEqual([0, 255]);
  });

  it('packs any indices so that they are unpacked again', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 8 }),
        fc.array(fc.nat(255), { minLength: 1, maxLength: 5000 }),
        (bits, values) => {
          const indices = Uint8Array.from(values, (value) => value % 2 ** bits);
          const packer = createPacker(bits);
          packer.add(indices.subarray(0, values.length >> 1));
          packer.add(indices.subarray(values.length >> 1));
          const row = new Uint8Array(indices.length);
          unpackIndices(packer.end(), 0)(row);
          expect(row).toEqual(indices);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('packs so much that the table of codes starts anew', () => {
    const indices = Uint8Array.from({ length: 90_000 }, (_, i) => Math.imul(i, 2654435761) >>> 24);
    const packer = createPacker(8);
    packer.add(indices);
    const row = new Uint8Array(indices.length);
    unpackIndices(packer.end(), 0)(row);
    expect(row).toEqual(indices);
  });
});

describe('an animated GIF that is written', () => {
  const moving =
    (f: number) =>
    (x: number, y: number): Rgba =>
      x >= 2 * f && x < 2 * f + 5 && y > 4 && y < 9 ? [255, 0, 40 * f, 255] : few(x, y);
  const clearing =
    (f: number) =>
    (x: number, y: number): Rgba =>
      x >= 2 * f && x < 2 * f + 5 && y > 4 ? [255, 0, 0, 255] : [0, 0, 0, 0];
  const growing =
    (f: number) =>
    (x: number, y: number): Rgba =>
      x <= f && y <= f ? few(x, y) : [0, 0, 0, 0];

  it.each([
    ['a moving part', moving],
    ['a part that leaves transparency behind', clearing],
    ['a part that grows over transparency', growing],
    [
      'new colours in each frame',
      (f: number) =>
        (x: number, y: number): Rgba => [f, x >> 1, y, 255],
    ],
  ])('shows every frame as it was: %s', async (_, pixelOf) => {
    const images = [0, 1, 2, 3].map((f) => picture(pixelOf(f)));
    const file = await written(images);
    expect(probe(file)).toMatchObject({ format: 'gif', frames: 4, ...size });
    const frames = await readBack(file);
    const theirs = await byLibvips(file);
    expect(theirs).toHaveLength(4);
    for (const [f, { data }] of images.entries()) {
      expect(frames[f]?.image.data).toEqual(data);
      expect(worstOf(theirs[f] as Buffer, data)).toBe(0);
      expect(frames[f]?.duration).toBe(70);
    }
  });

  it('stays still where a photograph does, and is small', async () => {
    const images = [0, 1, 2].map((f) =>
      picture((x, y) => (x === f && y === 0 ? [255, 255, 255, 255] : many(x, y))),
    );
    const file = await written(images);
    const frames = await readBack(file);
    const [first, , last] = frames.map(({ image }) => image.data);
    expect(first?.subarray(16)).toEqual(last?.subarray(16));
    const alone = await written([images[0] as Image]);
    expect(file.length).toBeLessThan(1.2 * alone.length + 100);
  });

  it.each([
    [0, 0],
    [1, undefined],
    [3, 3],
  ])('is played %i times', async (plays, loop) => {
    const file = await written([picture(few), picture(many)], plays);
    expect(gif.frameReader?.open(file).plays).toBe(plays);
    expect((await sharp(file, { pages: -1 }).metadata()).loop ?? 1).toBe(loop ?? 1);
  });

  it('shows equal frames as one, for as long as all of them', async () => {
    const frames = await readBack(await written([picture(few), picture(few), picture(many)]));
    expect(frames.map(({ duration }) => duration)).toEqual([140, 70]);
  });

  it('shows equal frames that browsers slow down for as long as browsers show all of them', async () => {
    const writer = createGifWriter({ plays: 0 });
    for (const [pixel, duration] of [
      [few, 0],
      [few, 10],
      [few, 50],
      [many, 0],
    ] as const) {
      await writer.add({ image: picture(pixel), duration });
    }
    const frames = await readBack(await writer.end());
    expect(frames.map(({ duration }) => duration)).toEqual([250, 0]);
  });

  it('keeps the speed of any durations, and slows no frame down that was not', async () => {
    const durations = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(durations, async (asked) => {
        const writer = createGifWriter({ plays: 0 });
        for (const [f, duration] of asked.entries()) {
          await writer.add({ image: makeImage(2, 1, () => [20 * f, 0, 0, 255]), duration });
        }
        const frames = await readBack(await writer.end());
        const isSlow = (duration: number): boolean => duration <= 10;
        expect(frames.map(({ duration }) => isSlow(duration))).toEqual(asked.map(isSlow));
        const sum = (list: readonly number[]): number =>
          list.filter((duration) => duration >= 20).reduce((a, b) => a + b, 0);
        const raised = asked.filter((duration) => duration > 10 && duration < 20);
        const difference = sum(frames.map(({ duration }) => duration)) - sum(asked);
        // At most 5 ms are carried to or from a frame, and a raised one can turn 5 that are missing into 5 that are too many.
        expect(Math.abs(difference - 20 * raised.length)).toBeLessThanOrEqual(
          5 + 10 * raised.length,
        );
      }),
      { numRuns: 50, examples: [[[29, 11, 29, 11, 29, 11, 29]]] },
    );
    const writer = createGifWriter({ plays: 0 });
    for (let f = 0; f < 10; f++) {
      await writer.add({ image: makeImage(2, 1, () => [20 * f, 0, 0, 255]), duration: 33 });
    }
    const frames = await readBack(await writer.end());
    expect(frames.reduce((all, { duration }) => all + duration, 0)).toBe(330);
  });

  it('is refused for frames of different sizes, and for none', async () => {
    const writer = createGifWriter();
    await writer.add({ image: picture(few), duration: 0 });
    const other = makeImage(3, 3, () => [0, 0, 0, 255]);
    await expect(writer.add({ image: other, duration: 0 })).rejects.toThrow(RangeError);
    await expect(createGifWriter().end()).rejects.toThrow(RangeError);
  });
});

describe('the frames of a GIF', () => {
  it('are composed as libvips composes them', async () => {
    const { gifs } = await import('../../hostile/fuzz/gif-seeds.ts');
    for (const file of gifs()) {
      const frames = await readBack(file);
      const theirs = await byLibvips(file);
      expect(frames).toHaveLength(theirs.length);
      frames.forEach(({ image }, f) => {
        expect(worstOf(image.data, theirs[f] as Buffer)).toBe(0);
      });
    }
  });

  it('are refused where one is cut short', async () => {
    const file = await written([picture(few), picture(many)]);
    await expect(readBack(file.subarray(0, -40))).rejects.toMatchObject({ code: 'undecodable' });
  });
});
