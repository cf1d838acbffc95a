// Small files that demand much: huge sizes, packed zeros, hundreds of thousands of parts.
import { deflateSync } from 'node:zlib';
import { makeAvif } from '../../codecs/make-headers.ts';
import { hash32 } from '../../helpers/files/golden-images.ts';
import {
  bytesOf,
  jpegSegment,
  makeJpegHeader,
  makePng,
  makeWebp,
  pngChunk,
  pngHeader,
  uint,
  vp8Header,
  vp8x,
  webpChunk,
  withJpegSegment,
} from '../../helpers/files/make-image-files.ts';
import { writeHeic } from '../../helpers/files/write-avif.ts';
import type { HostileFile, Sound } from './corpus.ts';
import { makeEmptyScans } from './empty-scans.ts';
import { gifBombs } from './gif-bombs.ts';

const MIB = 2 ** 20;
const MANY = 100_000;

/** `mib` MiB of zeros, packed to a thousandth. */
const packedZeros = (mib: number): Uint8Array =>
  new Uint8Array(deflateSync(new Uint8Array(mib * MIB), { level: 9 }));

const noise = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => hash32(i));

/** A PNG with these chunks between header and end. */
export function pngOf(
  header: Parameters<typeof pngHeader>[0],
  chunks: readonly Uint8Array[] = [],
): Uint8Array {
  const start = bytesOf([0x89], 'PNG\r\n\x1a\n', pngChunk('IHDR', pngHeader(header)));
  return new Uint8Array(Buffer.concat([start, ...chunks, pngChunk('IEND')]));
}

const small = (chunks: { before?: Uint8Array[]; after?: Uint8Array[]; parts?: number }) =>
  makePng({
    width: 20,
    height: 20,
    colorType: 2,
    bitDepth: 8,
    samples: (x, y) => [12 * x, 12 * y, 99],
    ...chunks,
  });

const repeated = (chunk: Uint8Array, times: number): Uint8Array => {
  const bytes = Buffer.alloc(chunk.length * times);
  bytes.fill(chunk);
  return new Uint8Array(bytes);
};

/** Rows of noise, after which a reader takes large pieces, and then zeros. */
function turningPng(): Uint8Array {
  const [width, height] = [4000, 4000];
  const raw = new Uint8Array(height * (3 * width + 1));
  raw.set(noise(2 * MIB).map((byte, i) => (i % (3 * width + 1) === 0 ? 0 : byte)));
  const packed = new Uint8Array(deflateSync(raw, { level: 9 }));
  return pngOf({ width, height, colorType: 2 }, [pngChunk('IDAT', packed)]);
}

const tooLarge = ['too_many_pixels'] as const;
const asPicture = ['picture'] as const;
const refused = ['undecodable'] as const;

