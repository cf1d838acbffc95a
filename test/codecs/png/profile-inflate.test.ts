import { deflateSync, constants as zlib } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inflate } from '../../../src/codecs/png/profile-inflate.ts';
import { AppError } from '../../../src/errors.ts';

const LIMIT = 2 ** 20;
const strategies = [zlib.Z_DEFAULT_STRATEGY, zlib.Z_FIXED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE];

/** Bytes with runs and repeats, so that every kind of code occurs. */
const contents = fc
  .array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 300 })), {
    maxLength: 20,
  })
  .map((pieces) =>
    Uint8Array.from(
      pieces.flatMap(([piece, times]) =>
        Array(times)
          .fill([...piece])
          .flat(),
      ),
    ),
  );

describe('unpacking a profile', () => {
  it('gives back what zlib packed, at every level and with every strategy', () => {
    fc.assert(
      fc.property(contents, fc.nat(9), fc.constantFrom(...strategies), (bytes, level, strategy) => {
        expect(inflate(deflateSync(bytes, { level, strategy }), LIMIT)).toEqual(bytes);
      }),
      { numRuns: 200 },
    );
  });

  it('reads back over the whole window', () => {
    const noise = Uint8Array.from({ length: 32768 }, (_, i) => (i * 2654435761) >>> 13);
    const twice = Uint8Array.from([...noise, ...noise]);
    expect(inflate(deflateSync(twice), LIMIT)).toEqual(twice);
  });

  it('stops a bomb at the limit', () => {
    const bomb = deflateSync(new Uint8Array(50e6));
    expect(() => inflate(bomb, LIMIT)).toThrow(AppError);
    expect(inflate(deflateSync(new Uint8Array(LIMIT)), LIMIT)).toHaveLength(LIMIT);
    expect(() => inflate(deflateSync(new Uint8Array(LIMIT + 1)), LIMIT)).toThrow(AppError);
  });

  it('stops at more blocks than any packer makes', () => {
    const stored = (count: number) =>
      Uint8Array.from([0x78, 0x9c, ...Array(count).fill([0, 1, 0, 0xfe, 0xff, 7]).flat(), 3, 0]);
    expect(inflate(stored(1000), LIMIT)).toEqual(new Uint8Array(1000).fill(7));
    expect(() => inflate(stored(2000), LIMIT)).toThrow(AppError);
  });

  it('refuses every stream that is cut', () => {
    const packed = deflateSync(Uint8Array.from({ length: 400 }, (_, i) => (i * i) >> 3));
    // The last four bytes are the check sum, which is not needed.
    for (let length = 0; length < packed.length - 5; length++) {
      expect(() => inflate(packed.subarray(0, length), LIMIT)).toThrow(AppError);
    }
  });

  it('ends with an AppError or within the limit for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (junk) => {
        try {
          expect(inflate(Uint8Array.from([0x78, 0x9c, ...junk]), 5000).length).toBeLessThan(5001);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
