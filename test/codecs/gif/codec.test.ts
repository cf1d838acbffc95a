// Checks the GIF decoder: first frames on their canvas, transparency, interlacing, packed data, and damage.
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../../src/codecs/codec.ts';
import { createGifCodec } from '../../../src/codecs/gif/codec.ts';
import { probe } from '../../../src/codecs/probe/probe.ts';
import type { Size } from '../../../src/image.ts';
import { bytesOf } from '../../helpers/files/make-image-files.ts';
import { type GifFrameSpec, packBits, subBlocks, writeGif } from '../../helpers/files/write-gif.ts';

const gif = createGifCodec();
const undecodable = expect.objectContaining({ code: 'undecodable' });
const palette = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [9, 9, 9],
];
const size = { width: 13, height: 11 };
const index = (x: number, y: number) => (x + 2 * y) % 4;

async function pixelsOf(file: Uint8Array): Promise<(x: number, y: number) => number[]> {
  const { width, height, data } = await gif.decode(file);
  expect({ width, height }).toMatchObject({
    width: probe(file).width,
    height: probe(file).height,
  });
  return (x, y) => [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)];
}

async function framesOf(file: Uint8Array): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of gif.frameReader!.open(file).frames) frames.push(frame);
  return frames;
}

describe('the GIF decoder', () => {
  it.each([false, true])(
    'gives each pixel the colour of its index (interlaced: %s)',
    async (interlaced) => {
      const pixel = await pixelsOf(writeGif(size, [{ index, interlaced }], { palette }));
      for (let y = 0; y < size.height; y++) {
        for (let x = 0; x < size.width; x++) {
          expect(pixel(x, y)).toEqual([...palette[index(x, y)]!, 255]);
        }
      }
    },
  );

  it("prefers a frame's own palette", async () => {
    const own = [
      [7, 8, 9],
      [1, 2, 3],
    ];
    const pixel = await pixelsOf(writeGif(size, [{ index: () => 1, palette: own }], { palette }));
    expect(pixel(5, 5)).toEqual([1, 2, 3, 255]);
  });

  it('composes the first frame on a transparent canvas', async () => {
    const frame = {
      left: 3,
      top: 2,
      width: 4,
      height: 5,
      index: (x: number) => x % 2,
      transparent: 1,
    };
    const pixel = await pixelsOf(writeGif(size, [frame, { index: () => 2 }], { palette }));
    expect(pixel(3, 2)).toEqual([255, 0, 0, 255]);
    expect(pixel(4, 2)).toEqual([0, 0, 0, 0]);
    expect(pixel(2, 2)[3]).toBe(0);
    expect(pixel(7, 2)[3]).toBe(0);
    expect(pixel(3, 7)[3]).toBe(0);
  });

  it.each<[string, Omit<GifFrameSpec, 'index'>, Size]>([
    ['larger than the canvas', { width: 20, height: 5 }, { width: 20, height: 11 }],
    ['beyond its edges', { left: 10, top: 9 }, { width: 23, height: 20 }],
  ])('enlarges the canvas for a first frame %s', async (_, frame, expected) => {
    const { left = 0, top = 0, width: x = size.width, height: y = size.height } = frame;
    const file = writeGif(size, [{ index: () => 2, ...frame }], { palette });
    const pixel = await pixelsOf(file);
    expect(probe(file)).toMatchObject({ ...expected, alpha: true });
    expect(pixel(left + x - 1, top + y - 1)).toEqual([0, 0, 255, 255]);
    expect(pixel(left, top)).toEqual([0, 0, 255, 255]);
    expect(left > 0 ? pixel(left - 1, top) : pixel(left, top + y)).toEqual([0, 0, 0, 0]);
    expect(await sharp(file).metadata()).toMatchObject(expected);
  });

  it.each([
    [0, 0],
    [0, 3],
    [5, 0],
  ])('gives a canvas of %i×%i the size of its first frame', async (width, height) => {
    const file = writeGif({ width, height }, [{ index, ...size }], { palette });
    const pixel = await pixelsOf(file);
    expect(probe(file)).toMatchObject({ ...size, alpha: false });
    expect(pixel(1, 0)).toEqual([0, 255, 0, 255]);
  });

  it('drops what lies outside of the canvas in a later frame', async () => {
    const frames = [{ index: () => 1 }, { left: 10, top: 9, index: () => 2 }];
    const last = (await framesOf(writeGif(size, frames, { palette }))).at(-1)!.image;
    expect(last).toMatchObject(size);
    expect([...last.data.subarray(-4)]).toEqual([0, 0, 255, 255]);
    expect([...last.data.subarray(0, 4)]).toEqual([0, 255, 0, 255]);
  });

  it.each([0, 1, 2])('skips frames without pixels, here frame %i', async (place) => {
    const empty = { index: () => 0, width: 0, height: 0, delay: 7 };
    const frames: GifFrameSpec[] = [0, 1].map((colour) => ({ index: () => colour, delay: 3 }));
    frames.splice(place, 0, empty);
    const file = writeGif(size, frames, { palette });
    expect(probe(file)).toMatchObject({ ...size, frames: 2, alpha: false });
    expect((await pixelsOf(file))(3, 3)).toEqual([255, 0, 0, 255]);
    const shown = await framesOf(file);
    expect(shown.map(({ image, duration }) => [...image.data.subarray(0, 4), duration])).toEqual([
      [255, 0, 0, 255, 30],
      [0, 255, 0, 255, 30],
    ]);
  });

  it('leaves the canvas as it is where an index is outside of the palette', async () => {
    const file = writeGif(size, [{ index: (x) => (x === 0 ? 3 : 1) }], {
      palette: palette.slice(0, 2),
    });
    const pixel = await pixelsOf(file);
    expect([pixel(0, 0), pixel(1, 0)]).toEqual([
      [0, 0, 0, 0],
      [0, 255, 0, 255],
    ]);
  });

  it('reads what an encoder packs with codes of up to 12 bits', async () => {
    const wide = { width: 300, height: 200, channels: 3 } as const;
    const noise = Uint8Array.from({ length: 180_000 }, (_, i) =>
      i % 3 ? 0 : (Math.imul(Math.floor(i / 3), 2654435761) >>> 29) * 36,
    );
    const file = await sharp(noise, { raw: wide }).gif({ dither: 0 }).toBuffer();
    const expected = await sharp(file).ensureAlpha().raw().toBuffer();
    const { data } = await gif.decode(new Uint8Array(file));
    expect(Buffer.from(data.buffer).equals(expected)).toBe(true);
  });

  it('needs no trailer', async () => {
    const file = writeGif(size, [{ index }], { palette, trailer: false });
    expect((await pixelsOf(file))(1, 0)).toEqual([0, 255, 0, 255]);
  });

  it('refuses a first frame that is cut short or lacks rows', async () => {
    const whole = writeGif(size, [{ index }], { palette });
    for (let length = 25; length < whole.length - 6; length += 5) {
      await expect(gif.decode(whole.subarray(0, length))).rejects.toEqual(undecodable);
    }
    const short = writeGif(size, [{ index, missingRows: 1 }], { palette });
    await expect(gif.decode(short)).rejects.toEqual(undecodable);
  });

  it('refuses a file whose frames all have no pixels', async () => {
    for (const empty of [{ width: 0 }, { height: 0 }, { width: 0, height: 0 }]) {
      const file = writeGif(size, [{ index, ...empty }], { palette });
      await expect(gif.decode(file)).rejects.toEqual(undecodable);
      expect(() => probe(file)).toThrow(undecodable);
    }
  });

  it('refuses a later frame that is larger than the canvas', async () => {
    for (const wrong of [{ width: 14 }, { height: 12 }]) {
      const file = writeGif(size, [{ index }, { index, ...wrong }], { palette });
      await expect(framesOf(file)).rejects.toEqual(undecodable);
      expect((await gif.decode(file)).width).toBe(size.width);
    }
  });

  it('refuses codes that cannot be, and data of clear codes alone', async () => {
    const start = writeGif({ width: 4, height: 4 }, [], { palette, trailer: false });
    const frame = [0x2c, 0, 0, 0, 0, 4, 0, 4, 0, 0];
    const dataOf = (codes: number[]) => bytesOf(start, frame, [2], subBlocks(packBits(codes, 3)));
    await expect(gif.decode(dataOf([4, 7]))).rejects.toEqual(undecodable);
    await expect(gif.decode(dataOf([4, 0, 7]))).rejects.toEqual(undecodable);
    await expect(gif.decode(dataOf(new Array<number>(99_999).fill(4)))).rejects.toEqual(
      undecodable,
    );
    await expect(gif.decode(bytesOf(start, frame, [12, 1, 0, 0]))).rejects.toEqual(undecodable);
  });
});
