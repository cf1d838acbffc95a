// Checks the AVIF codec: pixels, transparency, turned and composed files, and that damaged files give no picture and take no memory.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Codec, Probe } from '../../../src/codecs/codec.ts';
import { orient } from '../../../src/codecs/orient.ts';
import { probe } from '../../../src/codecs/probe/probe.ts';
import type { Image } from '../../../src/image.ts';
import { noPace } from '../../../src/timing.ts';
import { bytesOf, makeImage, uint } from '../../helpers/files/make-image-files.ts';
import { box, withProperty, writeGrid } from '../../helpers/files/write-avif.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';

const undecodable = expect.objectContaining({ code: 'undecodable' });
const smooth = (x: number, y: number) =>
  [
    128 + 100 * Math.sin(x / 9),
    128 + 90 * Math.cos(y / 11),
    128 + 80 * Math.sin((x + y) / 14),
  ] as const;
const opaque = makeImage(96, 64, (x, y) => [...smooth(x, y), 255]);
let avif: Codec;
let file: Uint8Array;

beforeAll(async () => {
  avif = (await loadCodecs()).avif;
  file = await avif.encode(opaque, { quality: 85 });
});

function psnr(a: Image, b: Image): number {
  const squares = a.data.reduce(
    (sum, v, i) => sum + (i % 4 < 3 ? (v - (b.data[i] as number)) ** 2 : 0),
    0,
  );
  return 10 * Math.log10((255 * 255 * 0.75 * a.data.length) / squares);
}

/** Writes `value` into the first box `type` of the file, `offset` bytes into its content. */
function patched(type: string, offset: number, value: number[]): Uint8Array {
  const bytes = file.slice();
  bytes.set(value, Buffer.from(bytes).indexOf(type, 0, 'latin1') + 4 + offset);
  return bytes;
}

describe('AVIF round trip', () => {
  it.each([
    [10, 31],
    [50, 36],
    [85, 40],
    [95, 44],
    [100, 48],
  ])('at quality %i is within %i dB', async (quality, least) => {
    const bytes = await avif.encode(opaque, { quality });
    expect(psnr(opaque, await avif.decode(bytes))).toBeGreaterThan(least);
  });

  it('is closer to the picture and larger for higher quality', async () => {
    const results = [];
    for (const quality of [1, 25, 50, 75, 85, 95]) {
      const bytes = await avif.encode(opaque, { quality });
      results.push({ length: bytes.length, psnr: psnr(opaque, await avif.decode(bytes)) });
    }
    for (const [i, { length, psnr }] of results.entries()) {
      if (i === 0) continue;
      expect(length).toBeGreaterThan(results[i - 1]?.length as number);
      expect(psnr).toBeGreaterThan(results[i - 1]?.psnr as number);
    }
  });

  it.each([
    [1, 1],
    [1, 2],
    [3, 5],
    [65, 63],
    [2000, 1],
    [1, 2000],
  ])('holds %i×%i', async (width, height) => {
    const image = makeImage(width, height, () => [200, 100, 50, 255]);
    const bytes = await avif.encode(image, { quality: 90 });
    expect(probe(bytes)).toMatchObject({ format: 'avif', width, height, alpha: false, frames: 1 });
    const decoded = await avif.decode(bytes);
    expect([decoded.width, decoded.height]).toEqual([width, height]);
    expect(psnr(image, decoded)).toBeGreaterThan(38);
  });

  it('keeps transparency within a few levels', async () => {
    const image = makeImage(80, 60, (x, y) => [
      ...smooth(x, y),
      x < 20 ? 0 : x > 60 ? 255 : (x - 20) * 6,
    ]);
    const bytes = await avif.encode(image, { quality: 60 });
    expect(probe(bytes)).toMatchObject({ alpha: true, channels: 4, samples: 2.5 });
    const { data } = await avif.decode(bytes);
    const worst = Math.max(
      ...data
        .filter((_, i) => i % 4 === 3)
        .map((a, i) => Math.abs(a - (image.data[4 * i + 3] as number))),
    );
    expect(worst).toBeLessThanOrEqual(8);
  });

  it('keeps colour at full resolution from quality 90 on', async () => {
    expect(probe(file).samples).toBe(1.5);
    expect(probe(await avif.encode(opaque, { quality: 90 })).samples).toBe(3);
  });

  it('refuses sides that the format cannot hold, naming the parameter', async () => {
    const strip = makeImage(1, 32_769, () => [0, 0, 0, 255]);
    await expect(avif.encode(strip, { quality: 85 })).rejects.toEqual(
      expect.objectContaining({ code: 'bad_option', param: 'f' }),
    );
  });

  it('reports its work to the pace', async () => {
    const told: number[] = [];
    const pace = (share: number) => {
      told.push(share);
      return undefined;
    };
    await avif.decode(await avif.encode(opaque, { quality: 85, pace }), { pace });
    expect(told).toEqual([1, 1]);
  });
});

