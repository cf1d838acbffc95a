// Files with a wrong type, and files of two types at once.
import { bytesOf, uint, withJpegSegment } from '../../helpers/files/make-image-files.ts';
import type { HostileFile, Sound } from './corpus.ts';

const little = { little: true };
const script = '<script>alert(1)</script>';
const zip = bytesOf(
  'PK\x03\x04',
  [20, 0, 0, 0, 0, 0],
  new Uint8Array(16),
  [5, 0, 0, 0],
  'a.txt',
  'PK\x05\x06',
  new Uint8Array(18),
);
const unsupported = ['format_unsupported'] as const;
const asPicture = ['picture'] as const;

const foreign: Record<string, Uint8Array> = {
  SVG: bytesOf('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'),
  'SVG without a prologue': bytesOf('<svg onload="alert(1)"/>'),
  'SVG with an external entity': bytesOf(
    '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
  ),
  PDF: bytesOf('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF'),
  PSD: bytesOf('8BPS', [0, 1, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 9, 0, 0, 0, 9, 0, 8, 0, 3]),
  HEIC: bytesOf(uint(24, 4), 'ftypheic', uint(0, 4), 'mif1heic'),
  TIFF: bytesOf('II', [42, 0, 8, 0, 0, 0, 0, 0]),
  'TIFF of the other byte order': bytesOf('MM', [0, 42, 0, 0, 0, 8, 0, 0]),
  ZIP: zip,
  BMP: bytesOf('BM', uint(58, 4, little), uint(0, 4), uint(54, 4, little), uint(40, 4, little)),
  'Windows icon': bytesOf([0, 0, 1, 0, 1, 0, 16, 16, 0, 0]),
  'JPEG XL': bytesOf([0xff, 0x0a, 0, 0]),
};

const noPictures: Record<string, Uint8Array> = {
  'HTML named .jpg': bytesOf(`<!DOCTYPE html><html><body>${script}</body></html>`),
  'a script': bytesOf('#!/bin/sh\nrm -rf /\n'),
  'an executable': bytesOf('\x7fELF', [2, 1, 1, 0], new Uint8Array(56)),
  JSON: bytesOf('{"error":"not found"}'),
  'an empty line': bytesOf('\r\n'),
  'a film': bytesOf(uint(24, 4), 'ftypisom', uint(0, 4), 'isommp42'),
  'text that begins like a picture': bytesOf('GIF88a is no version; BM neither'),
};

export function disguises({ jpeg, png, webp }: Sound): HostileFile[] {
  return [
    ...Object.entries(foreign).map(([name, bytes]) => ({
      name,
      make: () => bytes,
      may: unsupported,
    })),
    ...Object.entries(noPictures).map(([name, bytes]) => ({
      name,
      make: () => bytes,
      may: ['not_an_image'] as const,
    })),
    { name: 'JPEG served as text/html', make: () => jpeg, type: 'text/html', may: asPicture },
    { name: 'PNG served as JPEG', make: () => png, may: asPicture },
    { name: 'WebP served without a type', make: () => webp, type: '', may: asPicture },
    {
      name: 'JPEG that is a ZIP, too',
      make: () => bytesOf(jpeg, zip),
      may: asPicture,
      without: 'PK\x03\x04',
    },
    {
      name: 'JPEG with a script in its comment',
      make: () => withJpegSegment(jpeg, 0xfe, bytesOf(script)),
      may: asPicture,
      without: '<script',
    },
    {
      name: 'JPEG that begins like a comment of JavaScript',
      make: () => withJpegSegment(jpeg, 0xe0, bytesOf('/*', new Uint8Array(0x2f2a - 4), '*/=1')),
      may: asPicture,
      without: '/*',
    },
    {
      name: 'PNG with a script behind its end',
      make: () => bytesOf(png, `<html>${script}</html>`),
      may: asPicture,
      without: '<script',
    },
    {
      name: 'WebP with a PDF behind its end',
      make: () => bytesOf(webp, '%PDF-1.7\n'),
      may: asPicture,
      without: '%PDF',
    },
    {
      name: 'HTML with a JPEG behind it',
      make: () => bytesOf('<html>', jpeg),
      may: ['not_an_image'],
    },
    { name: 'ZIP with a PNG behind it', make: () => bytesOf(zip, png), may: unsupported },
  ];
}
