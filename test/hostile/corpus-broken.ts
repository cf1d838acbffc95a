// Files that are cut, damaged or contradict themselves, and sound ones of kinds that decoders stumble over.
import { makeAvif } from '../codecs/make-headers.ts';
import { iccpChunk, makeIcc } from '../codecs/make-icc.ts';
import {
  bytesOf,
  jpegSegment,
  makeExif,
  makeImage,
  makeJpegHeader,
  makePng,
  makeWebp,
  type PngOptions,
  pngChunk,
  uint,
  vp8x,
  webpChunk,
  withExif,
  withJpegSegment,
} from '../helpers/make-image-files.ts';
import { writeJpeg } from '../helpers/write-jpeg.ts';
import { type HostileFile, type Sound, soundPicture } from './corpus.ts';
import { pngOf } from './corpus-bombs.ts';

const asPicture = ['picture'] as const;
const refused = ['undecodable'] as const;
const unsupported = ['format_unsupported'] as const;

/** Where the letters of a PNG chunk, or those bytes, first stand. */
export function find(bytes: Uint8Array, part: string | readonly number[]): number {
  const needle = typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part);
  const at = Buffer.from(bytes).indexOf(needle);
  if (at < 0) throw new Error(`the file does not contain ${String(part)}`);
  return at;
}

/** The same bytes, with others from `at` on. */
export function patched(bytes: Uint8Array, at: number, others: readonly number[]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.set(others, at);
  return copy;
}

const without = (bytes: Uint8Array, from: number, to: number): Uint8Array =>
  bytesOf(bytes.subarray(0, from), bytes.subarray(to));

/** Cuts behind each of these shares of a file. */
const shares = { 'a quarter': 0.25, half: 0.5, 'nine tenths': 0.9 };

function cuts(sound: Sound): HostileFile[] {
  const files = Object.entries(sound).flatMap(([format, bytes]) => [
    ...Object.entries(shares).map(([name, share]) => ({
      name: `${format} cut behind ${name}`,
      make: () => bytes.subarray(0, Math.floor(bytes.length * share)),
      may: refused,
    })),
    {
      name: `${format} without its last byte`,
      make: () => bytes.subarray(0, -1),
      // The last byte of others may be padding that nothing depends on.
      may: ['jpeg', 'progressive', 'png'].includes(format)
        ? refused
        : (['undecodable', 'picture'] as const),
    },
    {
      name: `${format} of twelve bytes`,
      make: () => bytes.subarray(0, 12),
      may: ['undecodable', 'not_an_image'] as const,
    },
  ]);
  const data = find(sound.jpeg, [0xff, 0xda]);
  return [
    { name: 'no bytes', make: () => new Uint8Array(0), may: ['bad_body', 'not_an_image'] },
    { name: 'one byte', make: () => Uint8Array.of(0xff), may: ['not_an_image'] },
    { name: 'one zero', make: () => Uint8Array.of(0), may: ['not_an_image'] },
    ...files,
    { name: 'jpeg, header only', make: () => sound.jpeg.subarray(0, data), may: refused },
    { name: 'jpeg, scan header only', make: () => sound.jpeg.subarray(0, data + 14), may: refused },
    {
      name: 'jpeg, header and end',
      make: () => bytesOf(sound.jpeg.subarray(0, data), [0xff, 0xd9]),
      may: refused,
    },
    {
      name: 'png, header only',
      make: () => sound.png.subarray(0, 33),
      may: refused,
    },
    {
      name: 'png, without its end chunk',
      make: () => sound.png.subarray(0, -12),
      may: refused,
    },
    {
      name: 'webp, header only',
      make: () => sound.webp.subarray(0, 30),
      may: refused,
    },
  ];
}

