import { mul, tidy } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import type { LossReport } from '../../../src/fit/fit.ts';
import golden from '../../golden/hybrid.json';
import { fromRgb, paint, run } from '../../helpers/files/pictures.ts';
import { expectNoTensorsLeft, grey, recipe, tensorOf, withObjective, worst } from './pairs.ts';

expectNoTensorsLeft();

it('starts with the golden gradient', async () => {
  const c = golden.cases[0] as (typeof golden.cases)[number];
  const shape = { width: 16, height: 16 };
  const pair = {
    near: tensorOf(c.precise_uint8 as number[], shape),
    far: tensorOf(c.blurred_uint8 as number[], shape),
  };
  await withObjective(pair, recipe, (objective) => {
    const x = grey(shape);
    const byState = tidy(() => mul(objective.gradient(x), 0.25)); // dx/dv = x (1 − x)
    expect(worst(byState.dataSync(), c.gradient_v_at_step0_float32 as number[])).toBeLessThan(1e-5);
    byState.dispose();
    x.dispose();
  });
});

it('truncates to bytes as the recipe does, and reports its losses', async () => {
  const shape = { width: 16, height: 16 };
  const c = golden.cases[0] as (typeof golden.cases)[number];
  const near = fromRgb(shape, c.precise_uint8 as number[]);
  const far = fromRgb(shape, c.blurred_uint8 as number[]);
  const { image, report } = await run('hybrid,far=asset:far,mode=reference', near, {
    further: { 'asset:far': far },
  });
  const expected = (c.images_float32['200'] as number[]).map((v) => Math.floor(v * 255));
  const got = [...image.data].filter((_, i) => i % 4 < 3);
  // Two values of 768 lie within float error of a whole level.
  expect(got.filter((v, i) => v !== expected[i]).length).toBeLessThanOrEqual(2);
  expect(worst(got, expected)).toBeLessThanOrEqual(1);
  const losses = report.losses as LossReport[];
  expect(losses.at(-1)?.step).toBe(200);
  expect(
    Math.abs((losses.at(-1)?.loss as number) / (c.losses['200']?.loss as number) - 1),
  ).toBeLessThan(1e-5);
});

it.each(['gray', 'near', 'far', 'frequency'])(
  'descends from %s, on pure black too',
  async (init) => {
    const shape = { width: 24, height: 24 };
    const near = paint(shape, (x) => (x < 12 ? [0, 0, 0] : [255, 255, 255]));
    const far = paint(shape, (_, y) => (y < 12 ? [0, 0, 0] : [200, 30, 30]));
    const { report, image } = await run(
      `hybrid,far=asset:f,mode=reference,steps=20,init=${init}`,
      near,
      { further: { 'asset:f': far } },
    );
    const losses = (report.losses as LossReport[]).map((l) => l.loss);
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(losses.at(-1)).toBeLessThan(losses[0] as number);
    expect(image.data.every((v, i) => i % 4 < 3 || v === 255)).toBe(true);
  },
);
