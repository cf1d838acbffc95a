// Checks the PNG codec on workerd's own compression streams.
import { describe, expect, it } from 'vitest';
import { crcOf } from '../../src/codecs/png/chunks.ts';
import { createPngCodec } from '../../src/codecs/png/codec.ts';
import type { Image } from '../../src/image.ts';

const png = createPngCodec();

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

  it('encodes several pictures at the same time without mixing them up', async () => {
    const images = [1, 2, 3, 4, 5].map((seed) =>
      picture(200, 150, (x, y) => [(x * seed) & 255, (y * seed) & 255, (x ^ y) & 255, 255]),
    );
    const files = await Promise.all(images.map((image) => png.encode(image, { quality: 85 })));
    for (const [i, file] of files.entries()) {
      expect((await png.decode(file)).data).toEqual(images[i]?.data);
    }
  });
});

/** The chunks around a zlib stream of rows; sums are those of the codec's own encoder. */
async function fileOf(
  { width, height, colorType }: { width: number; height: number; colorType: number },
  rows: Uint8Array<ArrayBuffer>,
  damage: (stream: Uint8Array) => Uint8Array = (stream) => stream,
): Promise<Uint8Array> {
  const zipped = new Blob([rows]).stream().pipeThrough(new CompressionStream('deflate'));
  const stream = damage(new Uint8Array(await new Response(zipped).arrayBuffer()));
  const chunk = (type: string, payload: Uint8Array): number[] => {
    const body = Uint8Array.of(...[...type].map((letter) => letter.charCodeAt(0)), ...payload);
    return [...uint(payload.length), ...body, ...uint(crcOf(body, 0, body.length))];
  };
  const header = [...uint(width), ...uint(height), 8, colorType, 0, 0, 0];
  return Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk('IHDR', Uint8Array.from(header)),
    ...chunk('IDAT', stream),
    ...chunk('IEND', new Uint8Array(0)),
  ]);
}

const uint = (value: number): number[] => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
const undecodable = expect.objectContaining({ code: 'undecodable' });

describe('PNG decoding with the decompression of workerd', () => {
  const noise = (width: number, height: number): Uint8Array<ArrayBuffer> =>
    new Uint8Array((3 * width + 1) * height).map((_, i) =>
      i % (3 * width + 1) === 0 ? 0 : scrambled(scrambled(i)) & 127,
    );

  it.each([
    ['exactly one buffer', 65_535, 2],
    ['exactly eight buffers', 65_535, 16],
    ['many buffers', 9_999, 1_000],
  ])('reads flat rows that fill %s', async (_, width, height) => {
    const file = await fileOf(
      { width, height, colorType: 0 },
      new Uint8Array((width + 1) * height),
    );
    const { data } = await png.decode(file, { shrink: 50 });
    expect(data.length).toBe(4 * Math.ceil(width / 50) * Math.ceil(height / 50));
    expect(data.every((value, i) => value === (i % 4 === 3 ? 255 : 0))).toBe(true);
  });

  it('reads noise followed by flat rows', async () => {
    const [width, height] = [500, 600];
    const rows = noise(width, height);
    rows.fill(0, rows.length / 2);
    const { data } = await png.decode(await fileOf({ width, height, colorType: 2 }, rows));
    for (let y = 0; y < height; y++) {
      for (let i = 0; i < 3 * width; i++) {
        const at = 4 * (y * width + Math.floor(i / 3)) + (i % 3);
        if (data[at] !== rows[y * (3 * width + 1) + 1 + i]) throw new Error(`row ${y} differs`);
      }
    }
  });

  it.each([
    ['cut in the middle', (stream: Uint8Array) => stream.subarray(0, stream.length / 2)],
    [
      'damaged',
      (stream: Uint8Array) => stream.fill(0x55, stream.length / 2, stream.length / 2 + 100),
    ],
    ['of nothing', () => new Uint8Array(0)],
  ])('calls a stream %s undecodable', async (_, damage) => {
    const file = await fileOf({ width: 90, height: 700, colorType: 2 }, noise(90, 700), damage);
    await expect(png.decode(file)).rejects.toEqual(undecodable);
  });

  it.each([
    ['cut in its last block', (stream: Uint8Array) => stream.subarray(0, -5)],
    ['without its sum', (stream: Uint8Array) => stream.subarray(0, -4)],
    ['of a wrong sum', (stream: Uint8Array) => stream.fill(7, -1)],
    ['with bytes after its end', (stream: Uint8Array) => Uint8Array.of(...stream, 1, 2, 3)],
  ])('shows a stream %s, since all pixels are there', async (_, damage) => {
    const rows = noise(90, 700);
    const whole = await png.decode(await fileOf({ width: 90, height: 700, colorType: 2 }, rows));
    const file = await fileOf({ width: 90, height: 700, colorType: 2 }, rows, damage);
    expect(await png.decode(file)).toEqual(whole);
  });

  it('does not inflate data after the last row', async () => {
    const file = await fileOf({ width: 10, height: 10, colorType: 0 }, new Uint8Array(60e6));
    const tries: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      const started = performance.now();
      expect((await png.decode(file)).data.length).toBe(400);
      tries.push(performance.now() - started);
    }
    // Other files run meanwhile, so the least counts.
    expect(Math.min(...tries)).toBeLessThan(500);
  });

  it('decodes several files at the same time without mixing them up', async () => {
    const size = { width: 90, height: 700, colorType: 2 };
    const good = await fileOf(size, noise(90, 700));
    const bad = await fileOf(size, noise(90, 700), (stream) => stream.fill(0, stream.length / 2));
    const results = await Promise.allSettled(
      [bad, good, bad, good].map((file) => png.decode(file)),
    );
    expect(results.map(({ status }) => status)).toEqual([
      ...['rejected', 'fulfilled', 'rejected', 'fulfilled'],
    ]);
  });
});