function jpegs({ jpeg, progressive }: Sound): HostileFile[] {
  const frame = find(jpeg, [0xff, 0xc0]);
  const scan = find(jpeg, [0xff, 0xda]);
  const tables = find(jpeg, [0xff, 0xdb]);
  const huffman = find(jpeg, [0xff, 0xc4]);
  const cmyk = makeJpegHeader({ width: 40, height: 30, components: 4 });
  const icc = (bytes: Uint8Array, part = [1, 1]) =>
    withJpegSegment(jpeg, 0xe2, bytesOf('ICC_PROFILE\0', part, bytes));
  return [
    { name: 'CMYK JPEG', make: () => cmyk, may: unsupported },
    {
      name: 'CMYK JPEG with a profile',
      make: () =>
        withJpegSegment(cmyk, 0xe2, bytesOf('ICC_PROFILE\0', [1, 1], makeIcc({ space: 'CMYK' }))),
      may: unsupported,
    },
    {
      name: 'JPEG of 12 bits',
      make: () => makeJpegHeader({ width: 40, height: 30, bitDepth: 12, frame: 0xc1 }),
      may: unsupported,
    },
    {
      name: 'arithmetic-coded JPEG',
      make: () => makeJpegHeader({ width: 40, height: 30, frame: 0xc9 }),
      may: unsupported,
    },
    {
      name: 'lossless JPEG',
      make: () => makeJpegHeader({ width: 40, height: 30, frame: 0xc3 }),
      may: unsupported,
    },
    {
      name: 'JPEG of two components',
      make: () => makeJpegHeader({ width: 40, height: 30, components: 2 }),
      may: unsupported,
    },
    { name: 'JPEG of 0×0', make: () => makeJpegHeader({ width: 0, height: 0 }), may: refused },
    {
      name: 'JPEG without Huffman tables',
      make: () => without(jpeg, huffman, scan),
      // The decoder has those of the standard, for films.
      may: ['picture', 'undecodable'],
    },
    {
      name: 'JPEG without quantisation tables',
      make: () => without(jpeg, tables, tables + 69),
      may: refused,
    },
    {
      name: 'JPEG with a Huffman table of too many codes',
      make: () => patched(jpeg, huffman + 5, [3, 0, 0, 0]),
      may: refused,
    },
    {
      name: 'JPEG whose scan names a component that is not there',
      make: () => patched(jpeg, scan + 5, [9]),
      may: refused,
    },
    {
      name: 'JPEG with sampling factors of 15',
      make: () => patched(jpeg, frame + 11, [0xff]),
      may: refused,
    },
    {
      name: 'JPEG with two frame headers',
      make: () =>
        bytesOf(jpeg.subarray(0, scan), jpeg.subarray(frame, frame + 19), jpeg.subarray(scan)),
      may: refused,
    },
    {
      name: 'JPEG whose frame header is larger than its data',
      make: () => patched(jpeg, frame + 5, [0x0f, 0xa0, 0x0f, 0xa0]),
      may: refused,
    },
    {
      name: 'JPEG whose frame header is smaller than its data',
      make: () => patched(jpeg, frame + 5, [0, 8, 0, 8]),
      may: ['picture', 'undecodable'],
    },
    {
      name: 'JPEG with a segment of length 0',
      make: () => bytesOf(jpeg.subarray(0, 2), [0xff, 0xe5, 0, 0], jpeg.subarray(2)),
      may: refused,
    },
    {
      name: 'JPEG with a segment longer than the file',
      make: () => bytesOf(jpeg.subarray(0, 2), [0xff, 0xe5, 0xff, 0xff], jpeg.subarray(2)),
      may: refused,
    },
    {
      name: 'JPEG with restart markers that it does not announce',
      make: () => {
        const file = writeJpeg(soundPicture, { restart: 2 });
        const dri = find(file, [0xff, 0xdd]);
        return without(file, dri, dri + 6);
      },
      may: refused,
    },
    {
      name: 'JPEG that announces restart markers it does not have',
      make: () => bytesOf(jpeg.subarray(0, scan), [0xff, 0xdd, 0, 4, 0, 1], jpeg.subarray(scan)),
      may: refused,
    },
    {
      name: 'progressive JPEG with its scans in reverse',
      make: () => reversedScans(progressive),
      may: ['picture', 'undecodable'],
    },
    ...brokenExif(jpeg),
    {
      name: 'JPEG with a profile of noise',
      make: () => icc(new Uint8Array(500).fill(7)),
      may: asPicture,
    },
    { name: 'JPEG with a profile of one byte', make: () => icc(Uint8Array.of(1)), may: asPicture },
    {
      name: 'JPEG with part 0 of 0 of a profile',
      make: () => icc(makeIcc(), [0, 0]),
      may: asPicture,
    },
    {
      name: 'JPEG with a profile whose tags lie outside',
      make: () => icc(patched(makeIcc(), 132 + 4, [255, 255, 255, 240])),
      may: asPicture,
    },
    {
      name: 'JPEG with a profile of a million tags',
      make: () => icc(patched(makeIcc(), 128, uint(1e6, 4))),
      may: asPicture,
    },
  ];
}

function reversedScans(file: Uint8Array): Uint8Array {
  const starts: number[] = [];
  const buffer = Buffer.from(file);
  for (
    let at = buffer.indexOf('ffda', 'hex');
    at >= 0;
    at = buffer.indexOf('ffda', at + 2, 'hex')
  ) {
    starts.push(at);
  }
  const ends = [...starts.slice(1), file.length - 2];
  const scans = starts.map((start, i) => file.subarray(start, ends[i]));
  return bytesOf(file.subarray(0, starts[0]), ...scans.reverse(), file.subarray(-2));
}