describe('AVIF decoding', () => {
  it('reads a view into a larger buffer', async () => {
    const odd = bytesOf([1, 2, 3], file, [4, 5]).subarray(3);
    expect((await avif.decode(odd)).data).toEqual((await avif.decode(file)).data);
  });

  it('leaves turns and mirrorings to the orientation that the probe reports', async () => {
    const still = await avif.decode(file);
    const turned = withProperty(withProperty(file, box('irot', [1])), box('imir', [1]));
    expect(probe(turned)).toMatchObject({ width: 96, height: 64, orientation: 7 });
    const decoded = await avif.decode(turned);
    expect(decoded).toEqual(still);
    expect(await orient(decoded, 7, noPace)).toMatchObject({ width: 64, height: 96 });
  });

  it('puts the tiles of a grid together', async () => {
    const tiles = await Promise.all(
      [0, 60, 120, 180].map((v) =>
        avif.encode(
          makeImage(64, 64, () => [v, v, v, 255]),
          { quality: 80 },
        ),
      ),
    );
    const grid = writeGrid(tiles, { columns: 2, width: 64, height: 64 });
    const header = probe(grid);
    expect(header).toMatchObject({ width: 128, height: 128, bitDepth: 8 });
    const { width, data } = await avif.decode(grid);
    expect(width).toBe(128);
    const at = (x: number, y: number) => data[4 * (y * 128 + x)] as number;
    const corners = [at(10, 10), at(100, 10), at(10, 100), at(100, 100)];
    for (const [i, v] of corners.entries()) expect(Math.abs(v - 60 * i)).toBeLessThan(4);
  });

  it('calls a file cut at any place undecodable', async () => {
    for (let length = 16; length < file.length; length += 23) {
      await expect(avif.decode(file.slice(0, length))).rejects.toEqual(undecodable);
    }
    await expect(avif.decode(file.subarray(0, -1))).rejects.toEqual(undecodable);
  });

  it('calls a sequence without pictures undecodable', async () => {
    await expect(avif.decode(patched('ftyp', 0, [...bytesOf('avis')]))).rejects.toEqual(
      undecodable,
    );
  });

  it('still decodes after many failures', async () => {
    for (let i = 0; i < 5; i++) {
      await expect(avif.decode(file.slice(0, file.length - 40))).rejects.toEqual(undecodable);
    }
    expect((await avif.decode(file)).width).toBe(96);
  });

  it('does not allocate memory for a coded picture that is larger than its header says', async () => {
    const large = await avif.encode(
      makeImage(3000, 2000, () => [90, 90, 90, 255]),
      { quality: 50 },
    );
    const lying = large.slice();
    lying.set([...uint(30, 4), ...uint(20, 4)], Buffer.from(lying).indexOf('ispe') + 8);
    expect(probe(lying)).toMatchObject({ width: 30, height: 20 });
    let grown = 0;
    const grow = WebAssembly.Memory.prototype.grow;
    WebAssembly.Memory.prototype.grow = function (pages) {
      grown += pages * 65536;
      return grow.call(this, pages);
    };
    try {
      const { avif: fresh } = await loadCodecs();
      await expect(fresh.decode(lying)).rejects.toEqual(undecodable);
      expect(grown).toBeLessThan(16e6);
      expect((await fresh.decode(file)).width).toBe(96);
    } finally {
      WebAssembly.Memory.prototype.grow = grow;
    }
  });
});

describe('AVIF costs', () => {
  const header = (more: Partial<Probe> = {}): Probe => ({ ...probe(file), ...more });

  it('grow with size, depth, colours and transparency', () => {
    const heap = (more: Partial<Probe>) =>
      avif.decodeCost({
        header: header({ width: 1000, height: 1000, ...more }),
        byteLength: 1e5,
        shrink: 1,
      }).heap as number;
    expect(heap({ samples: 3 })).toBeGreaterThan(heap({}));
    expect(heap({ bitDepth: 10 })).toBeGreaterThan(heap({}));
    expect(heap({ alpha: true, samples: 2.5 })).toBeGreaterThan(1.4 * heap({}));
    expect(heap({ width: 2000 })).toBeGreaterThan(1.5 * heap({}));
  });

  it('of encoding grow with size and quality', () => {
    const heap = (width: number, quality: number) => cost(width, quality).heap as number;
    const cost = (width: number, quality: number) =>
      avif.encodeCost({ width, height: 1000 }, { quality });
    expect(heap(2000, 85)).toBeGreaterThan(1.5 * heap(1000, 85));
    expect(heap(1000, 95)).toBeGreaterThan(heap(1000, 85));
    expect(cost(1000, 95).work['encode.detail']).toBeGreaterThan(
      cost(1000, 50).work['encode.detail'] as number,
    );
  });
});
