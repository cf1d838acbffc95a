// Checks what the probe reads from the header of an AVIF.
import { describe, expect, it } from 'vitest';
import { probe } from '../../../src/codecs/probe/probe.ts';
import { bytesOf, uint } from '../../helpers/files/make-image-files.ts';
import { makeAvif } from '../make-headers.ts';

const size = { width: 300, height: 200 };
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('probe of an AVIF', () => {
  it('reads the properties of the primary item', () => {
    expect(probe(makeAvif(size))).toEqual({
      format: 'avif',
      ...size,
      bitDepth: 8,
      channels: 3,
      samples: 3,
      alpha: false,
      orientation: 1,
      frames: 1,
      progressive: false,
    });
  });

  it.each([
    [{ alpha: true }, { alpha: true, channels: 4, samples: 4 }],
    [
      { monochrome: true, bits: [10] },
      { channels: 1, samples: 1, bitDepth: 10 },
    ],
    [{ bits: [12, 12, 12] }, { bitDepth: 12 }],
    [{ brand: 'avis' }, { frames: 2 }],
    [{ brand: 'mif1' }, { format: 'avif' }],
  ])('reads %o', (options, expected) => {
    expect(probe(makeAvif({ ...size, ...options }))).toMatchObject(expected);
  });

  it.each([
    [0, undefined, 1],
    [1, undefined, 8],
    [2, undefined, 3],
    [3, undefined, 6],
    [undefined, 0, 4],
    [undefined, 1, 2],
    [1, 0, 5],
    [1, 1, 7],
    [2, 0, 2],
    [2, 1, 4],
    [3, 0, 7],
    [3, 1, 5],
  ])('turns %s quarter turns and mirror axis %s into orientation %i', (turns, axis, expected) => {
    const avif = makeAvif({
      ...size,
      ...(turns === undefined ? {} : { quarterTurns: turns }),
      ...(axis === undefined ? {} : { mirrorAxis: axis }),
    });
    expect(probe(avif).orientation).toBe(expected);
  });

  it('calls a header without size, or with boxes that do not fit, undecodable', () => {
    expect(() => probe(makeAvif({ width: 0, height: 5 }))).toThrow(code('undecodable'));
    const broken = makeAvif(size);
    const ispe = Buffer.from(broken).indexOf('ispe');
    broken.set(uint(0x7fffffff, 4), ispe - 4);
    expect(() => probe(broken)).toThrow(code('undecodable'));
    broken.set(uint(3, 4), ispe - 4);
    expect(() => probe(broken)).toThrow(code('undecodable'));
  });

  it('calls a header of thousands of boxes undecodable instead of collecting them', () => {
    const boxes = Array.from({ length: 5000 }, () => bytesOf(uint(8, 4), 'free'));
    const meta = bytesOf(uint(12 + 8 * boxes.length, 4), 'meta', uint(0, 4), ...boxes);
    const start = makeAvif(size).subarray(0, 28);
    expect(() => probe(bytesOf(start, meta))).toThrow(
      expect.objectContaining({ message: expect.stringContaining('more than 4096 boxes') }),
    );
  });
});
