import { describe, expect, it } from 'vitest';
import { arraySpace } from '../../src/fit/array-space.ts';
import { type Bounds, fit, type LossReport } from '../../src/fit/fit.ts';
import type { Evaluator } from '../../src/fit/loss.ts';
import { lbfgs } from '../../src/fit/optimisers/lbfgs.ts';
import {
  adam,
  gradientDescent,
  momentum,
  type Optimizer,
} from '../../src/fit/optimisers/optimisers.ts';

const pause = async () => {};
const vector = (...values: number[]): Float32Array => Float32Array.from(values);

type Valley = Evaluator<Float32Array> & { value: (x: Float32Array) => number };

const evaluatorOf = (of: Pick<Valley, 'value' | 'gradient'>): Valley => ({
  ...of,
  losses: (x) => ({ loss: of.value(x), terms: { value: of.value(x) } }),
  dispose() {},
});

/** Σ curvature · (x − goal)². */
const bowl = (goal: number[], curvature: number[]): Valley =>
  evaluatorOf({
    value: (x) =>
      x.reduce((sum, v, i) => sum + (curvature[i] as number) * (v - (goal[i] as number)) ** 2, 0),
    gradient: (x) => x.map((v, i) => 2 * (curvature[i] as number) * (v - (goal[i] as number))),
  });

const rosenbrock = evaluatorOf({
  value: ([x = 0, y = 0]) => (1 - x) ** 2 + 10 * (y - x * x) ** 2,
  gradient: ([x = 0, y = 0]) => vector(-2 * (1 - x) - 40 * x * (y - x * x), 20 * (y - x * x)),
});

const valley = () => bowl([3, -2, 0.5], [1, 10, 0.1]);

type Run = {
  optimizer: Optimizer<Float32Array>;
  steps: number;
  bounds?: Bounds;
  evaluator?: Evaluator<Float32Array>;
  start?: Float32Array;
  report?: (r: LossReport) => void;
};

const runFit = ({
  optimizer,
  steps,
  bounds = 'none',
  evaluator = valley(),
  start = vector(0, 0, 0),
  report,
}: Run) => fit({ space: arraySpace, evaluator, optimizer, start, bounds, steps, pause, report });

describe('optimisers', () => {
  it.each<[string, Optimizer<Float32Array>, number, number]>([
    ['gradient descent', gradientDescent(arraySpace, { lr: 0.09 }), 1500, 1e-3],
    ['heavy ball', momentum(arraySpace, { lr: 0.02 }), 600, 1e-3],
    ['Nesterov', momentum(arraySpace, { lr: 0.02, nesterov: true }), 600, 1e-3],
    ['Adam', adam(arraySpace, { lr: 0.1 }), 800, 1e-2],
    ['L-BFGS', lbfgs(arraySpace), 25, 1e-3],
  ])(
    '%s finds the bottom of a valley a hundred times as long as wide',
    async (_, optimizer, steps, tolerance) => {
      const x = await runFit({ optimizer, steps });
      for (const [i, goal] of [3, -2, 0.5].entries())
        expect(Math.abs((x[i] as number) - goal)).toBeLessThan(tolerance);
    },
  );

  it('in 60 steps L-BFGS reaches the end of a curved valley and gradient descent does not', async () => {
    const evaluator = rosenbrock;
    const start = vector(0, 0);
    const bent = await runFit({
      optimizer: lbfgs(arraySpace, { lr: 0.7 }),
      steps: 60,
      evaluator,
      start,
    });
    const plain = await runFit({
      optimizer: gradientDescent(arraySpace, { lr: 0.02 }),
      steps: 60,
      evaluator,
      start,
    });
    expect(rosenbrock.value(bent)).toBeLessThan(1e-6);
    expect(rosenbrock.value(plain)).toBeGreaterThan(0.01);
  });

  it('Adam adds its epsilon to the corrected or to the raw root, as its option says', () => {
    const position = vector(0);
    const first = (epsilonAt: 'corrected' | 'raw'): number =>
      adam(arraySpace, { lr: 1, beta2: 0.99, epsilon: 0.1, epsilonAt }).next(
        position,
        vector(1),
      )[0] as number;
    // Step 1: mean 1 and root 1 after correction. Corrected: 1 / (1 + 0.1); raw: 1 / (1 + 0.1 / √0.01).
    expect(first('corrected')).toBeCloseTo(-1 / 1.1, 5);
    expect(first('raw')).toBeCloseTo(-0.5, 5);
  });

  it('momentum moves further with two equal gradients than twice as far as with one', () => {
    const rule = momentum(arraySpace, { lr: 1, beta: 0.5 });
    const once = rule.next(vector(0), vector(1));
    expect(once[0]).toBe(-1);
    expect(rule.next(once, vector(1))[0]).toBe(-2.5);
  });
});

