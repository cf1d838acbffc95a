// Files that are cut, damaged or contradict themselves.
import { makeAvif } from '../../codecs/make-headers.ts';
import {
  bytesOf,
  jpegSegment,
  makeImage,
  makeWebp,
  uint,
  vp8x,
  webpChunk,
  withJpegSegment,
} from '../../helpers/files/make-image-files.ts';
import { writeJpeg } from '../../helpers/files/write-jpeg.ts';
import { brokenJpegs } from './broken-jpeg.ts';
import { brokenPngs } from './broken-png.ts';
import type { HostileFile, Sound } from './corpus.ts';
import { find, patched } from './edit-bytes.ts';

const asPicture = ['picture'] as const;
const refused = ['undecodable'] as const;

/** Shares of a file after which it is cut. */
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
      // It belongs to an end marker or a checksum, or it may be padding.
      may: ['undecodable', 'picture'] as const,
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
      may: ['picture'],
    },
    {
      name: 'webp, header only',
      make: () => sound.webp.subarray(0, 30),
      may: refused,
    },
  ];
}

function others({ webp, avif, jpeg }: Sound): HostileFile[] {
  return [
    {
      name: 'WebP whose container claims 4 GB',
      make: () => patched(webp, 4, [255, 255, 255, 255]),
      may: ['picture'],
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

/** All files of the group `broken`. */
export const broken = (sound: Sound): HostileFile[] => [
  ...cuts(sound),
  ...brokenJpegs(sound),
  ...brokenPngs(sound),
  ...others(sound),
];
