// The original recipe's runs of 200 steps, on WASM alone: the cpu backend takes half a minute for them.
import { expect, it } from 'vitest';
import { fitByDescent } from '../../../src/effects/hybrid/fit.ts';
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

for (const c of golden.cases) {
  it(`follows the golden run: ${c.name}`, async () => {
    const shape = { width: c.width, height: c.height };
    const pair = c.precise_uint8
      ? {
          near: tensorOf(c.precise_uint8, shape),
          far: tensorOf(c.blurred_uint8 as number[], shape),
        }
      : goldenPair(shape);
    const options = {
      ...recipe,
      nearWeight: c.m_precise,
      farWeight: c.m_blurred,
      kernel: { size: c.kernel_size, sigma: c.sigma },
    };
    await withObjective(pair, options, async (objective) => {
      const start = grey(shape);
      const losses = new Map<number, LossReport>();
      const x = await fitByDescent(objective, start, {
        steps: 200,
        lr: c.lr,
        pause,
        report: (r) => losses.set(r.step, r),
      });
      let compared = 0;
      for (const [step, expected] of Object.entries(c.losses)) {
        const got = losses.get(Number(step));
        if (!got) continue;
        compared++;
        expect(Math.abs(got.loss / expected.loss - 1)).toBeLessThan(1e-5);
      }
      expect(compared).toBeGreaterThanOrEqual(3);
      const pictures: Record<string, number[] | undefined> = c.images_float32;
      const last = pictures['200'];
      if (last) expect(worst(x.dataSync(), last)).toBeLessThan(1e-5);
      x.dispose();
      for (const step of ['1', '10', '199']) {
        const expected = pictures[step];
        if (!expected) continue;
        const early = await fitByDescent(objective, start, {
          steps: Number(step),
          lr: c.lr,
          pause,
        });
        expect(worst(early.dataSync(), expected)).toBeLessThan(1e-5);
        early.dispose();
      }
      start.dispose();
    });
  });
}