describe('fitting', () => {
  it('keeps values inside projection bounds', async () => {
    const x = await runFit({
      optimizer: gradientDescent(arraySpace, { lr: 0.05 }),
      steps: 200,
      bounds: { min: -1, max: 1 },
    });
    expect([...x].slice(0, 2)).toEqual([1, -1]);
  });

  it('keeps values inside 0…1 by the sigmoid, and follows its slope', async () => {
    const evaluator = bowl([0.8], [1]);
    const x = await runFit({
      optimizer: gradientDescent(arraySpace, { lr: 1 }),
      steps: 1,
      bounds: 'sigmoid',
      evaluator,
      start: vector(0.5),
    });
    // dL/dx = −0.6, dx/dv = 0.25: v = 0.15.
    expect(x[0]).toBeCloseTo(1 / (1 + Math.exp(-0.15)), 6);
    const far = await runFit({
      optimizer: gradientDescent(arraySpace, { lr: 9 }),
      steps: 300,
      bounds: 'sigmoid',
      evaluator: bowl([5], [1]),
      start: vector(0),
    });
    expect(far[0]).toBeGreaterThan(0.99);
    expect(far[0]).toBeLessThanOrEqual(1);
  });

  it('reports at 0, 1, 2, 5, 10 … and after the last step', async () => {
    const reports: LossReport[] = [];
    await runFit({
      optimizer: gradientDescent(arraySpace, { lr: 0.1 }),
      steps: 70,
      evaluator: bowl([3], [1]),
      start: vector(0),
      report: (r) => void reports.push(r),
    });
    expect(reports[0]).toEqual({ step: 0, loss: 9, terms: { value: 9 } });
    expect(reports.map((r) => r.step)).toEqual([0, 1, 2, 5, 10, 20, 50, 70]);
  });

  it('takes whole steps from a caller that has them, from a start within the bounds', async () => {
    const seen: number[] = [];
    const x = await fit({
      space: arraySpace,
      evaluator: bowl([3], [1]),
      optimizer: {
        step(position) {
          seen.push(position[0] as number);
          return position.map((v) => v / 2);
        },
      },
      start: vector(7),
      bounds: { min: 0, max: 4 },
      steps: 3,
      pause,
    });
    expect(seen).toEqual([4, 2, 1]);
    expect([...x]).toEqual([0.5]);
  });

  it('pauses after every step', async () => {
    let pauses = 0;
    await fit({
      space: arraySpace,
      evaluator: valley(),
      optimizer: gradientDescent(arraySpace, { lr: 0.01 }),
      start: vector(0, 0, 0),
      bounds: 'none',
      steps: 7,
      pause: async () => void pauses++,
    });
    expect(pauses).toBe(7);
  });

  it('does not change its start', async () => {
    const start = vector(0.25, 0.5, 0.75);
    await runFit({ optimizer: gradientDescent(arraySpace, { lr: 0.01 }), steps: 3, start });
    expect([...start]).toEqual([0.25, 0.5, 0.75]);
  });
});
