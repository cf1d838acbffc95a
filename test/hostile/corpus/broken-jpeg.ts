// JPEG files that are damaged or contradict themselves, and valid ones of difficult kinds.
import { makeIcc } from '../../codecs/icc/make-icc.ts';
import {
  bytesOf,
  makeExif,
  makeJpegHeader,
  uint,
  withExif,
  withJpegSegment,
} from '../../helpers/files/make-image-files.ts';
import { writeJpeg } from '../../helpers/files/write-jpeg.ts';
import { type HostileFile, type Sound, soundPicture } from './corpus.ts';
import { find, patched, without } from './edit-bytes.ts';

const asPicture = ['picture'] as const;
const refused = ['undecodable'] as const;
const unsupported = ['format_unsupported'] as const;

/** The JPEG files of the group `broken`. */
export function brokenJpegs({ jpeg, progressive }: Sound): HostileFile[] {
  const frame = find(jpeg, [0xff, 0xc0]);
  const scan = find(jpeg, [0xff, 0xda]);
  const tables = find(jpeg, [0xff, 0xdb]);
  const huffman = find(jpeg, [0xff, 0xc4]);
  const cmyk = makeJpegHeader({ width: 40, height: 30, components: 4 });
  const icc = (bytes: Uint8Array, part = [1, 1]) =>
    withJpegSegment(jpeg, 0xe2, bytesOf('ICC_PROFILE\0', part, bytes));
  return [
    { name: 'CMYK JPEG without pixels', make: () => cmyk, may: refused },
    {
      name: 'CMYK JPEG with a profile that cannot be read',
      make: () =>
        withJpegSegment(
          writeJpeg(soundPicture, { inks: 'YCCK of Adobe' }),
          0xe2,
          bytesOf('ICC_PROFILE\0', [1, 1], makeIcc({ space: 'CMYK' })),
        ),
      may: asPicture,
    },
    {
      name: 'YCCK JPEG that is cut in its middle',
      make: () => {
        const whole = writeJpeg(soundPicture, { inks: 'YCCK of Adobe', kind: 'progressive' });
        return whole.subarray(0, whole.length >> 1);
      },
      may: refused,
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
      // The decoder has the standard's tables, for motion JPEG.
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
