// Checks that a large picture encoded in strips becomes one valid file, as small as one encoded at once.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Codec } from '../../../../src/codecs/codec.ts';
import { huffmanCodes } from '../../../../src/codecs/jpeg/strips/codes.ts';
import { huffmanTable } from '../../../../src/codecs/jpeg/strips/huffman.ts';
import { joinJpegStrips } from '../../../../src/codecs/jpeg/strips/strips.ts';
import { probe } from '../../../../src/codecs/probe/probe.ts';
import type { Image } from '../../../../src/image.ts';
import { makeImage } from '../../../helpers/files/make-image-files.ts';
import { loadCodecs } from '../../../helpers/services/codec-modules.ts';

const texture = (x: number, y: number): [number, number, number, number] => {
  const grain = ((x * 7919 + y * 104729) % 97) / 8;
  const light = 110 + 60 * Math.sin(x / 31) * Math.cos(y / 47) + grain;
  return [light + 30 * Math.sin(y / 200), light, light + 25 * Math.cos(x / 150), 255];
};
let jpeg: Codec;

beforeAll(async () => {
  jpeg = (await loadCodecs()).jpeg;
});

const rowsOf = ({ width, data }: Image, top: number, bottom: number): Image => ({
  width,
  height: bottom - top,
  data: data.subarray(4 * width * top, 4 * width * bottom),
});
const largestDifference = (a: Image, b: Image): number =>
  a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - (b.data[i] as number))), 0);

describe('JPEG files in strips', () => {
  it.each([40, 85, 95])('have the pixels of their strips, at quality %i', async (quality) => {
    const picture = makeImage(203, 163, texture);
    const heights = [0, 64, 128, 163];
    const strips = heights
      .slice(1)
      .map((bottom, i) => rowsOf(picture, heights[i] as number, bottom));
    const files = await Promise.all(strips.map((strip) => jpeg.encode(strip, { quality })));
    const file = joinJpegStrips(files, 163);
    expect(probe(file)).toMatchObject({ width: 203, height: 163, progressive: false });
    const joined = await jpeg.decode(file);
    for (const [i, strip] of files.entries()) {
      const [top, bottom] = heights.slice(i) as [number, number];
      // Half-resolution colour is interpolated across the rows next to a seam.
      const seam = quality < 90 ? 1 : 0;
      const rows = rowsOf(joined, top + seam, bottom - seam);
      const alone = rowsOf(await jpeg.decode(strip), seam, bottom - top - seam);
      expect(largestDifference(rows, alone)).toBe(0);
    }
  });

  it('have restart markers that begin again after the eighth', async () => {
    const picture = makeImage(40, 16 * 11, texture);
    const files = await Promise.all(
      Array.from({ length: 11 }, (_, i) =>
        jpeg.encode(rowsOf(picture, 16 * i, 16 * i + 16), { quality: 80 }),
      ),
    );
    const { data } = await jpeg.decode(joinJpegStrips(files, 16 * 11));
    const whole = await jpeg.decode(await jpeg.encode(picture, { quality: 80 }));
    expect(data.length).toBe(whole.data.length);
    const squares = data.reduce((sum, v, i) => sum + (v - (whole.data[i] as number)) ** 2, 0);
    expect(squares / data.length).toBeLessThan(4);
  });

  it('are made of large pictures, with pauses in between, and are hardly larger', async () => {
    const picture = makeImage(1100, 900, texture);
    let pauses = 0;
    const file = await jpeg.encode(picture, {
      quality: 85,
      pace: async () => {
        pauses++;
      },
    });
    expect(pauses).toBe(2);
    const image = await jpeg.decode(file);
    expect([image.width, image.height]).toEqual([1100, 900]);
    expect(largestDifference(image, picture)).toBeLessThan(40);
    const half = await jpeg.encode(rowsOf(picture, 0, 450), { quality: 85 });
    expect(file.length).toBeLessThan(2.05 * half.length);
  });

  it('need far less memory for encoding than the picture has', () => {
    for (const quality of [50, 95]) {
      const bytes = (width: number, height: number) => {
        const cost = jpeg.encodeCost({ width, height }, { quality });
        return cost.bytes + (cost.heap ?? 0);
      };
      expect(bytes(2000, 1500)).toBeLessThan(1.8 * bytes(1000, 750));
    }
  });
});

describe('Huffman codes', () => {
  const frequenciesOf = (pairs: readonly (readonly [number, number])[]) => {
    const frequencies = new Uint32Array(256);
    for (const [symbol, count] of pairs) frequencies[symbol] = count;
    return frequencies;
  };

  it('can be read back, do not use the code of all ones, and are shorter for frequent symbols', () => {
    const pairs = fc.array(fc.tuple(fc.nat(255), fc.integer({ min: 1, max: 1e6 })), {
      minLength: 1,
      maxLength: 300,
    });
    fc.assert(
      fc.property(pairs, (list) => {
        const frequencies = frequenciesOf(list);
        const { codes, lengths, counts, symbols } = huffmanCodes(frequencies);
        const table = huffmanTable({ counts, symbols });
        for (const symbol of symbols) {
          const length = lengths[symbol] as number;
          const code = codes[symbol] as number;
          expect(table[code << (16 - length)]).toBe((length << 8) | symbol);
          expect(code).toBeLessThan(2 ** length - 1);
        }
        expect(table[0xffff]).toBe(0);
        for (const a of symbols) {
          for (const b of symbols) {
            if (frequencies[a]! > 2 * frequencies[b]!) {
              expect(lengths[a]!).toBeLessThanOrEqual(lengths[b]!);
            }
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('stay within 16 bits if the best code would be longer', () => {
    const fibonacci = [1, 1];
    while (fibonacci.length < 40) fibonacci.push(fibonacci.at(-1)! + fibonacci.at(-2)!);
    const { lengths, counts, symbols } = huffmanCodes(
      frequenciesOf(fibonacci.map((count, symbol) => [symbol, count] as const)),
    );
    expect(Math.max(...lengths)).toBeLessThanOrEqual(16);
    expect(symbols.length).toBe(40);
    expect(() => huffmanTable({ counts, symbols })).not.toThrow();
  });
});
