// Checks scaled pictures of files in several scans against TurboJPEG.
import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { isScan, readJpegFile } from '../../../../src/codecs/jpeg/file.ts';
import {
  type Scale,
  type ScaledJpegModule,
  scaledDecoding,
  startScaledJpeg,
} from '../../../../src/codecs/jpeg/scaled/scaled.ts';
import { nextSegment } from '../../../../src/codecs/jpeg/segments.ts';
import { type JpegTurbo, startJpegTurbo } from '../../../../src/codecs/jpeg/turbo.ts';
import { createHeap } from '../../../../src/codecs/wasm/heaps.ts';
import { AppError } from '../../../../src/errors.ts';
import { bytesOf, jpegSegment, makeImage } from '../../../helpers/files/make-image-files.ts';
import { compileModule } from '../../../helpers/services/codec-modules.ts';

let wasm: ScaledJpegModule;
let turbo: JpegTurbo;

beforeAll(async () => {
  wasm = startScaledJpeg(await compileModule('jpeg-scaled'), createHeap());
  turbo = await startJpegTurbo(await compileModule('jpeg-decoder'));
});

type Kind = { grey?: boolean; chromaSubsampling?: '4:2:0' | '4:4:4'; quality?: number };

const kinds: Kind[] = [
  { grey: true },
  ...([30, 75, 97] as const).flatMap((quality) =>
    (['4:2:0', '4:4:4'] as const).map((chromaSubsampling) => ({ quality, chromaSubsampling })),
  ),
];

/** A file as libjpeg writes it: ten scans, of which later ones bring further bits of what earlier ones began. */
async function progressive(
  width: number,
  height: number,
  { grey, ...options }: Kind,
): Promise<Uint8Array> {
  const { data } = makeImage(width, height, (x, y) => {
    const disc = 70 / (1 + Math.exp((Math.hypot(x - 150, y - 110) - 60) / 2));
    const light = 90 + 50 * Math.sin(x / 9) + disc + ((x * 7919 + y * 104729) % 97) / 3;
    return [light + 30 * Math.cos(y / 8), light, light - 25 * Math.sin((x + y) / 11), 255];
  });
  const picture = sharp(Buffer.from(data.buffer), { raw: { width, height, channels: 4 } });
  const inColours = grey ? picture.toColourspace('b-w') : picture;
  const file = await inColours
    .flatten()
    .jpeg({ ...options, progressive: true })
    .toBuffer();
  return new Uint8Array(file);
}

function byTurbo(bytes: Uint8Array, scale: Scale): Uint8ClampedArray {
  const { frame } = readJpegFile(bytes);
  const size = {
    width: Math.ceil(frame.width / scale),
    height: Math.ceil(frame.height / scale),
  };
  return turbo.decode([bytes], size);
}

function decode(bytes: Uint8Array, scale: Scale): Uint8ClampedArray {
  const decoding = scaledDecoding(bytes, readJpegFile(bytes), scale);
  expect(decoding).toBeDefined();
  return decoding!(wasm).data;
}

describe('JPEG files in several scans, decoded to a fraction of their size', () => {
  it.each(kinds)('are close to what TurboJPEG makes of them: %o', async (kind) => {
    for (const [width, height] of [
      [333, 250],
      [500, 129],
      [17, 9],
      [9, 33],
    ] as const) {
      const bytes = await progressive(width, height, kind);
      expect(readJpegFile(bytes).parts.filter(isScan).length).toBeGreaterThan(5);
      for (const scale of [4, 2] as const) {
        const theirs = byTurbo(bytes, scale);
        const ours = decode(bytes, scale);
        const far = ours.findIndex((value, i) => Math.abs(value - theirs[i]!) > 3);
        expect([ours.length, far]).toEqual([theirs.length, -1]);
      }
    }
  });

  it.each(kinds.filter(({ chromaSubsampling }) => chromaSubsampling !== '4:2:0'))(
    'are the same to the bit at an eighth: %o',
    async (kind) => {
      const bytes = await progressive(333, 250, kind);
      expect(decode(bytes, 8)).toEqual(byTurbo(bytes, 8));
    },
  );

  it('are left to TurboJPEG at a half and a quarter if a scan is missing or tables change between scans', async () => {
    const bytes = await progressive(40, 30, {});
    const scans = readJpegFile(bytes).parts.filter(isScan);
    const last = scans.at(-1)!;
    const table = jpegSegment(0xdb, [0, ...new Array<number>(64).fill(1)]);
    const incomplete = bytesOf(bytes.subarray(0, last.start - 4), [0xff, 0xd9]);
    const changed = bytesOf(
      bytes.subarray(0, last.start - 4),
      table,
      bytes.subarray(last.start - 4),
    );
    for (const file of [incomplete, changed])
      expect(scaledDecoding(file, readJpegFile(file), 4)).toBeUndefined();
    expect(scaledDecoding(bytes, readJpegFile(bytes), 4)).toBeDefined();
  });

  it('end in a picture or in a documented error if they are damaged, and spoil nothing for the next file', async () => {
    const files = await Promise.all(kinds.map((kind) => progressive(60, 44, kind)));
    const sound = files[2]!;
    const expected = decode(sound, 4);
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.constantFrom<Scale>(8, 4, 2),
        (file, changes, scale) => {
          const bytes = file.slice();
          for (const [at, value] of changes) bytes[2 + (at % (bytes.length - 4))] = value;
          const frame = Buffer.from(bytes).indexOf(Buffer.from([0xff, 0xc2]));
          if (frame > 0) bytes.set([0, 44, 0, 60], frame + 5);
          try {
            scaledDecoding(bytes, readJpegFile(bytes), scale)?.(wasm);
          } catch (error) {
            expect(error).toBeInstanceOf(AppError);
            expect(['undecodable', 'format_unsupported']).toContain((error as AppError).code);
          }
          expect(decode(sound, 4)).toEqual(expected);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('are refused if their data ends early', async () => {
    const bytes = await progressive(120, 90, {});
    const cut = bytesOf(bytes.subarray(0, -60), [0xff, 0xd9]);
    for (const scale of [4, 2] as const)
      expect(() => decode(cut, scale)).toThrow(expect.objectContaining({ code: 'undecodable' }));
  });
});

describe('the search for markers in a long file', () => {
  it('finds the same segments as the search without the module', () => {
    const byte = fc.oneof(fc.constantFrom(0xff, 0, 0xd3, 0xd8, 0xd9, 0xda, 0xdb, 2), fc.nat(255));
    const outcome = (find: () => unknown): unknown => {
      try {
        return find();
      } catch (error) {
        return (error as AppError).message;
      }
    };
    fc.assert(
      fc.property(
        fc.array(byte, { maxLength: 80 }),
        fc.constantFrom(0, 32_740, 65_500),
        fc.nat(90),
        (bytes, before, from) => {
          const file = bytesOf(new Uint8Array(before), bytes);
          const at = before > 0 ? 0 : Math.min(from, file.length);
          expect(outcome(() => nextSegment(file, at, wasm.findMarker))).toEqual(
            outcome(() => nextSegment(file, at)),
          );
        },
      ),
      { numRuns: 500 },
    );
  });
});
