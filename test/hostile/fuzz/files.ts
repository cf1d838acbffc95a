// Fuzz targets that read files: probe, decoders, profiles, orientation, weights.
import { deflateSync as deflated } from 'node:zlib';
import type { Codecs, DecodedFormat } from '../../../src/codecs/codec.ts';
import { exifOrientation } from '../../../src/codecs/exif.ts';
import { coloursOf } from '../../../src/codecs/icc/icc.ts';
import { readProfile } from '../../../src/codecs/icc/profile.ts';
import { readTable } from '../../../src/codecs/icc/table.ts';
import { tableToSrgb } from '../../../src/codecs/icc/table-to-srgb.ts';
import { toSrgb } from '../../../src/codecs/icc/to-srgb.ts';
import { inflateSmall } from '../../../src/codecs/png/inflate-sync/inflate-sync.ts';
import { probe, probePrefix } from '../../../src/codecs/probe/probe.ts';
import { readSafetensors, writeSafetensors } from '../../../src/models/safetensors.ts';
import { curv, makeIcc } from '../../codecs/icc/make-icc.ts';
import { makeTableIcc } from '../../codecs/icc/make-table-icc.ts';
import { bytesOf, makeExif, withExif } from '../../helpers/files/make-image-files.ts';
import { writeJpeg } from '../../helpers/files/write-jpeg.ts';
import { makeSound, soundPicture } from '../corpus/corpus.ts';
import { makeEmptyScans } from '../corpus/empty-scans.ts';
import type { FuzzTarget } from './fuzz.ts';
import { gifs } from './gif-seeds.ts';
import { madePngs, mendSums, PNG_TOKENS, rowsTarget } from './png-targets.ts';
import { refusesFile } from './refusals.ts';
import { scaledJpegTarget } from './scaled-jpeg.ts';

/** Most pixels that decoders get: fewer than admission allows, for more rounds. */
const MAX_PIXELS = 500_000;

/** Animations of more frames are not decoded whole. */
const MAX_FRAMES = 20;

const refusesNothing = (): boolean => false;

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const jpegTokens = [0xc0, 0xc2, 0xc4, 0xd0, 0xd8, 0xd9, 0xda, 0xdb, 0xdd, 0xe1, 0xe2].map((code) =>
  bytes(0xff, code),
);
/** Targets of readers that need these codecs, which must have new instances. */
export async function fileTargets(codecs: Codecs): Promise<FuzzTarget[]> {
  const sound = await makeSound(codecs);
  const jpegs = [
    sound.jpeg,
    sound.progressive,
    writeJpeg(soundPicture, { kind: 'separate scans', restart: 3 }),
    writeJpeg(soundPicture, {
      kind: 'progressive',
      restart: 2,
      sampling: [
        [1, 1],
        [1, 1],
        [1, 1],
      ],
    }),
    writeJpeg(soundPicture, { sampling: [[1, 1]] }),
    writeJpeg(soundPicture, { inks: 'YCCK of Adobe' }),
    writeJpeg(soundPicture, { inks: 'CMYK', kind: 'progressive' }),
    makeEmptyScans({ width: 64, height: 48, scans: 20, halfColours: true }),
  ];
  const pngs = [sound.png, ...madePngs()];
  const everything = [...jpegs, ...pngs, sound.webp, sound.avif, ...gifs()];
  const icc = makeIcc();
  const curved = makeIcc({ curve: curv(...Array.from({ length: 99 }, (_, i) => i / 98)) });
  return [
    {
      name: 'probe',
      seeds: [...everything, withExif(sound.jpeg, makeExif(6))],
      tokens: [
        ...PNG_TOKENS,
        ...jpegTokens,
        'VP8X',
        'ANMF',
        'ftyp',
        'meta',
        'ispe',
        '<svg',
        'GIF89a',
      ],
      refuses: refusesFile,
      run: runProbe,
    },
    decoder('jpeg', { codecs, seeds: jpegs, tokens: jpegTokens, shrinks: [1, 2, 4, 8] }),
    await scaledJpegTarget(codecs.jpeg!, { tokens: jpegTokens, refuses: refusesFile }),
    decoder('png', { codecs, seeds: pngs, tokens: PNG_TOKENS, shrinks: [1, 2, 5] }),
    {
      ...decoder('png', { codecs, seeds: pngs, tokens: PNG_TOKENS, shrinks: [1, 2, 5] }),
      name: 'png mended',
      mend: mendSums,
    },
    rowsTarget(codecs),
    decoder('webp', {
      codecs,
      seeds: [sound.webp],
      tokens: ['VP8 ', 'VP8L', 'ALPH'],
      shrinks: [1],
    }),
    decoder('avif', {
      codecs,
      seeds: [sound.avif],
      tokens: ['ipma', 'av1C', 'iloc'],
      shrinks: [1],
    }),
    decoder('gif', {
      codecs,
      seeds: gifs(),
      tokens: [bytes(0x2c), bytes(0x21, 0xf9, 4), bytes(0x3b), bytes(0), 'NETSCAPE2.0'],
      shrinks: [1],
    }),
    {
      name: 'icc',
      seeds: [
        icc,
        curved,
        makeIcc({ version: 4 }),
        ...(['mft1', 'mft2', 'mAB '] as const).map((kind) => makeTableIcc({ kind, channels: 4 })),
      ],
      tokens: ['curv', 'para', 'XYZ ', 'Lab ', 'kTRC', 'rTRC', 'A2B0', 'mAB ', 'RGB ', 'GRAY'],
      refuses: refusesNothing,
      async run(input) {
        const profile = readProfile(input);
        const convert = profile && toSrgb(profile);
        await convert?.({ width: 3, height: 2, data: new Uint8ClampedArray(24).fill(99) });
        for (const channels of [1, 3, 4]) {
          const table = readTable(input, channels);
          const data = Uint8ClampedArray.from({ length: 24 }, (_, i) => 11 * i);
          if (table) await tableToSrgb(table)({ width: 3, height: 2, data });
        }
      },
    },
    {
      name: 'icc inflate',
      seeds: [icc, curved].map((profile) => new Uint8Array(deflated(profile))),
      refuses: refusesFile,
      run: (input) => inflateSmall(input, 2 ** 20),
    },
    {
      name: 'exif',
      seeds: [makeExif(6), makeExif(3, { little: false }), bytesOf('Exif\0\0', makeExif(8))],
      refuses: refusesNothing,
      run(input) {
        const found = exifOrientation(input);
        if (!(found >= 1 && found <= 8)) throw new Error(`orientation ${found}`);
      },
    },
    {
      name: 'safetensors',
      seeds: [weights('F32'), weights('F16'), weights('I8')],
      tokens: [
        '"dtype":"F32"',
        '"shape":[',
        '"data_offsets":[0,',
        '__metadata__',
        '9e99',
        '-1',
        '"__proto__":',
      ],
      refuses: (error) => error instanceof RangeError && /^safetensors: /.test(error.message),
      run(input) {
        const whole = readSafetensors(input);
        for (const [name, { data }] of readSafetensors(input, { lazy: true }).tensors) {
          if (data.length !== whole.tensors.get(name)?.data.length) throw new Error('lazy differs');
        }
      },
    },
  ];
}

