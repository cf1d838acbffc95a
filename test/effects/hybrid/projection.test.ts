import { expect, it } from 'vitest';
import { fitByProjection } from '../../../src/effects/hybrid/fit.ts';
import type { LossReport } from '../../../src/fit/fit.ts';
import golden from '../../golden/hybrid.json';
import {
  expectNoTensorsLeft,
  goldenPair,
  grey,
  pause,
  recipe,
  tensorOf,
  withObjective,
  worst,
} from './pairs.ts';

expectNoTensorsLeft();

it('follows the golden projected gradient', async () => {
  const c = golden.cases[0] as (typeof golden.cases)[number];
  const shape = { width: 16, height: 16 };
  const pair = {
    near: tensorOf(c.precise_uint8 as number[], shape),
    far: tensorOf(c.blurred_uint8 as number[], shape),
  };
  await withObjective(pair, recipe, async (objective) => {
    const start = grey(shape);
    for (const [steps, picture] of Object.entries(golden.fast_solver.images_float32)) {
      const losses: LossReport[] = [];
      const x = await fitByProjection(objective, start, {
        steps: Number(steps),
        step: 0.5 / 1.1,
        pause,
        report: (r) => losses.push(r),
      });
      expect(worst(x.dataSync(), picture)).toBeLessThan(1e-5);
      const expected = (golden.fast_solver.losses as Record<string, { loss: number }>)[steps];
      expect(
        Math.abs((losses.at(-1)?.loss as number) / (expected?.loss as number) - 1),
      ).toBeLessThan(1e-5);
      x.dispose();
    }
    start.dispose();
  });
});

it('beats the recipe of 200 steps within three gradient evaluations, from its own start', async () => {
  const shape = { width: 64, height: 48 };
  const target = golden.cases[2]?.losses['200']?.loss as number;
  await withObjective(goldenPair(shape), recipe, async (objective) => {
    const start = objective.frequencyStart();
    const losses: number[] = [];
    const x = await fitByProjection(objective, start, {
      steps: 3,
      step: 0.5 / 1.1,
      pause,
      report: (r) => losses.push(r.loss),
    });
    expect(Math.min(...losses)).toBeLessThan(target);
    x.dispose();
    start.dispose();
  });
});
