import { beforeAll, describe, expect, it } from 'vitest';
import type { Codecs, Probe } from '../../../src/codecs/codec.ts';
import {
  createOutsideDecoder,
  MAX_SHRUNK_BYTES,
  shrunkBytes,
  uprightHeader,
} from '../../../src/codecs/outside/outside.ts';
import { describeShrinkDecoder } from '../../contracts/shrink-decoder.ts';
import { makeImage, makePng, type PngOptions } from '../../helpers/files/make-image-files.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import { header } from '../../helpers/services/fake-codecs.ts';
import { createSharpShrinkDecoder } from '../../helpers/services/sharp-shrink-decoder.ts';

let png: Required<Codecs>['png'];

beforeAll(async () => {
  ({ png } = await loadCodecs());
});

const plain = (more: Partial<PngOptions>): Uint8Array =>
  makePng({ width: 10, height: 7, colorType: 2, bitDepth: 8, samples: () => [1, 2, 3], ...more });

describe('the decoder outside that tests use', () => {
  describeShrinkDecoder(createSharpShrinkDecoder);
});

describe('PNGs from outside', () => {
  const made = (width: number, height: number) =>
    png.encode(
      makeImage(width, height, (x, y) => [x * 20, y * 20, 7, 255]),
      { quality: 100 },
    );
  const decode = async (of: Probe, file: Uint8Array, shrink: number) =>
    createOutsideDecoder(of, png).decode(file, { shrink });

  it('are decoded as they are if they have the size', async () => {
    const image = await decode(header(30, 20), await made(10, 7), 3);
    expect([image.width, image.height]).toEqual([10, 7]);
    expect([...image.data.subarray(4, 8)]).toEqual([20, 0, 7, 255]);
  });

  it.each([
    [9, 7],
    [10, 6],
    [9, 6],
  ])('of %i×%i get the column or row that they lack by rounding', async (width, height) => {
    const image = await decode(header(30, 20), await made(width, height), 3);
    expect([image.width, image.height]).toEqual([10, 7]);
    const last = image.data.subarray(-4);
    expect([...last]).toEqual([20 * (width - 1), 20 * (height - 1), 7, 255]);
  });

  it.each([
    [8, 7],
    [10, 5],
    [11, 7],
    [10, 8],
    [1, 1],
  ])('of %i×%i show that the header of the file was wrong', async (width, height) => {
    await expect(decode(header(30, 20), await made(width, height), 3)).rejects.toMatchObject({
      code: 'undecodable',
    });
  });

  it.each([
    ['no picture', new Uint8Array(100)],
    ['nothing', new Uint8Array(0)],
    ['interlaced', plain({ interlaced: true })],
    ['of 16 bits', plain({ bitDepth: 16 })],
  ])('that are %s are a failure of the service', async (_, file) => {
    await expect(decode(header(30, 20), file, 3)).rejects.toMatchObject({
      code: 'backend_unavailable',
      retryable: true,
    });
  });

  it('that are cut short are refused', async () => {
    const file = await made(10, 7);
    await expect(
      decode(header(30, 20), file.subarray(0, file.length - 30), 3),
    ).rejects.toMatchObject({
      code: 'undecodable',
    });
  });

  it('cost what a PNG of the small picture costs, and too much if it is not small', async () => {
    const decoder = createOutsideDecoder(header(6000, 4000), png);
    const cost = (shrink: number) =>
      decoder.decodeCost({ header: header(6000, 4000), byteLength: 1e6, shrink });
    expect(cost(6).work['decode.pixels']).toBe(1000 * 667);
    expect(cost(6).bytes).toBeLessThan(5e6);
    expect(shrunkBytes({ width: 6000, height: 4000 })).toBeGreaterThan(MAX_SHRUNK_BYTES);
    expect(cost(1).bytes).toBe(Infinity);
  });

  it('are upright whatever the file says', () => {
    const sideways = { ...header(60, 40), orientation: 6, frames: 3, bitDepth: 12 };
    expect(uprightHeader(sideways)).toMatchObject({
      ...{ width: 40, height: 60, orientation: 1, frames: 1, bitDepth: 8 },
    });
  });
});
