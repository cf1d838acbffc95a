// Checks the GIF decoder: first frames on their canvas, transparency, interlacing, packed data, and damage.
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createGifCodec } from '../../../src/codecs/gif/codec.ts';
import { probe } from '../../../src/codecs/probe/probe.ts';
import { bytesOf } from '../../helpers/files/make-image-files.ts';
import { packBits, subBlocks, writeGif } from '../../helpers/files/write-gif.ts';

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

  it('drops what lies outside of the canvas', async () => {
    const frame = { left: 10, top: 9, width: 13, height: 11, index: () => 2 };
    const pixel = await pixelsOf(writeGif(size, [frame], { palette }));
    expect([pixel(12, 10), pixel(9, 10)]).toEqual([
      [0, 0, 255, 255],
      [0, 0, 0, 0],
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

  it('refuses frames without pixels and frames larger than the canvas', async () => {
    for (const wrong of [{ width: 0 }, { width: 14 }, { height: 12 }]) {
      const file = writeGif(size, [{ index, ...wrong }], { palette });
      await expect(gif.decode(file)).rejects.toEqual(undecodable);
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
