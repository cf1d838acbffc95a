// Assembles AVIF files that the encoder does not write, from the coded pictures of others, and headers of HEIC files.
import type { Size } from '../../../src/image.ts';
import { bytesOf, uint } from './make-image-files.ts';

export function box(type: string, ...parts: (string | number[] | Uint8Array)[]): Uint8Array {
  const body = bytesOf(...parts);
  return bytesOf(uint(body.length + 8, 4), type, body);
}

/** The first box of that type at any depth, with its header. */
export function boxOf(file: Uint8Array, type: string): Uint8Array {
  const at = Buffer.from(file).indexOf(type, 0, 'latin1') - 4;
  const size = Buffer.from(file).readUInt32BE(at);
  return file.slice(at, at + size);
}

/** The coded picture of a file that has only one. */
export const codedOf = (file: Uint8Array): Uint8Array => boxOf(file, 'mdat').slice(8);

/** A grid of `columns` × `rows` opaque pictures of the same size and settings. */
export function writeGrid(
  tiles: Uint8Array[],
  { columns, width, height }: { columns: number; width: number; height: number },
): Uint8Array {
  const rows = tiles.length / columns;
  const full = uint(0, 4);
  const first = tiles[0] as Uint8Array;
  const count = tiles.length;
  const coded = tiles.map(codedOf);
  const grid = bytesOf(
    [0, 0, rows - 1, columns - 1],
    uint(width * columns, 2),
    uint(height * rows, 2),
  );
  const infe = (id: number, type: string) =>
    box('infe', [2, 0, 0, 0], uint(id, 2), uint(0, 2), type, [0]);
  const ids = coded.map((_, i) => i + 2);
  const size = (w: number, h: number) => box('ispe', full, uint(w, 4), uint(h, 4));
  const properties = [
    size(width * columns, height * rows),
    boxOf(first, 'pixi'),
    size(width, height),
    boxOf(first, 'av1C'),
  ];
  const meta = (start: number) => {
    let at = start;
    const extents = [grid, ...coded].map((part, i) => {
      const extent = bytesOf(
        uint(i + 1, 2),
        uint(0, 2),
        uint(1, 2),
        uint(at, 4),
        uint(part.length, 4),
      );
      at += part.length;
      return extent;
    });
    return box(
      'meta',
      full,
      box('hdlr', full, full, 'pict', new Uint8Array(13)),
      box('pitm', full, uint(1, 2)),
      box('iloc', full, [0x44, 0], uint(count + 1, 2), ...extents),
      box('iinf', full, uint(count + 1, 2), infe(1, 'grid'), ...ids.map((id) => infe(id, 'av01'))),
      box('iref', full, box('dimg', uint(1, 2), uint(count, 2), ...ids.map((id) => uint(id, 2)))),
      box(
        'iprp',
        box('ipco', ...properties),
        box(
          'ipma',
          full,
          uint(count + 1, 4),
          uint(1, 2),
          [2, 1, 2],
          ...ids.map((id) => [...uint(id, 2), 3, 3, 0x84, 2]),
        ),
      ),
    );
  };
  const head = boxOf(first, 'ftyp');
  const start = head.length + meta(0).length + 8;
  return bytesOf(head, meta(start), box('mdat', grid, ...coded));
}

/** The file with a further property of its primary item, the first of `ipma`; only `mdat` may follow `meta`. */
export function withProperty(file: Uint8Array, property: Uint8Array): Uint8Array {
  const [ftyp, meta, mdat] = ['ftyp', 'meta', 'mdat'].map((type) => boxOf(file, type)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const [iprp, ipco, ipma, iloc] = ['iprp', 'ipco', 'ipma', 'iloc'].map((type) =>
    boxOf(meta, type),
  ) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  let count = 0;
  for (let at = 8; at < ipco.length; at += Buffer.from(ipco).readUInt32BE(at)) count++;
  const own = ipma[18] as number;
  const associated = bytesOf(
    ipma.slice(8, 18),
    [own + 1],
    ipma.slice(19, 19 + own),
    [0x80 | (count + 1)],
    ipma.slice(19 + own),
  );
  const changed = box('iprp', box('ipco', ipco.slice(8), property), box('ipma', associated));
  const longer = changed.length - iprp.length;
  const at = Buffer.from(meta).indexOf('iprp', 0, 'latin1') - 4;
  const moved = bytesOf(meta.slice(8, at), changed, meta.slice(at + iprp.length));
  const whole = box('meta', moved);
  // The offset of the only extent of the only item is the last but one number of `iloc`.
  const offsetAt = Buffer.from(whole).indexOf('iloc', 0, 'latin1') - 4 + iloc.length - 8;
  whole.set(uint(Buffer.from(whole).readUInt32BE(offsetAt) + longer, 4), offsetAt);
  return bytesOf(ftyp, whole, mdat);
}

/** A file whose brands and boxes say HEIC, without a picture behind them; `quarterTurns` anticlockwise. */
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
