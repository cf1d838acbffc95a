// Checks the decoder of scaled pictures against TurboJPEG, and that damaged files end.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { readJpegFile } from '../../../../src/codecs/jpeg/file.ts';
import {
  type Scale,
  type ScaledJpegModule,
  scaledDecoding,
  startScaledJpeg,
} from '../../../../src/codecs/jpeg/scaled/scaled.ts';
import { type JpegTurbo, startJpegTurbo } from '../../../../src/codecs/jpeg/turbo.ts';
import { createHeap } from '../../../../src/codecs/wasm/heaps.ts';
import { AppError } from '../../../../src/errors.ts';
import type { Image } from '../../../../src/image.ts';
import { bytesOf, makeImage } from '../../../helpers/files/make-image-files.ts';
import { type JpegOptions, writeJpeg } from '../../../helpers/files/write-jpeg.ts';
import { compileModule } from '../../../helpers/services/codec-modules.ts';

const half = [1, 1] as const;
const samplings: Record<string, NonNullable<JpegOptions['sampling']>> = {
  grey: [half],
  'grey with factors': [[2, 2]],
  '4:4:4': [half, half, half],
  '4:2:2': [[2, 1], half, half],
  '4:2:0': [[2, 2], half, half],
};
const scales: readonly Scale[] = [8, 4, 2];
let wasm: ScaledJpegModule;
let turbo: JpegTurbo;

beforeAll(async () => {
  wasm = startScaledJpeg(await compileModule('jpeg-scaled'), createHeap());
  turbo = await startJpegTurbo(await compileModule('jpeg-decoder'));
});

/** Broad colours, a disc with a soft edge, and grain, like a photo. */
const photo = (width: number, height: number): Image =>
  makeImage(width, height, (x, y) => {
    const disc = 70 / (1 + Math.exp((Math.hypot(x - 150, y - 110) - 60) / 2));
    const light = 90 + 50 * Math.sin(x / 90) + disc + ((x * 7919 + y * 104729) % 97) / 3;
    return [light + 30 * Math.cos(y / 80), light, light - 25 * Math.sin((x + y) / 110), 255];
  });

function decode(bytes: Uint8Array, scale: Scale): Image {
  const decoding = scaledDecoding(bytes, readJpegFile(bytes), scale);
  expect(decoding).toBeDefined();
  return decoding!(wasm);
}

function byTurbo(bytes: Uint8Array, scale: Scale): Uint8ClampedArray {
  const { frame } = readJpegFile(bytes);
  const size = {
    width: Math.ceil(frame.width / scale),
    height: Math.ceil(frame.height / scale),
  };
  return turbo.decode([bytes], size);
}

/** The largest difference of two values. */
function largestDifference(a: Uint8ClampedArray, b: Uint8ClampedArray): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
}

