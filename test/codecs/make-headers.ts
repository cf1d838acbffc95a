// Writes headers of GIF and AVIF files.
import { bytesOf, uint } from '../helpers/files/make-image-files.ts';

/** A GIF whose frames have almost no data. */
export function makeGif({
  width,
  height,
  frames = 1,
  loops = false,
  transparent = false,
}: {
  width: number;
  height: number;
  frames?: number;
  loops?: boolean;
  transparent?: boolean;
}): Uint8Array {
  const n = (value: number) => uint(value, 2, { little: true });
  const control = [0x21, 0xf9, 4, transparent ? 1 : 0, 10, 0, 0, 0];
  const frame = [...control, 0x2c, 0, 0, 0, 0, ...n(width), ...n(height), 0, 2, 2, 0x44, 1, 0];
  return bytesOf(
    'GIF89a',
    [...n(width), ...n(height), 0x80, 0, 0, 0, 0, 0, 255, 255, 255],
    loops ? bytesOf([0x21, 0xff, 11], 'NETSCAPE2.0', [3, 1, 0, 0, 0]) : '',
    ...Array.from({ length: frames }, () => frame),
    [0x3b],
  );
}

function box(type: string, ...parts: (string | number[] | Uint8Array)[]): Uint8Array {
  const body = bytesOf(...parts);
  return bytesOf(uint(body.length + 8, 4), type, body);
}

/** The header of an AVIF: one primary item with the given properties. */
export function makeAvif({
  width,
  height,
  quarterTurns,
  mirrorAxis,
  bits = [8, 8, 8],
  monochrome = false,
  alpha = false,
  brand = 'avif',
}: {
  width: number;
  height: number;
  /** `irot`: anticlockwise. */
  quarterTurns?: number;
  /** `imir`: 0 exchanges top and bottom, 1 left and right. */
  mirrorAxis?: number;
  bits?: number[];
  monochrome?: boolean;
  alpha?: boolean;
  brand?: string;
}): Uint8Array {
  const properties = [
    box('ispe', uint(0, 4), uint(width, 4), uint(height, 4)),
    box('av1C', [0x81, 0, monochrome ? 0x10 : 0, 0]),
    box('pixi', uint(0, 4), [bits.length, ...bits]),
    ...(quarterTurns === undefined ? [] : [box('irot', [quarterTurns])]),
    ...(mirrorAxis === undefined ? [] : [box('imir', [mirrorAxis])]),
  ];
  const urn = 'urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0';
  const others = [
    box('ispe', uint(0, 4), uint(9999, 4), uint(9999, 4)),
    ...(alpha ? [box('auxC', uint(0, 4), urn)] : []),
  ];
  const indices = properties.map((_, i) => i + 1 + others.length);
  return bytesOf(
    box('ftyp', brand, uint(0, 4), 'mif1', 'avif', 'miaf'),
    box(
      'meta',
      uint(0, 4),
      box('hdlr', uint(0, 4), uint(0, 4), 'pict', uint(0, 4), uint(0, 4), uint(0, 4), [0]),
      box('pitm', uint(0, 4), uint(7, 2)),
      box(
        'iprp',
        box('ipco', ...others, ...properties),
        box('ipma', uint(0, 4), uint(2, 4), uint(6, 2), [1, 1], uint(7, 2), [
          indices.length,
          ...indices.map((index) => 0x80 | index),
        ]),
      ),
    ),
    box('mdat', [1, 2, 3, 4]),
  );
}
