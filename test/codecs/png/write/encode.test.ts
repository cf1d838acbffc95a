// Checks the PNG encoder: the form it chooses, its chunks, and that pixels come back.
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Codec } from '../../../../src/codecs/codec.ts';
import { readPngHeader } from '../../../../src/codecs/png/chunks.ts';
import { encodePng } from '../../../../src/codecs/png/write/encode.ts';
import type { Image } from '../../../../src/image.ts';
import { makeImage } from '../../../helpers/files/make-image-files.ts';
import { loadCodecs } from '../../../helpers/services/codec-modules.ts';
import { chunksOf, payloadOf } from './png-chunks.ts';

type Pixel = [number, number, number, number];

let png: Codec;

beforeAll(async () => {
  png = (await loadCodecs()).png;
});

/** The image as the encoder preserves it: fully transparent pixels are black. */
function tidied({ width, height, data }: Image): Image {
  return makeImage(width, height, (x, y) => {
    const [r = 0, g = 0, b = 0, a = 0] = data.subarray(4 * (y * width + x));
    return a === 0 ? [0, 0, 0, 0] : [r, g, b, a];
  });
}

async function expectSame(image: Image): Promise<void> {
  const back = await png.decode(await encodePng(image));
  expect({ width: back.width, height: back.height }).toEqual({
    width: image.width,
    height: image.height,
  });
  expect(Buffer.compare(Buffer.from(back.data), Buffer.from(tidied(image).data))).toBe(0);
}

const byte = fc.integer({ min: 0, max: 255 });
const colour: fc.Arbitrary<Pixel> = fc.tuple(byte, byte, byte, fc.oneof(fc.constant(255), byte));
const shades = (step: number): fc.Arbitrary<Pixel> =>
  fc.integer({ min: 0, max: 255 / step }).map((n) => [n * step, n * step, n * step, 255]);
const greyAlpha: fc.Arbitrary<Pixel> = fc.tuple(byte, byte).map(([v, a]) => [v, v, v, a]);
const opaque: fc.Arbitrary<Pixel> = fc.tuple(byte, byte, byte, fc.constant(255));

/** Pictures whose pixels are drawn from at most `colours` colours of a kind. */
const pictures = (
  kind: fc.Arbitrary<Pixel>,
  colours: number,
  size: { width: number; height: number },
): fc.Arbitrary<Image> =>
  fc
    .tuple(
      fc.array(kind, { minLength: 1, maxLength: colours }),
      fc.integer({ min: 1, max: size.width }),
      fc.integer({ min: 1, max: size.height }),
      fc.integer(),
    )
    .map(([list, width, height, seed]) => {
      let state = seed | 1;
      return makeImage(width, height, () => {
        state = Math.imul(state, 1664525) + 1013904223;
        return list[(state >>> 8) % list.length] as Pixel;
      });
    });

describe('encodePng', () => {
  it.each([
    ['few colours', pictures(colour, 20, { width: 40, height: 9 })],
    ['many colours', pictures(colour, 400, { width: 60, height: 20 })],
    ['many opaque colours', pictures(opaque, 400, { width: 60, height: 20 })],
    ['black and white', pictures(shades(255), 2, { width: 40, height: 5 })],
    ['4 shades of grey', pictures(shades(85), 4, { width: 40, height: 5 })],
    ['16 shades of grey', pictures(shades(17), 16, { width: 40, height: 5 })],
    ['greys', pictures(shades(1), 300, { width: 70, height: 20 })],
    ['greys with alpha', pictures(greyAlpha, 400, { width: 70, height: 20 })],
    ['a single pixel', pictures(colour, 1, { width: 1, height: 1 })],
    ['a single row', pictures(colour, 300, { width: 900, height: 1 })],
    ['a single column', pictures(colour, 300, { width: 1, height: 900 })],
  ])('gives back every visible pixel: %s', async (_, arbitrary) => {
    await fc.assert(fc.asyncProperty(arbitrary, expectSame), { numRuns: 60 });
  });

  it.each([1, 2, 3, 255, 256, 257])('gives back %i colours and transparency', async (count) => {
    const shade = (i: number): Pixel => [i & 255, 200 - (i & 15), i >> 3, i % 5 ? 255 : i & 127];
    await expectSame(makeImage(30, 30, (x, y) => shade((x * 31 + y * 17) % count)));
  });

  it('gives back a picture of several bands', async () => {
    await expectSame(
      makeImage(700, 300, (x, y) => [x & 255, y & 255, (x * y) >> 4, 255 - (x & y & 31)]),
    );
  });

  it('makes fully transparent pixels black, and does not change the given picture', async () => {
    const image = makeImage(4, 1, (x) => [50 * x, 9, 9, x === 2 ? 0 : x]);
    const before = [...image.data];
    const back = await png.decode(await encodePng(image));
    expect([...back.data]).toEqual([0, 0, 0, 0, 50, 9, 9, 1, 0, 0, 0, 0, 150, 9, 9, 3]);
    expect([...image.data]).toEqual(before);
  });

  it('reads pixels at any place of a larger buffer', async () => {
    const data = new Uint8ClampedArray(24).fill(9).subarray(5, 21);
    data.set(Array.from({ length: 16 }, (_, i) => i * 3 + 1));
    const back = await png.decode(await encodePng({ width: 2, height: 2, data }));
    expect([...back.data]).toEqual([...data]);
  });

  it('gives the same bytes again', async () => {
    const image = makeImage(90, 70, (x, y) => [x * 2, y * 3, (x * y) & 255, 255]);
    expect(await encodePng(image)).toEqual(await encodePng(image));
  });
});