function brokenExif(jpeg: Uint8Array): HostileFile[] {
  const exif = makeExif(6);
  const blocks: Record<string, Uint8Array> = {
    'is cut': exif.subarray(0, 20),
    'has an orientation of 9': makeExif(9),
    'has an orientation of 65535': makeExif(65_535),
    'points to itself': patched(exif, 4, [0, 0, 0, 0]),
    'points outside': patched(exif, 4, [0xff, 0xff, 0xff, 0xff]),
    'is of another byte order than it says': patched(exif, 0, [0x4d, 0x4d]),
    'counts 2³² values': patched(exif, 26, [255, 255, 255, 255]),
    'is empty': new Uint8Array(0),
  };
  return Object.entries(blocks).map(([name, block]) => ({
    name: `JPEG whose EXIF ${name}`,
    make: () => withExif(jpeg, block),
    may: asPicture,
  }));
}

const colours = (more: Partial<PngOptions> = {}): Uint8Array =>
  makePng({
    width: 30,
    height: 20,
    colorType: 2,
    bitDepth: 8,
    samples: (x, y) => [8 * x, 12 * y, x * y].map((value) => value & 255),
    ...more,
  });

const indexed = (more: Partial<PngOptions> = {}): Uint8Array =>
  colours({
    colorType: 3,
    bitDepth: 4,
    samples: (x) => [x % 3],
    palette: [
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
    ],
    ...more,
  });

function pngs({ png }: Sound): HostileFile[] {
  const pixels = find(png, 'IDAT');
  const palette = find(indexed(), 'PLTE');
  const crc = find(png, 'IHDR') + 4 + 13;
  return [
    {
      name: 'PNG with a wrong sum of its header',
      make: () => patched(png, crc, [1, 2, 3, 4]),
      may: refused,
    },
    {
      name: 'PNG with a wrong sum of its pixels',
      make: () => patched(png, png.length - 16, [1, 2, 3, 4]),
      may: refused,
    },
    {
      name: 'PNG with a wrong sum of its palette',
      make: () => patched(indexed(), palette + 13, [1, 2, 3, 4]),
      may: refused,
    },
    {
      name: 'PNG with a wrong byte in its pixels',
      make: () => patched(png, pixels + 30, [(png[pixels + 30] as number) ^ 0xff]),
      may: refused,
    },
    {
      name: 'PNG of 16 bits',
      make: () => colours({ bitDepth: 16, samples: (x, y) => [2000 * x, 3000 * y, 65_535] }),
      may: asPicture,
    },
    {
      name: 'grey PNG of 16 bits with transparency, interlaced',
      make: () =>
        colours({
          bitDepth: 16,
          colorType: 4,
          interlaced: true,
          samples: (x, y) => [2000 * x, 3000 * y],
        }),
      may: asPicture,
    },
    {
      name: 'PNG of a palette with transparency',
      make: () => indexed({ transparency: [0, 128] }),
      may: asPicture,
    },
    {
      name: 'PNG whose indices are beyond its palette',
      make: () => indexed({ samples: (x) => [x % 16] }),
      may: ['picture', 'undecodable'],
    },
    {
      name: 'PNG without its palette',
      make: () => without(indexed(), palette - 4, palette + 17),
      may: refused,
    },
    {
      name: 'PNG with a palette of four bytes',
      make: () => colours({ before: [pngChunk('PLTE', [1, 2, 3, 4])] }),
      may: refused,
    },
    { name: 'PNG that lacks rows', make: () => colours({ missingRows: 1 }), may: refused },
    {
      name: 'PNG with an unknown filter',
      make: () => colours({ filters: [0, 9] }),
      may: refused,
    },
    {
      name: 'PNG with a chunk of 2³²−1 bytes',
      make: () => patched(png, pixels - 4, [255, 255, 255, 255]),
      may: refused,
    },
    {
      name: 'PNG with a chunk of 2³¹−1 bytes',
      make: () => patched(png, pixels - 4, [127, 255, 255, 255]),
      may: refused,
    },
    {
      name: 'PNG with pixels of 0 bytes',
      make: () => pngOf({ width: 5, height: 5 }, [pngChunk('IDAT')]),
      may: refused,
    },
    { name: 'PNG without pixels', make: () => pngOf({ width: 5, height: 5 }), may: refused },
    {
      name: 'PNG of 0×0',
      make: () => pngOf({ width: 0, height: 0 }, [pngChunk('IDAT')]),
      may: refused,
    },
    {
      name: 'PNG of colour type 5',
      make: () => pngOf({ width: 5, height: 5, colorType: 5 }, [pngChunk('IDAT', [0])]),
      may: refused,
    },
    {
      name: 'PNG with a profile of noise',
      make: () => colours({ before: [iccpChunk(new Uint8Array(900).fill(5))] }),
      may: asPicture,
    },
    {
      name: 'PNG with a profile that does not unpack',
      make: () => colours({ before: [pngChunk('iCCP', bytesOf('p\0', [0], 'not packed at all'))] }),
      may: asPicture,
    },
    {
      name: 'PNG with an unknown chunk that must be understood',
      make: () => colours({ before: [pngChunk('EVIL', [1])] }),
      may: refused,
    },
  ];
}

