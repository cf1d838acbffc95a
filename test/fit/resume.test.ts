import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arraySpace } from '../../src/fit/array-space.ts';
import { descend, type Evaluation } from '../../src/fit/descend.ts';
import { exponentialAverage } from '../../src/fit/optimisers/average.ts';
import { lbfgs } from '../../src/fit/optimisers/lbfgs.ts';
import {
  adam,
  gradientDescent,
  momentum,
  type Optimizer,
} from '../../src/fit/optimisers/optimisers.ts';
import type { Space } from '../../src/fit/space.ts';

const rules: [string, (space: Space<Float32Array>) => Optimizer<Float32Array>][] = [
  ['gradient descent', (space) => gradientDescent(space, { lr: 0.01 })],
  ['momentum', (space) => momentum(space, { lr: 0.01 })],
  ['Adam', (space) => adam(space, { lr: 0.02, beta2: 0.99 })],
  ['L-BFGS', (space) => lbfgs(space, { lr: 0.5, history: 3 })],
];

/** A curved function, so that the optimisers have state. */
async function evaluate(x: Float32Array): Promise<Evaluation> {
  const off = (i: number): number => (x[i] as number) - 0.5 - 0.4 * Math.sin(i);
  return {
    loss: x.reduce((sum, _, i) => sum + (i + 1) * off(i) ** 4 + off(i) ** 2, 0),
    terms: {},
    gradient: x.map((_, i) => 4 * (i + 1) * off(i) ** 3 + 2 * off(i)),
  };
}

const start = Float32Array.from({ length: 12 }, (_, i) => ((i * 7) % 12) / 12);

describe('a fit that is interrupted', () => {
  it.each(rules)('%s: continues to the same bits', async (_, rule) => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 20 }), async (cut) => {
        const whole = exponentialAverage(0.99, start);
        const straight = await descend({
          evaluate,
          optimizer: rule(arraySpace),
          average: whole,
          start,
          steps: 20,
        });

        const [first, second] = [rule(arraySpace), rule(arraySpace)];
        const before = exponentialAverage(0.99, start);
        const half = await descend({
          evaluate,
          optimizer: first,
          average: before,
          start,
          steps: cut,
        });
        second.restore(structuredClone(first.state()));
        const after = exponentialAverage(0.99, structuredClone(before.state()));
        const resumed = await descend({
          evaluate,
          optimizer: second,
          average: after,
          start: half,
          from: cut,
          steps: 20,
        });
        expect(resumed).toEqual(straight);
        if (cut < 20) expect(after.value()).toEqual(whole.value());
      }),
      { numRuns: 12 },
    );
  });

  it.each(rules)('%s: keeps a copy of the state', (_, rule) => {
    const gradient = Float32Array.from(start, (v) => v - 0.3);
    const [first, second] = [rule(arraySpace), rule(arraySpace)];
    const there = first.next(first.next(start, gradient), gradient);
    const state = structuredClone(first.state());
    second.restore(state);
    for (const vector of state.vectors) vector.fill(Number.NaN);
    expect(second.next(there, gradient)).toEqual(first.next(there, gradient));
  });
});

describe('a fit', () => {
  it('never returns a picture if a loss or a gradient is not a number', async () => {
    for (const [loss, value, what] of [
      [Number.NaN, 0, 'the loss'],
      [Number.POSITIVE_INFINITY, 0, 'the loss'],
      [1, Number.NaN, 'the gradient'],
      [1, Number.NEGATIVE_INFINITY, 'the gradient'],
    ] as const) {
      let evaluations = 0;
      const failing = async (x: Float32Array): Promise<Evaluation> => {
        evaluations += 1;
        const gradient = new Float32Array(x.length);
        if (evaluations < 3) return { loss: 1, terms: {}, gradient };
        gradient[5] = value;
        return { loss, terms: {}, gradient };
      };
      const optimizer = adam(arraySpace, { lr: 0.02 });
      await expect(
        descend({ evaluate: failing, optimizer, start, steps: 9 }),
      ).rejects.toMatchObject({
        code: 'internal',
        retryable: false,
        message: expect.stringContaining(`${what} is not a finite number at step 3`),
      });
    }
  });
});

describe('rules that move to another size', () => {
  const doubled = (v: Float32Array): Float32Array => v.map((x) => 2 * x);

  it('keep the moments and the step count of Adam', () => {
    const rule = adam(arraySpace, { lr: 0.02 });
    rule.next(start, start);
    const { step, vectors } = structuredClone(rule.state());
    rule.resize(doubled);
    expect(rule.state()).toEqual({ step, vectors: vectors.map(doubled) });
  });

  it('forget the curvature of L-BFGS', () => {
    const rule = lbfgs(arraySpace);
    rule.next(rule.next(start, start), start.map(Math.sqrt));
    rule.resize(doubled);
    expect(rule.state().vectors).toEqual([]);
  });
});

describe('Adam in one pass', () => {
  it('equals Adam computed in several passes', () => {
    const { adamStep: _, ...plain } = arraySpace;
    for (const epsilonAt of ['corrected', 'raw'] as const) {
      const options = { lr: 0.02, beta1: 0.99, epsilon: 0.1, epsilonAt };
      const [one, many] = [adam(arraySpace, options), adam(plain, options)];
      let x: Float32Array = start;
      let y: Float32Array = start;
      for (let i = 0; i < 30; i++) {
        x = one.next(x, x.map(Math.sin));
        y = many.next(y, y.map(Math.sin));
      }
      x.forEach((v, i) => {
        expect(Math.abs(v - (y[i] as number))).toBeLessThan(1e-6);
      });
    }
  });

  it('has the published values of three known steps', () => {
    const ends = (options: Omit<Parameters<typeof adam>[1], 'lr'>): number => {
      const rule = adam(arraySpace, { lr: 0.02, ...options });
      let x: Float32Array = Float32Array.of(0.5);
      for (const g of [1, -0.5, 0.25]) x = rule.next(x, Float32Array.of(g));
      return x[0] as number;
    };
    const tutorial = { beta1: 0.99, beta2: 0.999, epsilon: 0.1 };
    expect(ends({ ...tutorial, epsilonAt: 'raw' })).toBeCloseTo(0.49157842, 6);
    expect(ends({ ...tutorial, epsilonAt: 'corrected' })).toBeCloseTo(0.46978482, 6);
    expect(ends({ beta1: 0.9, beta2: 0.99, epsilon: 1e-8 })).toBeCloseTo(0.46783532, 6);
  });
});
