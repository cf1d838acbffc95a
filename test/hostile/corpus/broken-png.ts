// PNG files that are damaged or contradict themselves, and valid ones of rare kinds.
import { iccpChunk } from '../../codecs/icc/make-icc.ts';
import {
  bytesOf,
  makePng,
  type PngOptions,
  pngChunk,
} from '../../helpers/files/make-image-files.ts';
import { pngOf } from './bombs.ts';
import type { HostileFile, Sound } from './corpus.ts';
import { find, patched, without } from './edit-bytes.ts';

const asPicture = ['picture'] as const;
const refused = ['undecodable'] as const;

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

/** The PNG files of the group `broken`. */
export function brokenPngs({ png }: Sound): HostileFile[] {
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
      // All that follows counts as its payload, and all pixels are in it.
      may: ['picture', 'undecodable'],
    },
    {
      name: 'PNG with a chunk of 2³¹−1 bytes',
      make: () => patched(png, pixels - 4, [127, 255, 255, 255]),
      // All that follows counts as its payload. Some platforms' inflaters refuse bytes behind the end of a stream, others ignore them.
      may: ['picture', 'undecodable'],
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