function others({ webp, avif, jpeg }: Sound): HostileFile[] {
  return [
    {
      name: 'WebP whose container claims 4 GB',
      make: () => patched(webp, 4, [255, 255, 255, 255]),
      may: refused,
    },
    {
      name: 'WebP whose container claims nothing',
      make: () => patched(webp, 4, [0, 0, 0, 0]),
      may: ['picture', 'undecodable'],
    },
    {
      name: 'WebP whose chunk claims 4 GB',
      make: () => patched(webp, 16, [255, 255, 255, 255]),
      may: refused,
    },
    {
      name: 'WebP whose extended header lies about its size',
      make: () => makeWebp(webpChunk('VP8X', vp8x(0, 9, 9)), webp.subarray(12)),
      may: ['picture', 'undecodable'],
    },
    {
      name: 'WebP with an EXIF block of noise',
      make: () =>
        makeWebp(
          webpChunk('VP8X', vp8x(0x08, 48, 40)),
          webp.subarray(12),
          webpChunk('EXIF', new Uint8Array(99).fill(9)),
        ),
      may: asPicture,
    },
    {
      name: 'WebP that announces a profile it does not have',
      make: () => makeWebp(webpChunk('VP8X', vp8x(0x20, 48, 40)), webp.subarray(12)),
      may: ['picture', 'undecodable'],
    },
    {
      name: 'WebP with wrong bytes in its picture',
      make: () => patched(webp, 40, [1, 2, 3, 4, 5, 6]),
      may: ['picture', 'undecodable'],
    },
    {
      name: 'AVIF, header only',
      make: () => makeAvif({ width: 40, height: 30 }),
      may: refused,
    },
    {
      name: 'AVIF whose first box claims 4 GB',
      make: () => patched(avif, 0, [255, 255, 255, 255]),
      may: ['undecodable', 'not_an_image'],
    },
    {
      name: 'AVIF with boxes of length 0 to 7',
      make: () =>
        bytesOf(avif.subarray(0, 32), ...[0, 1, 7].map((n) => bytesOf(uint(n, 4), 'meta'))),
      may: refused,
    },
    {
      name: 'AVIF that lies about its size',
      make: () => patched(avif, find(avif, 'ispe') + 8, [0, 0, 0, 4, 0, 0, 0, 4]),
      may: ['picture', 'undecodable'],
    },
    {
      name: 'AVIF with wrong bytes in its picture',
      make: () => patched(avif, find(avif, 'mdat') + 20, new Array<number>(40).fill(0xa5)),
      may: ['picture', 'undecodable'],
    },
    {
      name: 'grey JPEG of one row of blocks with half of its data',
      make: () => {
        const grey = writeJpeg(
          makeImage(64, 8, (x) => [4 * x, 0, 0, 255]),
          { sampling: [[1, 1]] },
        );
        return bytesOf(grey.subarray(0, -20), [0xff, 0xd9]);
      },
      may: refused,
    },
    {
      name: 'JPEG twice',
      make: () => bytesOf(jpeg, jpeg),
      may: asPicture,
    },
    {
      name: 'JPEG with a comment of 64 kB inside its frame',
      make: () => withJpegSegment(jpeg, 0xfe, new Uint8Array(65_533).fill(0xff)),
      may: asPicture,
    },
    {
      name: 'JPEG with a cut comment at its end',
      make: () =>
        bytesOf(jpeg.subarray(0, -2), jpegSegment(0xfe, new Uint8Array(40)).subarray(0, 9)),
      may: refused,
    },
  ];
}

export const broken = (sound: Sound): HostileFile[] => [
  ...cuts(sound),
  ...jpegs(sound),
  ...pngs(sound),
  ...others(sound),
];
