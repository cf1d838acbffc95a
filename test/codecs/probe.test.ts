// Checks what the header probe reads from each format, and how it refuses everything else.
import { describe, expect, it } from 'vitest';
import { probe, probePrefix } from '../../src/codecs/probe.ts';
import {
  bytesOf,
  jpegSegment,
  makeExif,
  makeJpegHeader,
  makePng,
  makeWebp,
  pngChunk,
  pngHeader,
  uint,
  vp8Header,
  vp8x,
  webpChunk,
  withExif,
} from '../helpers/make-image-files.ts';
import { makeAvif, makeGif } from './make-headers.ts';

const size = { width: 300, height: 200 };
const code = (expected: string) => expect.objectContaining({ code: expected });
const app1 = (exif: Uint8Array) => jpegSegment(0xe1, bytesOf('Exif\0\0', exif));

describe('probe of a JPEG', () => {
  it('reads the frame header', () => {
    expect(probe(makeJpegHeader(size))).toEqual({
      format: 'jpeg',
      ...size,
      bitDepth: 8,
      channels: 3,
      alpha: false,
      orientation: 1,
      frames: 1,
      progressive: false,
    });
  });

  it.each([
    ['progressive', { frame: 0xc2 }, { progressive: true }],
    ['grey', { components: 1 }, { channels: 1 }],
    ['CMYK', { components: 4 }, { channels: 4, alpha: false }],
    ['12-bit', { frame: 0xc1, bitDepth: 12 }, { bitDepth: 12 }],
    ['arithmetic progressive', { frame: 0xca }, { progressive: true }],
  ])('reads a %s one', (_, options, expected) => {
    expect(probe(makeJpegHeader({ ...size, ...options }))).toMatchObject(expected);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('reads orientation %i in both byte orders', (orientation) => {
    for (const little of [true, false]) {
      const segments = [app1(makeExif(orientation, { little }))];
      expect(probe(makeJpegHeader({ ...size, segments }))).toMatchObject({ ...size, orientation });
    }
  });

  it('finds EXIF behind other segments, and behind the frame header', () => {
    const xmp = jpegSegment(0xe1, bytesOf('http://ns.adobe.com/xap/1.0/\0<x/>'));
    const segments = [jpegSegment(0xe0, bytesOf('JFIF\0')), xmp, app1(makeExif(8))];
    expect(probe(makeJpegHeader({ ...size, segments })).orientation).toBe(8);
    const plain = makeJpegHeader(size);
    const scan = plain.indexOf(0xda) - 1;
    const late = bytesOf(plain.subarray(0, scan), app1(makeExif(5)), plain.subarray(scan));
    expect(probe(late).orientation).toBe(5);
  });

  it('takes the size of the picture, not of a thumbnail inside EXIF', () => {
    const thumbnail = bytesOf(makeExif(6), makeJpegHeader({ width: 16, height: 12 }));
    expect(probe(withExif(makeJpegHeader(size), thumbnail))).toMatchObject({
      ...size,
      orientation: 6,
    });
  });

  it.each([
    ['orientation 0', makeExif(0)],
    ['orientation 9', makeExif(9)],
    ['orientation 65535', makeExif(65535)],
    ['a value of another type', makeExif(6, { type: 4 })],
    ['no orientation', makeExif(6, { tag: 0x0113 })],
    ['nothing', new Uint8Array()],
    ['a cut directory', makeExif(6).subarray(0, 30)],
    ['a directory far away', bytesOf('II*\0', [0xff, 0xff, 0xff, 0xff])],
    ['another byte order', bytesOf('XX*\0', uint(8, 4), uint(0, 2))],
    ['another version', bytesOf('MM', uint(43, 2), makeExif(6, { little: false }).subarray(4))],
  ])('counts EXIF with %s as orientation 1', (_, exif) => {
    expect(probe(makeJpegHeader({ ...size, segments: [app1(exif)] })).orientation).toBe(1);
  });

  it('passes over filler and stray bytes between segments', () => {
    const segments = [bytesOf([1, 2, 0xff, 0, 0xff, 0xff]), jpegSegment(0xe0, [0])];
    expect(probe(makeJpegHeader({ ...size, segments }))).toMatchObject(size);
  });

  it('reads sizes up to the limit of the format', () => {
    const bomb = { width: 65535, height: 64250 };
    expect(probe(makeJpegHeader(bomb))).toMatchObject(bomb);
  });

  it.each([
    ['no width', makeJpegHeader({ width: 0, height: 9 })],
    ['no height', makeJpegHeader({ width: 9, height: 0 })],
    ['no components', makeJpegHeader({ ...size, components: 0 })],
    ['five components', makeJpegHeader({ ...size, components: 5 })],
    ['a cut frame header', bytesOf([0xff, 0xd8], jpegSegment(0xc0, [8, 0, 9]), [0xff, 0xda, 0, 2])],
    ['a segment of length 1', bytesOf([0xff, 0xd8, 0xff, 0xe0, 0, 1, 0])],
    ['a scan before the frame', bytesOf([0xff, 0xd8], jpegSegment(0xda, [0]))],
    ['no picture at all', bytesOf([0xff, 0xd8, 0xff, 0xd9])],
    ['only its start', bytesOf([0xff, 0xd8, 0xff, 0xe0])],
  ])('calls a file with %s undecodable', (_, bytes) => {
    expect(() => probe(bytes)).toThrow(code('undecodable'));
  });

  it('refuses lossless files as unsupported', () => {
    const lossless = makeJpegHeader({ ...size, frame: 0xc3 });
    expect(() => probe(lossless)).toThrow(code('format_unsupported'));
  });
});

describe('probe of a PNG', () => {
  const samples = () => [0, 0, 0, 0];
  const tiny = { width: 3, height: 2, bitDepth: 8, samples } as const;

  it.each([
    [
      { ...tiny, colorType: 0 },
      { channels: 1, alpha: false, bitDepth: 8 },
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
      { channels: 2, alpha: true },
    ],
    [
      { ...tiny, colorType: 6 },
      { channels: 4, alpha: true, progressive: false },
    ],
    [{ ...tiny, colorType: 6, interlaced: true }, { progressive: true }],
    [
      { ...tiny, colorType: 3, bitDepth: 2, palette: [[1, 2, 3]] },
      { channels: 3, bitDepth: 8 },
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

describe('probe of a WebP', () => {
  const lossless = (width: number, height: number, alpha: number) => [
    0x2f,
    ...uint(width - 1 + (height - 1) * 2 ** 14 + alpha * 2 ** 28, 4, { little: true }),
  ];

  it('reads lossy, lossless and extended headers', () => {
    const lossy = makeWebp(webpChunk('VP8 ', vp8Header(300, 200)));
    expect(probe(lossy)).toMatchObject({ format: 'webp', ...size, channels: 3, alpha: false });
    const scaled = makeWebp(webpChunk('VP8 ', vp8Header(300 + 0x4000, 200 + 0xc000)));
    expect(probe(scaled)).toMatchObject(size);
    const opaque = makeWebp(webpChunk('VP8L', lossless(300, 200, 0)));
    expect(probe(opaque)).toMatchObject({ ...size, alpha: false });
    const clear = makeWebp(webpChunk('VP8L', lossless(16384, 16384, 1)));
    expect(probe(clear)).toMatchObject({ width: 16384, height: 16384, channels: 4, alpha: true });
    const extended = makeWebp(webpChunk('VP8X', vp8x(0x10, 300, 200)));
    expect(probe(extended)).toMatchObject({ ...size, alpha: true, frames: 1 });
  });

  it('counts an animation as more than one frame', () => {
    expect(probe(makeWebp(webpChunk('VP8X', vp8x(0x02, 300, 200)))).frames).toBe(2);
  });

  it('reads EXIF behind the pixels, with and without its prefix', () => {
    for (const exif of [makeExif(6), bytesOf('Exif\0\0', makeExif(6))]) {
      const webp = makeWebp(
        webpChunk('VP8X', vp8x(0x08, 300, 200)),
        webpChunk('VP8 ', [...vp8Header(300, 200), 1]),
        webpChunk('EXIF', exif),
      );
      expect(probe(webp).orientation).toBe(6);
      expect(probePrefix(webp.subarray(0, 40))).toBeUndefined();
    }
  });

  it('takes orientation 1 where the announced EXIF is missing', () => {
    expect(probe(makeWebp(webpChunk('VP8X', vp8x(0x08, 300, 200)))).orientation).toBe(1);
  });

  it.each([
    ['no width', webpChunk('VP8 ', vp8Header(0, 200))],
    ['a wrong start code', webpChunk('VP8 ', [0x10, 0, 0, 1, 2, 3, 9, 0, 9, 0])],
    ['a frame that needs another', webpChunk('VP8 ', [0x11, ...vp8Header(9, 9).slice(1)])],
    ['a wrong lossless mark', webpChunk('VP8L', [0x2e, 1, 1, 1, 0, 0])],
    ['an unknown first chunk', webpChunk('ABCD', vp8Header(9, 9))],
    ['a short extended header', webpChunk('VP8X', vp8x(0, 9, 9).slice(0, 9))],
    ['nothing inside', new Uint8Array()],
  ])('calls a file with %s undecodable', (_, chunk) => {
    const webp = makeWebp(chunk, webpChunk('VP8 ', vp8Header(9, 9)));
    const bytes = chunk.length === 0 ? makeWebp() : webp;
    expect(() => probe(bytes)).toThrow(code('undecodable'));
  });
});

describe('probe of a GIF', () => {
  it.each([
    [{}, { frames: 1, alpha: false, channels: 3, bitDepth: 8 }],
    [{ frames: 3 }, { frames: 2 }],
    [{ loops: true }, { frames: 2 }],
    [{ transparent: true }, { alpha: true }],
  ])('reads %o', (options, expected) => {
    const gif = makeGif({ ...size, ...options });
    expect(probe(gif)).toMatchObject({ format: 'gif', ...size, ...expected });
  });

  it('calls an empty canvas and a file without frames undecodable', () => {
    expect(() => probe(makeGif({ width: 0, height: 5 }))).toThrow(code('undecodable'));
    expect(() => probe(makeGif({ ...size, frames: 0 }))).toThrow(code('undecodable'));
  });
});

describe('probe of an AVIF', () => {
  it('reads the properties of the primary item', () => {
    expect(probe(makeAvif(size))).toEqual({
      format: 'avif',
      ...size,
      bitDepth: 8,
      channels: 3,
      alpha: false,
      orientation: 1,
      frames: 1,
      progressive: false,
    });
  });

  it.each([
    [{ alpha: true }, { alpha: true, channels: 4 }],
    [
      { monochrome: true, bits: [10] },
      { channels: 1, bitDepth: 10 },
    ],
    [{ bits: [12, 12, 12] }, { bitDepth: 12 }],
    [{ brand: 'avis' }, { frames: 2 }],
    [{ brand: 'mif1' }, { format: 'avif' }],
  ])('reads %o', (options, expected) => {
    expect(probe(makeAvif({ ...size, ...options }))).toMatchObject(expected);
  });

  it.each([
    [0, undefined, 1],
    [1, undefined, 8],
    [2, undefined, 3],
    [3, undefined, 6],
    [undefined, 0, 4],
    [undefined, 1, 2],
    [1, 0, 5],
    [1, 1, 7],
    [2, 0, 2],
    [2, 1, 4],
    [3, 0, 7],
    [3, 1, 5],
  ])('turns %s quarter turns and mirror axis %s into orientation %i', (turns, axis, expected) => {
    const avif = makeAvif({
      ...size,
      ...(turns === undefined ? {} : { quarterTurns: turns }),
      ...(axis === undefined ? {} : { mirrorAxis: axis }),
    });
    expect(probe(avif).orientation).toBe(expected);
  });

  it('calls a header without size, or with boxes that do not fit, undecodable', () => {
    expect(() => probe(makeAvif({ width: 0, height: 5 }))).toThrow(code('undecodable'));
    const broken = makeAvif(size);
    const ispe = Buffer.from(broken).indexOf('ispe');
    broken.set(uint(0x7fffffff, 4), ispe - 4);
    expect(() => probe(broken)).toThrow(code('undecodable'));
    broken.set(uint(3, 4), ispe - 4);
    expect(() => probe(broken)).toThrow(code('undecodable'));
  });
});

describe('probe of anything else', () => {
  const ftyp = (brand: string) => bytesOf(uint(20, 4), 'ftyp', brand, uint(0, 4), brand);

  it.each([
    ['nothing', ''],
    ['one byte', '\xff'],
    ['text', 'Hello, this is a picture, honest.'],
    ['HTML', '<!DOCTYPE html><html><body><svg></svg></body></html>'],
    ['HTML in capitals', '\n <HTML><HEAD>'],
    ['XML', '<?xml version="1.0"?><rss></rss>'],
    ['a film', ftyp('isom')],
    ['zeros', '\0'.repeat(100)],
    ['a word that begins like a bitmap', 'BMW and other cars in one long enough text'],
  ])('calls %s no image', (_, bytes) => {
    expect(() => probe(bytesOf(bytes))).toThrow(code('not_an_image'));
  });

  it.each([
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['SVG', '\xef\xbb\xbf<?xml version="1.0"?>\n<!-- made by hand -->\n<!DOCTYPE svg>\n<svg>'],
    ['SVG', '<svg:svg xmlns:svg="http://www.w3.org/2000/svg">'],
    ['PDF', '%PDF-1.7\n'],
    ['PSD', '8BPS\0\x01'],
    ['HEIC', ftyp('heic')],
    ['HEIC', ftyp('mif1')],
    ['TIFF', 'II*\0\x08\0\0\0'],
    ['TIFF', 'MM\0*\0\0\0\x08'],
    ['ZIP', 'PK\x03\x04\x14\0'],
    ['BMP', bytesOf('BM', uint(0, 4), uint(0, 4), uint(54, 4, { little: true }), [40, 0, 0, 0])],
    ['ICO', '\0\0\x01\0\x01\0\x10\x10'],
    ['JPEG XL', '\xff\x0a\0\0'],
    ['JPEG XL', '\0\0\0\x0cJXL \x0d\x0a\x87\x0a'],
  ])('refuses %s by name', (name, bytes) => {
    expect(() => probe(bytesOf(bytes))).toThrow(
      expect.objectContaining({
        code: 'format_unsupported',
        message: expect.stringContaining(`got ${name},`),
      }),
    );
  });
});