export function bombs(sound: Sound): HostileFile[] {
  const header = (width: number, height: number) => () =>
    pngOf({ width, height }, [pngChunk('IDAT')]);
  return [
    {
      name: 'JPEG that claims 64250×64250',
      make: () => makeJpegHeader({ width: 64_250, height: 64_250 }),
      may: tooLarge,
    },
    ...gifBombs(),
    { name: 'PNG that claims 2³¹×2³¹', make: header(2 ** 31, 2 ** 31), may: refused },
    {
      name: 'PNG that claims 2³¹−1 both ways',
      make: header(2 ** 31 - 1, 2 ** 31 - 1),
      may: tooLarge,
    },
    { name: 'PNG that claims 2³¹−1 across', make: header(2 ** 31 - 1, 1), may: tooLarge },
    {
      name: 'PNG of 16384×16384 with one bit',
      make: () =>
        pngOf({ width: 16_384, height: 16_384, bitDepth: 1, colorType: 0 }, [
          pngChunk('IDAT', deflateSync(new Uint8Array(16_384 * 2049))),
        ]),
      may: tooLarge,
    },
    {
      name: 'PNG of 10000×10000 without pixels',
      make: header(10_000, 10_000),
      may: ['undecodable', 'over_budget'],
    },
    {
      name: 'WebP that claims 16383×16383',
      make: () => makeWebp(webpChunk('VP8 ', vp8Header(16_383, 16_383))),
      may: tooLarge,
    },
    {
      name: 'WebP that claims 2²⁴×2²⁴ in its extended header',
      make: () => makeWebp(webpChunk('VP8X', vp8x(0, 2 ** 24, 2 ** 24))),
      may: tooLarge,
    },
    {
      name: 'lossless WebP that claims 16384×16384 in 30 bytes',
      make: () => makeWebp(webpChunk('VP8L', [0x2f, 0xff, 0xff, 0xff, 0x0f, ...noise(20)])),
      may: tooLarge,
    },
    {
      name: 'AVIF that claims 65536×65536',
      make: () => makeAvif({ width: 65_536, height: 65_536 }),
      may: tooLarge,
    },
    {
      name: 'PNG with a text of 100 MiB in 100 kB',
      make: () =>
        small({ before: [pngChunk('zTXt', bytesOf('Comment\0', [0], packedZeros(100)))] }),
      may: asPicture,
    },
    {
      name: 'PNG with an international text of 100 MiB in 100 kB',
      make: () =>
        small({
          before: [pngChunk('iTXt', bytesOf('Comment\0', [1, 0], 'en\0x\0', packedZeros(100)))],
        }),
      may: asPicture,
    },
    {
      name: 'PNG with a colour profile of 100 MiB in 100 kB',
      make: () => small({ before: [pngChunk('iCCP', bytesOf('p\0', [0], packedZeros(100)))] }),
      may: asPicture,
    },
    {
      name: 'PNG with pixels of 100 MiB behind those of its 8×8',
      make: () => pngOf({ width: 8, height: 8 }, [pngChunk('IDAT', packedZeros(100))]),
      may: asPicture,
    },
    {
      name: 'PNG of noise that turns into zeros',
      make: turningPng,
      may: ['picture', 'over_budget'],
    },
    {
      name: 'PNG with 100,000 tiny chunks in front of its pixels',
      make: () => small({ before: [repeated(pngChunk('tEXt', [65, 0, 66]), MANY)] }),
      may: asPicture,
    },
    {
      name: 'PNG with 100,000 empty pixel chunks',
      make: () => small({ before: [repeated(pngChunk('IDAT'), MANY)] }),
      may: asPicture,
    },
    {
      name: 'PNG with a pixel chunk for each byte',
      make: () => {
        const raw = noise(601 * 200).map((byte, i) => (i % 601 === 0 ? 0 : byte));
        const chunks = Array.from(deflateSync(raw), (byte) => pngChunk('IDAT', [byte]));
        return pngOf({ width: 200, height: 200, colorType: 2 }, chunks);
      },
      may: asPicture,
    },
    {
      name: 'PNG that announces 2³¹ frames',
      make: () => small({ before: [pngChunk('acTL', [...uint(2 ** 31, 4), 0, 0, 0, 0])] }),
      may: ['picture', 'format_unsupported'],
    },
    {
      name: 'JPEG with 3000 scans',
      make: () => makeEmptyScans({ width: 640, height: 480, scans: 2450 }),
      may: refused,
    },
    {
      name: 'JPEG of 24 megapixels with 90 empty scans',
      make: () => makeEmptyScans({ width: 6000, height: 4000, scans: 90 }),
      may: refused,
    },
    {
      name: 'JPEG of 24 megapixels with 90 empty scans, colours at half',
      make: () => makeEmptyScans({ width: 6000, height: 4000, scans: 90, halfColours: true }),
      may: refused,
    },
    {
      name: 'JPEG of 4 megapixels with 90 empty scans',
      make: () => makeEmptyScans({ width: 2400, height: 1600, scans: 90, halfColours: true }),
      may: refused,
    },
    {
      name: 'JPEG with 5000 Huffman tables',
      make: () => {
        const table = jpegSegment(0xc4, [0x00, 1, ...new Array<number>(15).fill(0), 0]);
        return bytesOf([0xff, 0xd8], repeated(table, 5000), sound.jpeg.subarray(2));
      },
      may: refused,
    },
    {
      name: 'JPEG with 100,000 comments',
      make: () =>
        bytesOf([0xff, 0xd8], repeated(jpegSegment(0xfe, [65]), MANY), sound.jpeg.subarray(2)),
      may: asPicture,
    },
    {
      name: 'JPEG with 4 MB of fill bytes',
      make: () => bytesOf([0xff, 0xd8], new Uint8Array(4e6).fill(255), sound.jpeg.subarray(2)),
      may: asPicture,
    },
    {
      name: 'JPEG with a colour profile in 255 parts that repeat',
      make: () => {
        const part = jpegSegment(0xe2, bytesOf('ICC_PROFILE\0', [1, 255], noise(60_000)));
        return bytesOf([0xff, 0xd8], repeated(part, 20), sound.jpeg.subarray(2));
      },
      may: asPicture,
    },
    {
      name: 'JPEG with an EXIF directory of 65535 entries that are not there',
      make: () =>
        withJpegSegment(
          sound.jpeg,
          0xe1,
          bytesOf('Exif\0\0', 'II', [42, 0, 8, 0, 0, 0, 255, 255], new Uint8Array(12 * 4000)),
        ),
      may: asPicture,
    },
    {
      name: 'WebP with 10,000 frames',
      make: () =>
        makeWebp(
          webpChunk('VP8X', vp8x(0x02, 16, 16)),
          webpChunk('ANIM', [0, 0, 0, 0, 0, 0]),
          repeated(webpChunk('ANMF', new Uint8Array(24)), 10_000),
        ),
      may: refused,
    },
    {
      name: 'AVIF of 100,000 empty boxes',
      make: () => bytesOf(sound.avif.subarray(0, 32), repeated(bytesOf(uint(8, 4), 'free'), MANY)),
      may: ['undecodable'],
    },
    {
      name: 'HEIC that claims 40,000×40,000',
      make: () => writeHeic({ width: 40_000, height: 40_000 }),
      may: ['too_many_pixels'],
    },
    {
      name: 'HEIC of 100,000 empty boxes',
      make: () =>
        bytesOf(
          writeHeic({ width: 8, height: 8 }).subarray(0, 24),
          repeated(bytesOf(uint(8, 4), 'free'), MANY),
        ),
      may: ['format_unsupported'],
    },
  ];
}
