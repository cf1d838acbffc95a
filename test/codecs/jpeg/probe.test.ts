// Checks what the probe reads from the header of a JPEG.
import { describe, expect, it } from 'vitest';
import { probe } from '../../../src/codecs/probe/probe.ts';
import {
  bytesOf,
  jpegSegment,
  makeExif,
  makeJpegHeader,
  uint,
  withExif,
} from '../../helpers/files/make-image-files.ts';

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
      samples: 3,
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
  ])('reads a %s one', (_, options, expected) => {
    expect(probe(makeJpegHeader({ ...size, ...options }))).toMatchObject(expected);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('reads orientation %i in both byte orders', (orientation) => {
    for (const little of [true, false]) {
      const segments = [app1(makeExif(orientation, { little }))];
      expect(probe(makeJpegHeader({ ...size, segments }))).toMatchObject({ ...size, orientation });
    }
  });

  it('finds EXIF after other segments, and after the frame header', () => {
    const xmp = jpegSegment(0xe1, bytesOf('http://ns.adobe.com/xap/1.0/\0<x/>'));
    const segments = [jpegSegment(0xe0, bytesOf('JFIF\0')), xmp, app1(makeExif(8))];
    expect(probe(makeJpegHeader({ ...size, segments })).orientation).toBe(8);
    const plain = makeJpegHeader(size);
    const scan = plain.indexOf(0xda) - 1;
    const late = bytesOf(plain.subarray(0, scan), app1(makeExif(5)), plain.subarray(scan));
    expect(probe(late).orientation).toBe(5);
  });

  it('reads the size of the picture, not of a thumbnail inside EXIF', () => {
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

  it('skips filler and stray bytes between segments', () => {
    const e0 = jpegSegment(0xe0, [0]);
    const segments = [e0, bytesOf([1, 2, 0xff, 0, 0xff, 0xff]), e0];
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

  it.each([
    ['lossless', 0xc3],
    ['hierarchical', 0xc5],
    ['arithmetic-coded', 0xc9],
  ])('refuses %s files as unsupported', (_, frame) => {
    const file = makeJpegHeader({ ...size, frame });
    expect(() => probe(file)).toThrow(code('format_unsupported'));
  });
});
