import { deflateSync, constants as zlib } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inflateParts, inflateSmall } from '../../../src/codecs/png/inflate-sync/inflate-sync.ts';
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

describe('inflateSmall', () => {
  it('gives back what zlib packed, at every level and with every strategy', () => {
    fc.assert(
      fc.property(contents, fc.nat(9), fc.constantFrom(...strategies), (bytes, level, strategy) => {
        expect(inflateSmall(deflateSync(bytes, { level, strategy }), LIMIT)).toEqual(bytes);
      }),
      { numRuns: 200 },
    );
  });

  it('reads back over the whole window', () => {
    const noise = Uint8Array.from({ length: 32768 }, (_, i) => (i * 2654435761) >>> 13);
    const twice = Uint8Array.from([...noise, ...noise]);
    expect(inflateSmall(deflateSync(twice), LIMIT)).toEqual(twice);
  });

  it('stops a bomb at the limit', () => {
    const bomb = deflateSync(new Uint8Array(50e6));
    expect(() => inflateSmall(bomb, LIMIT)).toThrow(AppError);
    expect(inflateSmall(deflateSync(new Uint8Array(LIMIT)), LIMIT)).toHaveLength(LIMIT);
    expect(() => inflateSmall(deflateSync(new Uint8Array(LIMIT + 1)), LIMIT)).toThrow(AppError);
  });

  it('stops at more blocks than any packer makes', () => {
    const stored = (count: number) =>
      Uint8Array.from([0x78, 0x9c, ...Array(count).fill([0, 1, 0, 0xfe, 0xff, 7]).flat(), 3, 0]);
    expect(inflateSmall(stored(1000), LIMIT)).toEqual(new Uint8Array(1000).fill(7));
    expect(() => inflateSmall(stored(2000), LIMIT)).toThrow(AppError);
  });

  it('refuses every stream that is cut', () => {
    const packed = deflateSync(Uint8Array.from({ length: 400 }, (_, i) => (i * i) >> 3));
    // The last four bytes are the check sum, which is not needed.
    for (let length = 0; length < packed.length - 5; length++) {
      expect(() => inflateSmall(packed.subarray(0, length), LIMIT)).toThrow(AppError);
    }
  });

  it('ends with an AppError or within the limit for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (junk) => {
        try {
          expect(inflateSmall(Uint8Array.from([0x78, 0x9c, ...junk]), 5000).length).toBeLessThan(
            5001,
          );
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

/** What `inflateParts` gives of a stream that comes in pieces of `size` bytes, and whether an error followed. */
function inflatedOf(stream: Uint8Array, size: number) {
  let at = 0;
  const next = () => {
    const piece = stream.subarray(at, at + size);
    at += size;
    return piece.length > 0 ? piece : undefined;
  };
  const parts: Uint8Array[] = [];
  try {
    for (const part of inflateParts(next, 1000)) parts.push(part.slice());
    return { bytes: Buffer.concat(parts), failed: false };
  } catch (error) {
    expect(error).toMatchObject({ code: 'undecodable' });
    return { bytes: Buffer.concat(parts), failed: true };
  }
}

describe('inflateParts', () => {
  const large = Uint8Array.from({ length: 300_000 }, (_, i) => ((i >> 5) * (i >> 9)) ^ (i % 7));

  it.each([[1], [1000], [1e6]])('gives long pictures from pieces of %i bytes', (size) => {
    const { bytes, failed } = inflatedOf(deflateSync(large), size);
    expect(failed).toBe(false);
    expect(bytes.equals(large)).toBe(true);
  });

  it('gives every byte before the place where the stream is cut', () => {
    const stream = deflateSync(large, { strategy: zlib.Z_HUFFMAN_ONLY });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: stream.length - 6 }), (cut) => {
        const { bytes, failed } = inflatedOf(stream.subarray(0, cut), 16_384);
        expect(failed).toBe(true);
        expect(bytes.equals(large.subarray(0, bytes.length))).toBe(true);
        // No byte takes more than 15 bits, and the codes of a block take less than 400 bytes.
        expect(bytes.length).toBeGreaterThanOrEqual(((cut - 400) * 8) / 15);
      }),
      { numRuns: 40 },
    );
  });

  it('gives what comes before an error of its source', () => {
    const pieces = [deflateSync(large).subarray(0, 5000)];
    const failure = new AppError('undecodable', 'the chunk has a wrong checksum');
    let given = 0;
    const read = () => {
      const next = () => {
        const piece = pieces.shift();
        if (!piece) throw failure;
        return piece;
      };
      for (const part of inflateParts(next, 1000)) given += part.length;
    };
    expect(read).toThrow(failure);
    expect(given).toBeGreaterThan(5000);
  });
});