const spread = (x: number, y: number): number => (x * 7 + y * 41) & 255;

describe('the form of a PNG', () => {
  const forms: [string, number, number, (x: number, y: number) => Pixel][] = [
    [
      'black and white as grey of 1 bit',
      0,
      1,
      (x) => (x % 3 ? [0, 0, 0, 255] : [255, 255, 255, 255]),
    ],
    [
      'thirds of grey as grey of 2 bits',
      0,
      2,
      (x) => [85 * (x & 3), 85 * (x & 3), 85 * (x & 3), 255],
    ],
    [
      '17 steps of grey as grey of 4 bits',
      0,
      4,
      (x) => [17 * (x & 15), 17 * (x & 15), 17 * (x & 15), 255],
    ],
    [
      'all greys as grey of 8 bits',
      0,
      8,
      (x, y) => [spread(x, y), spread(x, y), spread(x, y), 255],
    ],
    [
      'two odd greys as a palette of 1 bit',
      3,
      1,
      (x) => (x & 1 ? [7, 7, 7, 255] : [99, 99, 99, 255]),
    ],
    ['2 colours as a palette of 1 bit', 3, 1, (x) => [9, 200 * (x & 1), 0, 255]],
    ['3 colours as a palette of 2 bits', 3, 2, (x) => [9, 50 * (x % 3), 0, 255]],
    ['16 colours as a palette of 4 bits', 3, 4, (x) => [9, 3 * (x & 15), 0, 255]],
    ['17 colours as a palette of 8 bits', 3, 8, (x) => [9, 3 * (x % 17), 0, 255]],
    ['256 translucent colours as a palette of 8 bits', 3, 8, (x, y) => [9, 8, 7, spread(x, y)]],
    ['many greys with alpha as grey and alpha', 4, 8, (x, y) => [2 * x, 2 * x, 2 * x, 2 * y]],
    ['many colours as red, green and blue', 2, 8, (x, y) => [2 * x, 2 * y, x ^ y, 255]],
    ['many colours with alpha as all four', 6, 8, (x, y) => [2 * x, 2 * y, x ^ y, 128]],
  ];

  it.each(forms)('stores %s', async (_, colorType, bitDepth, pixel) => {
    const image = makeImage(100, 100, pixel);
    const file = await encodePng(image);
    expect(readPngHeader(file)).toEqual({
      width: 100,
      height: 100,
      bitDepth,
      colorType,
      interlaced: false,
    });
    await expectSame(image);
  });

  it('has no palette if that would be larger than the pixels', async () => {
    const colours = makeImage(15, 15, (x, y) => [16 * x, 16 * y, x * y, 255]);
    expect(readPngHeader(await encodePng(colours))).toMatchObject({ colorType: 2 });
  });

  it('lists translucent colours first, each group from dark to light, and only their alphas', async () => {
    const colours: Pixel[] = [
      [250, 250, 250, 255],
      [200, 0, 0, 255],
      [90, 90, 90, 128],
      [5, 6, 7, 0],
      [0, 0, 80, 255],
    ];
    const file = await encodePng(makeImage(50, 5, (x) => colours[x % 5] as Pixel));
    expect(payloadOf(file, 'PLTE')).toEqual([
      ...[0, 0, 0],
      ...[90, 90, 90],
      ...[0, 0, 80],
      ...[200, 0, 0],
      ...[250, 250, 250],
    ]);
    expect(payloadOf(file, 'tRNS')).toEqual([0, 128]);
  });

  it.each([
    ['opaque colours', ['IHDR', 'PLTE', 'IDAT', 'IEND'], (x: number): Pixel => [x & 3, 0, 0, 255]],
    [
      'a transparent colour',
      ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'],
      (x: number): Pixel => [x & 3, 0, 0, 9],
    ],
    ['a single black pixel', ['IHDR', 'IDAT', 'IEND'], (): Pixel => [0, 0, 0, 255]],
  ])('writes the chunks of %s in order, with their sums', async (_, names, pixel) => {
    const file = await encodePng(makeImage(30, 3, pixel));
    expect(chunksOf(file).map(({ name }) => name)).toEqual(names);
  });
});
