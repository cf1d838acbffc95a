// Checks how the probe refuses files that are no supported pictures.
import { describe, expect, it } from 'vitest';
import { probe } from '../../../src/codecs/probe/probe.ts';
import { bytesOf, uint } from '../../helpers/files/make-image-files.ts';

const code = (expected: string) => expect.objectContaining({ code: expected });

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
