// Writes the header of a HEIC file; there is no picture behind it.
import type { Size } from '../../../src/image.ts';
import { bytesOf, uint } from './make-image-files.ts';
import { box } from './write-avif.ts';

/** A file whose brands and boxes say HEIC; `quarterTurns` anticlockwise. */
export function writeHeic({ width, height }: Size, quarterTurns = 0): Uint8Array {
  const full = uint(0, 4);
  const properties = [
    box('ispe', full, uint(width, 4), uint(height, 4)),
    box('irot', [quarterTurns]),
  ];
  return bytesOf(
    box('ftyp', 'heic', uint(0, 4), 'mif1heic'),
    box(
      'meta',
      full,
      box('hdlr', full, full, 'pict', new Uint8Array(13)),
      box('pitm', full, uint(1, 2)),
      box('iprp', box('ipco', ...properties), box('ipma', full, uint(1, 4), uint(1, 2), [2, 1, 2])),
    ),
    box('mdat', new Uint8Array(1000)),
  );
}
