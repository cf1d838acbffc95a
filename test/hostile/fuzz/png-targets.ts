// What the fuzz targets of PNG need: seeds, tokens, mended checksums, and rows of all kinds.
import { crc32, deflateSync as deflated } from 'node:zlib';
import type { Codecs } from '../../../src/codecs/codec.ts';
import { makeExif, makePng, pngChunk } from '../../helpers/files/make-image-files.ts';
import { pngOf } from '../corpus/bombs.ts';
import type { FuzzTarget } from './fuzz.ts';
import { refusesFile } from './refusals.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
export const PNG_TOKENS = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND', 'iCCP', 'eXIf', 'acTL', 'cICP'];

/** A PNG whose chunks have correct checksums, as far as they can be parsed. */
export function mendSums(input: Uint8Array): Uint8Array {
  const copy = Buffer.from(input);
  for (let at = 8; at + 12 <= copy.length; ) {
    const end = at + 8 + copy.readUInt32BE(at);
    if (end + 4 > copy.length) break;
    copy.writeUInt32BE(crc32(copy.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return new Uint8Array(copy);
}

/** Filters and rows of all kinds, which damage to packed pixels does not reach. The first bytes choose the header. */
export function rowsTarget(codecs: Codecs): FuzzTarget {
  /** Colour type, bits per sample, samples per pixel. */
  const kinds = [
    [0, 1, 1],
    [0, 16, 1],
    [2, 8, 3],
    [3, 1, 1],
    [4, 8, 2],
    [6, 16, 4],
  ] as const;
  return {
    name: 'png rows',
    seeds: [Uint8Array.from({ length: 900 }, (_, i) => (i % 37 === 0 ? i % 5 : (i * 7) & 255))],
    tokens: [bytes(0), bytes(1), bytes(2), bytes(3), bytes(4)],
    refuses: refusesFile,
    async run(input) {
      const [kind = 0, wide = 0, high = 0] = input;
      const [colorType, bitDepth, samples] = kinds[kind % kinds.length] as (typeof kinds)[number];
      const size = { width: 1 + (wide % 40), height: 1 + (high % 20) };
      const rowBytes = 1 + Math.ceil((size.width * bitDepth * samples) / 8);
      const rows = Buffer.alloc(rowBytes * size.height, input.length > 0 ? input : 'rows');
      for (let at = 0; at < rows.length; at += rowBytes) rows[at] = (rows[at] as number) % 5;
      const file = pngOf({ ...size, colorType, bitDepth, interlaced: kind > 200 }, [
        pngChunk('PLTE', [1, 2, 3, 4, 5, 6]),
        pngChunk('IDAT', deflated(rows)),
      ]);
      const { width, height } = (await codecs.png?.decode(file)) ?? {};
      if (width !== size.width || height !== size.height) throw new Error('another size');
    },
  };
}

export function madePngs(): Uint8Array[] {
  const size = { width: 21, height: 13 };
  return [
    makePng({
      ...size,
      colorType: 6,
      bitDepth: 16,
      samples: (x, y) => [99 * x, 77 * y, 5, 65_535],
    }),
    makePng({
      ...size,
      colorType: 3,
      bitDepth: 2,
      samples: (x) => [x & 3],
      palette: [
        [1, 2, 3],
        [9, 9, 9],
        [255, 0, 0],
        [0, 255, 0],
      ],
      transparency: [9],
      interlaced: true,
    }),
    makePng({
      ...size,
      colorType: 0,
      bitDepth: 1,
      samples: (x, y) => [(x + y) & 1],
      filters: [0, 1, 2, 3, 4],
      before: [pngChunk('eXIf', makeExif(6))],
      parts: 4,
    }),
  ];
}
