// Checks that nothing behind the last row of a PNG refuses it, and that everything before still can.
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePng } from '../../../../src/codecs/png/read/decode.ts';
import { inflate } from '../../../../src/codecs/png/read/inflate.ts';
import { pixelPieces } from '../../../../src/codecs/png/read/pieces.ts';
import { probe } from '../../../../src/codecs/probe/probe.ts';
import { bytesOf, pngChunk, pngHeader } from '../../../helpers/files/make-image-files.ts';

const undecodable = expect.objectContaining({ code: 'undecodable' });
const noise = (i: number): number => (Math.imul(i + 1, 0x9e3779b1) >>> 13) & 255;

/** Grey pictures whose pixels are noise, as rows with filter 0. */
function noisy(width: number, height: number) {
  const rows = Buffer.alloc(height * (width + 1));
  for (let i = 0; i < rows.length; i++) rows[i] = i % (width + 1) ? noise(i) : 0;
  const start = bytesOf(
    [0x89],
    'PNG\r\n\x1a\n',
    pngChunk('IHDR', pngHeader({ width, height, colorType: 0 })),
  );
  return { start, stream: new Uint8Array(deflateSync(rows)) };
}

const end = pngChunk('IEND');
const broken = (chunk: Uint8Array): Uint8Array =>
  chunk.map((byte, i) => (i === chunk.length - 1 ? byte ^ 1 : byte));
const idat = (...parts: Parameters<typeof bytesOf>): Uint8Array =>
  pngChunk('IDAT', bytesOf(...parts));
const zeros = (count: number): number[] => new Array<number>(count).fill(0);

/** What may follow, as a function from the compressed pixels to all that comes behind the header. */
const tails: [string, (stream: Uint8Array) => Uint8Array][] = [
  ['no end chunk', (z) => idat(z)],
  ['zeros instead of an end chunk', (z) => bytesOf(idat(z), zeros(512))],
  ['text instead of an end chunk', (z) => bytesOf(idat(z), 'hello, this is no chunk')],
  ['a chunk of an impossible length', (z) => bytesOf(idat(z), [255, 255, 255, 255], 'IDAT')],
  ['bytes behind the stream', (z) => bytesOf(idat(z, zeros(4)), end)],
  ['many bytes behind the stream', (z) => bytesOf(idat(z, new Array(90_000).fill(7)), end)],
  ['a second chunk of junk', (z) => bytesOf(idat(z), idat(new Array(20).fill(9)), end)],
  ['a second chunk with a wrong checksum', (z) => bytesOf(idat(z), broken(idat([1, 2])), end)],
  ['a wrong Adler checksum', (z) => bytesOf(idat(z.subarray(0, -4), zeros(4)), end)],
  ['no Adler checksum', (z) => bytesOf(idat(z.subarray(0, -4)), end)],
  ['a part of the Adler checksum', (z) => bytesOf(idat(z.subarray(0, -2)), end)],
  ['a cut checksum of the chunk', (z) => idat(z).subarray(0, -2)],
  ['a palette', (z) => bytesOf(idat(z), pngChunk('PLTE', [1, 2, 3]), end)],
  ['transparency', (z) => bytesOf(idat(z), pngChunk('tRNS', [0, 1]), end)],
  ['a second header', (z) => bytesOf(idat(z), pngChunk('IHDR', zeros(13)), end)],
  ['an unknown critical chunk', (z) => bytesOf(idat(z), pngChunk('ABCD', [1]), end)],
  ['an end chunk with a wrong checksum', (z) => bytesOf(idat(z), broken(end))],
  [
    'a text between two chunks of pixels',
    (z) => bytesOf(idat(z), pngChunk('tEXt'), idat([1]), end),
  ],
];

describe.each([
  ['small', 9, 7],
  ['large', 400, 300],
])('a %s PNG whose rows are all there', (_, width, height) => {
  const { start, stream } = noisy(width, height);

  it.each(tails)('is shown with %s behind them', async (_, tail) => {
    const file = bytesOf(start, tail(stream));
    expect(probe(file)).toMatchObject({ width, height });
    const { data } = await decodePng(file);
    for (let y = 0, p = 0; y < height; y++) {
      for (let x = 0; x < width; x++, p += 4) {
        if (data[p] !== noise(y * (width + 1) + x + 1)) expect.fail(`pixel ${x},${y}`);
      }
    }
  });

  it('is refused with a wrong checksum of its own pixels', async () => {
    const file = bytesOf(start, broken(idat(stream)), end);
    await expect(decodePng(file)).rejects.toEqual(undecodable);
  });
});

describe('a PNG', () => {
  it('is fed in longer pieces while its blocks are empty', async () => {
    const { start, stream } = noisy(9, 7);
    const empty = Uint8Array.from({ length: 1_000_000 }, (_, i) => (i % 5 < 3 ? 0 : 255));
    const file = bytesOf(start, idat(stream.subarray(0, 2), empty, stream.subarray(2)), end);
    let pieces = 0;
    const next = pixelPieces(file.subarray(start.length));
    for await (const part of inflate((most) => {
      pieces++;
      return next(most);
    }))
      expect(part.length).toBeGreaterThan(0);
    // 244 of the first length.
    expect(pieces).toBeLessThan(80);
  });

  const { start, stream } = noisy(40, 30);

  it('is shown wherever its stream is split, whatever follows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: stream.length }),
        fc.uint8Array({ maxLength: 300 }),
        async (split, junk) => {
          const file = bytesOf(
            start,
            idat(stream.subarray(0, split)),
            idat(stream.subarray(split), junk),
            junk,
          );
          const { data } = await decodePng(file);
          expect([data[0], data.at(-4)]).toEqual([noise(1), noise(41 * 30 - 1)]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each([
    ['that is cut in a row', (z: Uint8Array) => bytesOf(idat(z.subarray(0, -8)), end)],
    [
      'with junk in its middle',
      (z: Uint8Array) => bytesOf(idat(z.subarray(0, 500), zeros(400)), end),
    ],
    [
      'with another chunk between its pixels',
      (z: Uint8Array) =>
        bytesOf(idat(z.subarray(0, 500)), pngChunk('tEXt'), idat(z.subarray(500)), end),
    ],
    [
      'with an unknown critical chunk before them',
      (z: Uint8Array) => bytesOf(pngChunk('ABCD'), idat(z), end),
    ],
    [
      'with a broken palette before them',
      (z: Uint8Array) => bytesOf(broken(pngChunk('PLTE', [1, 2, 3])), idat(z), end),
    ],
  ])('%s is refused', async (_, rest) => {
    await expect(decodePng(bytesOf(start, rest(stream)))).rejects.toEqual(undecodable);
  });
});
