// Checks what the probe reads from the header of a PNG.
import { describe, expect, it } from 'vitest';
import { probe } from '../../../src/codecs/probe/probe.ts';
import {
  bytesOf,
  makeExif,
  makePng,
  pngChunk,
  pngHeader,
  uint,
} from '../../helpers/files/make-image-files.ts';

const size = { width: 300, height: 200 };
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('probe of a PNG', () => {
  const samples = () => [0, 0, 0, 0];
  const tiny = { width: 3, height: 2, bitDepth: 8, samples } as const;

  it.each([
    [
      { ...tiny, colorType: 0 },
      { channels: 1, samples: 1, alpha: false, bitDepth: 8 },
    ],
    [
      { ...tiny, colorType: 0, bitDepth: 1 },
      { channels: 1, bitDepth: 1 },
    ],
    [
      { ...tiny, colorType: 2, bitDepth: 16 },
      { channels: 3, bitDepth: 16 },
    ],
    [
      { ...tiny, colorType: 4 },
      { channels: 2, samples: 2, alpha: true },
    ],
    [
      { ...tiny, colorType: 6 },
      { channels: 4, alpha: true, progressive: false },
    ],
    [{ ...tiny, colorType: 6, interlaced: true }, { progressive: true }],
    [
      { ...tiny, colorType: 3, bitDepth: 2, palette: [[1, 2, 3]] },
      { channels: 3, samples: 0.25, bitDepth: 8 },
    ],
    [{ ...tiny, colorType: 3, palette: [[1, 2, 3]], transparency: [255] }, { alpha: false }],
    [{ ...tiny, colorType: 3, palette: [[1, 2, 3]], transparency: [254] }, { alpha: true }],
    [
      { ...tiny, colorType: 2, transparency: [0, 1, 0, 2, 0, 3] },
      { alpha: true, channels: 3 },
    ],
  ] as const)('reads %o', (options, expected) => {
    const png = makePng(options as Parameters<typeof makePng>[0]);
    expect(probe(png)).toMatchObject({
      format: 'png',
      width: 3,
      height: 2,
      orientation: 1,
      frames: 1,
      ...expected,
    });
  });

  it('reads orientation and number of frames from chunks before the pixels', () => {
    const before = [
      pngChunk('acTL', [...uint(12, 4), ...uint(0, 4)]),
      pngChunk('eXIf', makeExif(6, { little: false })),
    ];
    expect(probe(makePng({ ...tiny, colorType: 6, before }))).toMatchObject({
      orientation: 6,
      frames: 12,
    });
  });

  const signature = bytesOf([0x89], 'PNG\r\n\x1a\n');
  const withHeader = (header: number[]) =>
    bytesOf(signature, pngChunk('IHDR', header), pngChunk('IDAT'), pngChunk('IEND'));

  it('reads the largest size that the format allows', () => {
    const large = { width: 0x7fffffff, height: 1 };
    expect(probe(withHeader(pngHeader(large)))).toMatchObject(large);
  });

  it.each([
    ['no width', withHeader(pngHeader({ width: 0, height: 1 }))],
    ['a width of 2³¹', withHeader(pngHeader({ width: 2 ** 31, height: 1 }))],
    ['colour type 5', withHeader(pngHeader({ ...size, colorType: 5 }))],
    ['4-bit colour', withHeader(pngHeader({ ...size, colorType: 2, bitDepth: 4 }))],
    ['a short header', withHeader(pngHeader(size).slice(1))],
    ['interlace method 2', withHeader([...pngHeader(size).slice(0, 12), 2])],
    ['another first chunk', bytesOf(signature, pngChunk('CgBI', pngHeader(size)))],
    ['its signature only', signature],
    [
      'an endless chunk',
      bytesOf(signature, pngChunk('IHDR', pngHeader(size)), uint(2 ** 31, 4), 'abcd'),
    ],
    ['a wrong sum', withHeader(pngHeader(size)).map((byte, i) => (i === 30 ? byte ^ 1 : byte))],
  ])('calls a file with %s undecodable', (_, bytes) => {
    expect(() => probe(bytes)).toThrow(code('undecodable'));
  });
});