function runProbe(input: Uint8Array): void {
  // A prefix of a file that the probe accepts is not refused.
  for (const share of [0.3, 0.7]) probePrefix(input.subarray(0, Math.floor(input.length * share)));
  const header = probe(input);
  const { width, height, orientation } = header;
  if (!(width > 0 && height > 0 && orientation >= 1 && orientation <= 8)) {
    throw new Error(`a header of ${width}×${height}, turned by ${orientation}`);
  }
  coloursOf(input, header);
}

function decoder(
  format: DecodedFormat,
  {
    codecs,
    seeds,
    tokens,
    shrinks,
  }: {
    codecs: Codecs;
    seeds: readonly Uint8Array[];
    tokens: FuzzTarget['tokens'];
    shrinks: readonly number[];
  },
): FuzzTarget {
  const codec = codecs[format];
  if (!codec) throw new Error(`no codec for ${format}`);
  return {
    name: `${format} decoder`,
    seeds,
    ...(tokens && { tokens }),
    refuses: refusesFile,
    async run(input) {
      const header = probe(input);
      if (header.format !== format || header.width * header.height > MAX_PIXELS) return;
      const wanted = shrinks[input.length % shrinks.length] as number;
      const shrink = codec.shrink(header, wanted);
      const { width, height, data } = await codec.decode(input, { shrink });
      if (codec.frameReader && header.frames < MAX_FRAMES) {
        for await (const { image } of codec.frameReader.open(input).frames) {
          if (image.width !== header.width) throw new Error('a frame of another size');
        }
      }
      const expected = [Math.ceil(header.width / shrink), Math.ceil(header.height / shrink)];
      if (width !== expected[0] || height !== expected[1] || data.length !== 4 * width * height) {
        throw new Error(
          `a picture of ${width}×${height} where the header says ${expected.join('×')}`,
        );
      }
    },
  };
}

const weights = (dtype: 'F32' | 'F16' | 'I8'): Uint8Array =>
  writeSafetensors(
    {
      'conv/w': { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
      b: { shape: [], data: Float32Array.of(7) },
    },
    { dtype, metadata: { made: 'by hand' } },
  );
