import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toFloat16 } from '../../src/graph/float16.ts';

/** Every half from 0 on in order, and the value after 65504 if there were one. */
const halves = Array.from({ length: 0x7c01 }, (_, half) => {
  const exponent = half >>> 10;
  const fraction = half & 0x3ff;
  return exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
});

const magnitude = fc.oneof(
  fc.float({ min: 0, max: Math.fround(65519.996), noNaN: true }),
  fc.float({ min: 0, max: Math.fround(2 ** -13), noNaN: true }),
  // Exactly half-way between two neighbours.
  fc
    .integer({ min: 0, max: 0x7bfe })
    .map((i) => ((halves[i] as number) + (halves[i + 1] as number)) / 2),
);

describe('half precision', () => {
  it('rounds to the nearest half, ties to the even one', () => {
    fc.assert(
      fc.property(magnitude, fc.boolean(), (value, negative) => {
        const half = toFloat16(Float32Array.of(negative ? -value : value))[0] as number;
        expect(half >>> 15).toBe(negative ? 1 : 0);
        const index = half & 0x7fff;
        const distance = (i: number) => Math.abs((halves[i] as number) - value);
        for (const other of [index - 1, index + 1].filter((i) => i >= 0)) {
          expect(distance(other)).toBeGreaterThanOrEqual(distance(index));
          if (distance(other) === distance(index)) expect(index % 2).toBe(0);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps every half, infinities and not-a-numbers', () => {
    const kept = toFloat16(Float32Array.from(halves.slice(0, -1)));
    expect([...kept].filter((half, i) => half !== i)).toEqual([]);
    const special = toFloat16(Float32Array.of(Infinity, -Infinity, 65520, NaN));
    expect([...special.subarray(0, 3)]).toEqual([0x7c00, 0xfc00, 0x7c00]);
    expect((special[3] as number) & 0x7fff).toBeGreaterThan(0x7c00);
  });
});
