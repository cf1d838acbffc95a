import { type Tensor3D, tensor3d } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { fitByDescent, fitByProjection } from '../../src/effects/hybrid/fit.ts';
import type { LossReport } from '../../src/fit/fit.ts';
import golden from '../golden/hybrid.json';
import { blob, detail } from '../helpers/files/golden-images.ts';
import { createObjective } from '../helpers/nets/objective.ts';

const size = { width: 512, height: 512 };
const digest = async (bytes: Uint8Array): Promise<string> => {
  const hash = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return [...new Uint8Array(hash)].map((b) => b.toString(16).padStart(2, '0')).join('');
};
const near8 = detail(size);
const far8 = blob(size);
const tensorOf = (rgb: Uint8Array): Tensor3D =>
  tensor3d(
    Float32Array.from(rgb, (v) => v / 255),
    [512, 512, 3],
  );
const pause = async () => {};
/** Smaller pictures follow their golden runs for 200 steps: `test/effects/hybrid/golden-runs.test.ts`. */
const STEPS = 50;

describe('the golden table at 512×512, on WASM', () => {
  it('has the golden inputs', async () => {
    expect(await digest(near8)).toBe(golden.sha256_512.detail);
    expect(await digest(far8)).toBe(golden.sha256_512.blob);
  });

  it.each(Object.entries(golden.table_512))(
    'ratio %s: every loss of 50 steps',
    async (ratio, table) => {
      const pair = { near: tensorOf(near8), far: tensorOf(far8) };
      const objective = createObjective(pair, {
        nearWeight: Number(ratio),
        farWeight: 1,
        kernel: { size: 15, sigma: 3 },
        borders: 'zero',
        coarse: 1,
      });
      const start = tensor3d(new Float32Array(3 * 512 * 512).fill(0.5), [512, 512, 3]);
      const losses = new Map<number, LossReport>();
      const x = await fitByDescent(objective, start, {
        steps: STEPS,
        lr: 0.3,
        pause,
        report: (r) => losses.set(r.step, r),
      });
      for (const [step, [loss, near, far]] of Object.entries(table) as [
        string,
        [number, number, number],
      ][]) {
        if (Number(step) > STEPS) continue;
        const got = losses.get(Number(step)) as LossReport;
        expect(Math.abs(got.loss / loss - 1)).toBeLessThan(1e-5);
        // The terms alone may drift along the valley of their sum.
        expect(Math.abs((got.terms.near as number) / near - 1)).toBeLessThan(2e-5);
        expect(Math.abs((got.terms.far as number) / far - 1)).toBeLessThan(2e-5);
      }
      x.dispose();

      const quick = objective.frequencyStart();
      const reached: number[] = [];
      const steps = { '0.1': 3, '0.3': 3, '1.0': 4 }[ratio] as number;
      const y = await fitByProjection(objective, quick, {
        steps,
        step: 0.5 / (Number(ratio) + 1),
        pause,
        report: (r) => reached.push(r.loss),
      });
      expect(reached.at(-1)).toBeLessThan(
        (table as Record<string, number[]>)['200']?.[0] as number,
      );
      for (const tensor of [y, quick, start, pair.near, pair.far]) tensor.dispose();
      objective.dispose();
    },
  );
});
