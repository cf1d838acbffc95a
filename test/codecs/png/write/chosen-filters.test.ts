// Checks which filters the PNG encoder chooses.
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readPngHeader } from '../../../../src/codecs/png/chunks.ts';
import type { FilterPlan } from '../../../../src/codecs/png/row-filter/row-filter.ts';
import { encodePng } from '../../../../src/codecs/png/write/encode.ts';
import { filterRow } from '../../../../src/codecs/png/write/filter.ts';
import type { Image } from '../../../../src/image.ts';
import { makeImage } from '../../../helpers/files/make-image-files.ts';
import { filtersOf, payloadOf } from './png-chunks.ts';

type Pixel = [number, number, number, number];

/** Bytes of the compressed rows of an opaque picture, all filtered in one way. */
function compressedWith({ width, height, data }: Image, plan: FilterPlan): number {
  const rowBytes = 3 * width;
  const rows = new Uint8Array(height * (rowBytes + 1));
  let above = new Uint8Array(3 + rowBytes);
  for (let y = 0; y < height; y++) {
    const row = new Uint8Array(3 + rowBytes);
    for (let x = 0; x < width; x++)
      row.set(data.subarray(4 * (y * width + x)).subarray(0, 3), 3 * x + 3);
    filterRow({ row, above, pixelBytes: 3 }, plan, rows, y * (rowBytes + 1));
    above = row;
  }
  return deflateSync(rows).length;
}

describe('the filters of a PNG', () => {
  const wave = (x: number, y: number): number => Math.round(127 + 90 * Math.sin(x / 9 + y / 23));

  it('are not used on patterns, whose repetition they would hide', async () => {
    const level = (value: number, x: number, y: number): number =>
      36 * Math.round(value / 36 + ((5 * x + 7 * y) % 8) / 8 - 0.45);
    const dithered = (x: number, y: number): Pixel => {
      const v = wave(x, y);
      return [level(v, x, y), level(255 - v, x + 3, y), level(x, x, y + 1), 255];
    };
    const file = await encodePng(makeImage(200, 200, dithered));
    expect(readPngHeader(file)).toMatchObject({ colorType: 3, bitDepth: 8 });
    expect(new Set(filtersOf(file))).toEqual(new Set([0]));
  });

  it('are not used below 8 bits', async () => {
    const file = await encodePng(makeImage(64, 64, (x, y) => [9, 3 * ((x + y) >> 3), 0, 255]));
    expect(readPngHeader(file)).toMatchObject({ colorType: 3, bitDepth: 4 });
    expect(new Set(filtersOf(file))).toEqual(new Set([0]));
  });

  it('make a smooth picture small', async () => {
    const image = makeImage(256, 256, (x, y) => [x, y, (x + y) >> 1, 255]);
    const file = await encodePng(image);
    expect(new Set(filtersOf(file))).not.toContain(0);
    // Without filters these rows compress to about 90 kB.
    expect(file.length).toBeLessThan(2500);
  });

  it('make a smooth palette small, because neighbours in it look alike', async () => {
    const tone = (v: number): Pixel => [40 + (v >> 1), v, 255 - (v >> 2), 255];
    const toned = await encodePng(makeImage(256, 256, (x, y) => tone(wave(x, y))));
    const grey = await encodePng(
      makeImage(256, 256, (x, y) => [wave(x, y), wave(x, y), wave(x, y), 255]),
    );
    expect(readPngHeader(toned)).toMatchObject({ colorType: 3, bitDepth: 8 });
    expect(toned.length).toBeLessThan(grey.length + 800);
  });

  it.each([
    ['waves', 1],
    ['blocks', 8],
    ['columns', 90],
  ])('are those that make a small picture smallest: %s', async (_, step) => {
    const level = (x: number, y: number): number => wave(step * Math.floor(x / step), y) & 255;
    const image = makeImage(100, 90, (x, y) => [level(x, y), level(y, x), (x * y) & 255, 255]);
    const file = await encodePng(image);
    expect(readPngHeader(file)).toMatchObject({ colorType: 2 });
    const sizes = ([0, 1, 2, 'least'] as const).map((plan) => compressedWith(image, plan));
    expect(payloadOf(file, 'IDAT').length).toBe(Math.min(...sizes));
  });

  it('use the row above if blocks repeat it', async () => {
    const block = (x: number, y: number): Pixel => {
      const n = Math.imul((x >> 4) * 73 + (y >> 4) * 151 + 1, 0x9e3779b1) >>> 8;
      return [n & 255, (n >> 8) & 255, (n >> 16) & 255, 255];
    };
    const file = await encodePng(makeImage(480, 320, block));
    expect(readPngHeader(file)).toMatchObject({ colorType: 2 });
    expect(file.length).toBeLessThan(6500);
  });
});
