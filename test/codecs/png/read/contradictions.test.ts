// Files whose pixels contradict their header.
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePng } from '../../../../src/codecs/png/read/decode.ts';
import { probe } from '../../../../src/codecs/probe/probe.ts';
import { makePng, type PngOptions, pngOfStream } from '../../../helpers/files/make-image-files.ts';

const undecodable = expect.objectContaining({ code: 'undecodable' });

describe('a PNG whose pixels contradict its header', () => {
  const noisy: PngOptions = {
    width: 60,
    height: 50,
    colorType: 2,
    bitDepth: 8,
    parts: 3,
    filters: [0, 1, 2, 3, 4],
    samples: (x, y) => [0, 1, 2].map((i) => (Math.imul(x + 64 * y + i, 0x9e3779b1) >>> 9) & 255),
  };
  const rows = Buffer.alloc(11 * 10, 1);
  const grey = { width: 10, height: 10, colorType: 0 };
  const stream = deflateSync(rows);

  it('is a picture of its size or undecodable if a bit of its stream is flipped, and its chunk has the checksum of that', async () => {
    const whole = new Uint8Array(stream);
    let refused = 0;
    for (let bit = 0; bit < 8 * (whole.length - 4); bit++) {
      const flipped = whole.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      await decodePng(pngOfStream(grey, flipped)).then(
        (image) => expect(image).toMatchObject({ width: 10, height: 10 }),
        (error) => {
          refused++;
          expect(error).toEqual(undecodable);
        },
      );
    }
    expect(refused).toBeGreaterThan(whole.length);
  });

  it('is undecodable if its stream is cut before its last row', async () => {
    // Behind the last row are the end of the block and the checksum.
    for (let length = 0; length < stream.length - 6; length++) {
      await expect(decodePng(pngOfStream(grey, stream.subarray(0, length)))).rejects.toEqual(
        undecodable,
      );
    }
  });

  it('is undecodable if a byte of a large stream is changed, or whole if only the length of its last chunk is', async () => {
    const file = makePng(noisy);
    const whole = await decodePng(file);
    // A chunk that says to be longer than the file counts as cut short, and its pixels are all there.
    const lastLength = file.length - 12 - 12 - 437;
    const lengths = [0, 1, 2].map((i) => lastLength + i);
    const start = file.indexOf(0x49, 33);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: start, max: file.length - 13 }), async (at) => {
        const changed = file.map((byte, i) => (i === at ? byte ^ 0x10 : byte));
        if (lengths.includes(at)) expect(await decodePng(changed)).toEqual(whole);
        else await expect(decodePng(changed)).rejects.toEqual(undecodable);
      }),
      { numRuns: 60, examples: lengths.map((at) => [at]) },
    );
  });

  it.each([
    ['an unknown filter', Buffer.from(rows).fill(5, 55, 56)],
    ['too few rows', rows.subarray(0, 109)],
    ['no rows', rows.subarray(0, 0)],
  ])('is undecodable with %s', async (_, raw) => {
    await expect(decodePng(pngOfStream(grey, deflateSync(raw)))).rejects.toEqual(undecodable);
  });

  it.each([1, 2, 4, 8] as const)(
    'is black where a %i-bit index is outside of its palette',
    async (bitDepth) => {
      const colours = 2 ** bitDepth - 1;
      const options: PngOptions = {
        width: 21,
        height: 3,
        colorType: 3,
        bitDepth,
        palette: Array.from({ length: colours }, (_, i) => [i, i, i]),
        samples: () => [colours - 1],
      };
      const last = (x: number, y: number) => [x === 20 && y === 2 ? colours : colours - 1];
      const { data } = await decodePng(makePng({ ...options, samples: last }));
      expect([...data.subarray(0, 4)]).toEqual([...Array(3).fill(colours - 1), 255]);
      expect([...data.subarray(-4)]).toEqual([0, 0, 0, 255]);
    },
  );

  it.each([
    ['grey', 0, [1]],
    ['colour', 2, [0, 1]],
    ['palette', 3, new Array<number>(257).fill(0)],
  ] as const)(
    'is opaque with transparency of a wrong length: %s',
    async (_, colorType, transparency) => {
      const options: PngOptions = {
        width: 2,
        height: 2,
        colorType,
        bitDepth: 8,
        palette: [[1, 2, 3]],
        transparency: [...transparency],
        samples: () => (colorType === 2 ? [0, 0, 0] : [0]),
      };
      const file = makePng(options);
      expect(probe(file).alpha).toBe(false);
      const { data } = await decodePng(file);
      expect([data[3], data.at(-1)]).toEqual([255, 255]);
    },
  );

  it('is decoded if its stream continues after the last row', async () => {
    const longer = Buffer.concat([rows, Buffer.alloc(1000, 9)]);
    const { data } = await decodePng(pngOfStream(grey, deflateSync(longer)));
    expect(data[0]).toBe(1);
  });

  it('is refused before memory is allocated if it is too short for its size', async () => {
    const file = pngOfStream({ width: 100_000, height: 100_000, colorType: 0 }, stream);
    await expect(decodePng(file)).rejects.toEqual(undecodable);
  });
});
