import { add, mul, sum, type Tensor3D, tensor3d, tidy } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { fitByProjection } from '../../../src/effects/hybrid/fit.ts';
import { expectNoTensorsLeft, goldenPair, grey, pause, recipe, withObjective } from './pairs.ts';

expectNoTensorsLeft();

const shape = { width: 12, height: 10 };

it.each(['zero', 'normalised'] as const)(
  'has the gradient that finite differences give, with %s borders',
  async (borders) => {
    await withObjective(
      goldenPair(shape),
      { ...recipe, kernel: { size: 5, sigma: 1.2 }, borders },
      (objective) => {
        const x = tensor3d(
          Float32Array.from({ length: 360 }, (_, i) => 0.2 + (0.6 * ((i * 37) % 97)) / 97),
          [10, 12, 3],
        );
        const gradient = objective.gradient(x);
        for (const seed of [1, 2, 3]) {
          const direction = tensor3d(
            Float32Array.from({ length: 360 }, (_, i) => Math.sin(seed * (i + 1))),
            [10, 12, 3],
          );
          const h = 2e-3;
          const at = (t: number): number => {
            const moved = tidy(() => add(x, mul(direction, t)) as Tensor3D);
            const { loss } = objective.losses(moved);
            moved.dispose();
            return loss;
          };
          const numeric = (at(h) - at(-h)) / (2 * h);
          const analytic = tidy(() => sum(mul(gradient, direction)).dataSync()[0] as number);
          expect(Math.abs(numeric - analytic)).toBeLessThan(2e-3 * Math.max(1, Math.abs(analytic)));
          direction.dispose();
        }
        gradient.dispose();
        x.dispose();
      },
    );
  },
);

it('stays finite if a picture is black over a whole kernel', async () => {
  const black = {
    near: tensor3d(new Float32Array(3 * 400), [20, 20, 3]),
    far: tensor3d(new Float32Array(3 * 400), [20, 20, 3]),
  };
  await withObjective(black, recipe, async (objective) => {
    const x = await fitByProjection(objective, black.near, { steps: 5, step: 0.45, pause });
    expect(x.dataSync().every((v) => Number.isFinite(v) && v <= 1 / 2048 + 1e-6)).toBe(true);
    x.dispose();
  });
});

it('on a coarse grid still leads downhill', async () => {
  const wide = { width: 64, height: 48 };
  await withObjective(
    goldenPair(wide),
    { ...recipe, kernel: { size: 9, sigma: 1.5 }, borders: 'normalised', coarse: 2 },
    async (objective) => {
      const start = grey(wide);
      const losses: number[] = [];
      const x = await fitByProjection(objective, start, {
        steps: 5,
        step: 0.45,
        pause,
        report: (r) => losses.push(r.loss),
      });
      for (let i = 1; i < losses.length; i++)
        expect(losses[i]).toBeLessThan(losses[i - 1] as number);
      x.dispose();
      start.dispose();
    },
  );
});
