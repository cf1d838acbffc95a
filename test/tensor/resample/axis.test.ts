// Checks that weights which are copied from other outputs are those that would be computed.
import { describe, expect, it } from 'vitest';
import { type Axis, gaussianAxis, lanczosAxis } from '../../../src/tensor/resample/axis.ts';

const weightsOf = ({ weights, offset, count }: Axis, output: number): number[] =>
  Array.from(weights.subarray(offset[output]!, offset[output]! + count[output]!));

function expectSame(copied: Axis, computed: Axis): void {
  expect(copied.to).toBe(computed.to);
  for (let i = 0; i < copied.to; i++) {
    expect(copied.start[i]).toBe(computed.start[i]);
    const wanted = weightsOf(computed, i);
    const weights = weightsOf(copied, i);
    expect(weights.length).toBe(wanted.length);
    weights.forEach((weight, k) => {
      expect(Math.abs(weight - wanted[k]!)).toBeLessThan(1e-6);
    });
  }
}

// A length that is not whole has no weights in common.
const NUDGE = 1e-9;

describe('lanczosAxis', () => {
  it.each([
    [512, 128],
    [1152, 320],
    [301, 70],
    [40, 40],
    [120, 300],
    [9, 6],
  ])('repeats the weights of %i → %i that are the same', (from, to) => {
    const whole = lanczosAxis(from, to);
    expectSame(whole, lanczosAxis(from, to, { begin: NUDGE / 2, length: from - NUDGE }));
  });

  it('repeats them in a crop that begins between two samples', () => {
    const [begin, length] = [10.3, 200];
    const cropped = lanczosAxis(400, 60, { begin, length });
    expectSame(cropped, lanczosAxis(400, 60, { begin, length: length - NUDGE }));
  });
});

describe('gaussianAxis', () => {
  it('has the same weights at each sample that is far enough from the ends', () => {
    const axis = gaussianAxis(40, { to: 40, sigma: 2 });
    expect(weightsOf(axis, 20)).toEqual(weightsOf(axis, 6));
    expect(axis.start[20]).toBe(14);
    expect(weightsOf(axis, 0).length).toBe(7);
    expect(weightsOf(axis, 39).length).toBe(7);
    for (let i = 0; i < 40; i++) {
      const sum = weightsOf(axis, i).reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(1, 6);
    }
  });
});