describe('JPEG files decoded to a fraction of their size', () => {
  const same = ['grey', 'grey with factors', '4:4:4', '4:2:2'];
  it.each(same)('are at an eighth what TurboJPEG makes of them, to the bit: %s', (name) => {
    const bytes = writeJpeg(photo(333, 250), { sampling: samplings[name]! });
    expect(decode(bytes, 8).data).toEqual(byTurbo(bytes, 8));
  });

  it.each([
    ['4:2:0', 8, 2],
    ...Object.keys(samplings).flatMap((name) => [
      [name, 4, 3],
      [name, 2, 3],
    ]),
  ] as [string, Scale, number][])(
    'differ little from what TurboJPEG makes of them: %s at 1/%i by at most %i levels',
    (name, scale, most) => {
      for (const [width, height] of [
        [333, 250],
        [500, 129],
        [16, 16],
        [1, 1],
      ] as const) {
        const bytes = writeJpeg(photo(width, height), { sampling: samplings[name]! });
        const difference = largestDifference(decode(bytes, scale).data, byTurbo(bytes, scale));
        expect(difference).toBeLessThanOrEqual(most);
      }
    },
  );

  it.each(Object.keys(samplings))(
    'may have blocks without an end, because their last coefficient is not zero: %s',
    (name) => {
      const noise = makeImage(150, 90, (x, y) => {
        const value = (Math.imul(x * 90 + y + 1, 2654435761) >>> 13) & 255;
        return [value, 255 - value, (value * 7) & 255, 255];
      });
      const bytes = writeJpeg(noise, { sampling: samplings[name]! });
      for (const scale of [4, 2] as const)
        expect(
          largestDifference(decode(bytes, scale).data, byTurbo(bytes, scale)),
        ).toBeLessThanOrEqual(3);
    },
  );

  it('have the same pixels whatever the restart markers and the size of the file', () => {
    for (const name of Object.keys(samplings)) {
      // Its data is handed to the decoder in several pieces.
      const whole = photo(340, 260);
      const plain = writeJpeg(whole, { sampling: samplings[name]! });
      expect(plain.length).toBeGreaterThan(32_768);
      for (const restart of [1, 50]) {
        const bytes = writeJpeg(whole, { sampling: samplings[name]!, restart });
        for (const scale of scales)
          expect(decode(bytes, scale).data).toEqual(decode(plain, scale).data);
      }
    }
  });

  it('are decoded at every size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 70 }),
        fc.integer({ min: 1, max: 70 }),
        fc.constantFrom(...Object.keys(samplings)),
        fc.constantFrom(...scales),
        fc.nat(3),
        (width, height, name, scale, restart) => {
          const bytes = writeJpeg(photo(width, height), { sampling: samplings[name]!, restart });
          // Of smaller pictures TurboJPEG's scales cannot be told apart by the size that they give.
          fc.pre(Math.max(width, height) >= 8);
          const image = decode(bytes, scale);
          expect(largestDifference(image.data, byTurbo(bytes, scale))).toBeLessThanOrEqual(3);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('do not depend on the file before', () => {
    const first = writeJpeg(photo(120, 90), { sampling: samplings['4:2:0']! });
    const second = writeJpeg(photo(120, 90), { kind: 'progressive' });
    const before = decode(first, 8).data;
    decode(second, 8);
    expect(decode(first, 8).data).toEqual(before);
  });

  it('are left to TurboJPEG if their sampling is unusual', () => {
    for (const kind of ['baseline', 'progressive'] as const) {
      const unusual = writeJpeg(photo(40, 30), { kind, sampling: [[4, 1], half, half] });
      expect(scaledDecoding(unusual, readJpegFile(unusual), 4)).toBeUndefined();
    }
  });
});

describe('damaged JPEG files decoded to a fraction of their size', () => {
  const picture = photo(96, 80);
  const files = [0, 2].flatMap((restart) =>
    Object.values(samplings).map((sampling) => writeJpeg(picture, { sampling, restart })),
  );

  /** Decodes; a refusal must be `undecodable` or `format_unsupported`. */
  function attempt(bytes: Uint8Array, scale: Scale): boolean {
    try {
      scaledDecoding(bytes, readJpegFile(bytes), scale)?.(wasm);
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
      expect(['undecodable', 'format_unsupported']).toContain((error as AppError).code);
      return false;
    }
  }

  it('end in a picture or in a documented error, and spoil nothing for the next file', () => {
    const sound = writeJpeg(picture, { sampling: samplings['4:2:0']! });
    const expected = decode(sound, 4).data.slice();
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.constantFrom(...scales),
        (file, changes, scale) => {
          const bytes = file.slice();
          for (const [at, value] of changes) bytes[2 + (at % (bytes.length - 4))] = value;
          // A size of its own is the caller's to check, by the probe.
          const frame = Buffer.from(bytes).indexOf(Buffer.from([0xff, 0xc0]));
          if (frame > 0) bytes.set([0, 80, 0, 96], frame + 5);
          attempt(bytes, scale);
          expect(decode(sound, 4).data).toEqual(expected);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('are shown if TurboJPEG shows them', () => {
    let shown = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.nat(),
        fc.uint8Array({ minLength: 1, maxLength: 12 }),
        (file, at, noise) => {
          const { parts } = readJpegFile(file);
          const start = parts.at(-1)!.end;
          const bytes = file.slice();
          // No new markers: what they say is not the scan's.
          const safe = noise.map((value) => (value === 0xff ? 0xfe : value));
          const place = start + (at % Math.max(1, bytes.length - start - 14));
          bytes.set(safe, place);
          let theirs: Uint8ClampedArray | undefined;
          try {
            readJpegFile(bytes);
            theirs = byTurbo(bytes, 8);
          } catch {
            return;
          }
          if (!theirs) return;
          shown++;
          expect(attempt(bytes, 8)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
    expect(shown).toBeGreaterThan(30);
  });

  it.each([
    ['is cut short', (file: Uint8Array) => bytesOf(file.subarray(0, -400), [0xff, 0xd9])],
    [
      'has a restart marker out of order',
      (file: Uint8Array) => {
        const bytes = file.slice();
        const marker = Buffer.from(bytes).indexOf(Buffer.from([0xff, 0xd1]));
        bytes[marker + 1] = 0xd5;
        return bytes;
      },
    ],
  ])('name the damage: a file that %s', (_, damage) => {
    const bytes = damage(writeJpeg(picture, { sampling: samplings['4:2:0']!, restart: 2 }));
    for (const scale of scales) {
      expect(() => decode(bytes, scale)).toThrow(expect.objectContaining({ code: 'undecodable' }));
    }
  });
});
