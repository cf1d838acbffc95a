import { describe, expect, it } from 'vitest';
import type { Planes } from '../../../../src/effects/style/optimise/optimise.ts';
import { MARGIN } from '../../../../src/effects/style/optimise/pictures.ts';
import { withMargin } from '../../../../src/fit/planes.ts';
import { uniformValues } from '../../../../src/fit/random.ts';
import { seededWeights } from '../../../helpers/nets/seeded-vgg19.ts';
import { evaluateAt, referenceRecipe, smallNetwork } from '../../../helpers/services/style-runs.ts';
import { content, expectResumes, psnr, shallow, style, stylize } from './stylise.ts';

describe('a stylised picture', () => {
  it.each(['basic', 'pyramid'] as const)(
    'by %s has less than half of the losses after 60 steps, measured on its 8-bit levels',
    async (recipe) => {
      // Seeded weights give small features, and so small gradients, with which the Adam of `basic` is slow.
      const scale = recipe === 'basic' ? { contentWeight: 1e3, styleWeight: 1e3 } : {};
      const wide = seededWeights();
      const { picture } = await stylize({
        settings: { recipe, steps: 60, ...scale },
        job: { weights: wide },
      });
      const { objective } = referenceRecipe(recipe);
      // With the mirrored margin, without which the network's own padding would be a large part of so small a picture.
      const padded = (data: Float32Array) => withMargin({ ...content, data }, MARGIN);
      const losses = (at: Float32Array) =>
        evaluateAt(smallNetwork(wide), objective, {
          content: padded(content.data),
          style,
          at: padded(at).data,
        });
      const levels = picture.data.map((v) => Math.round(v * 255) / 255);
      const [before, after] = [await losses(content.data), await losses(levels)];
      expect(after.loss).toBeLessThan(0.5 * before.loss);
    },
  );

  it('takes on each style in proportion to its weight', async () => {
    const other: Planes = { ...style, data: style.data.map((v) => 1 - v) };
    const of = async (weight: number): Promise<Float32Array> => {
      const styles = [
        { picture: style, weight },
        { picture: other, weight: 1 - weight },
      ];
      const settings = { recipe: 'basic' as const, steps: 20 };
      return (await stylize({ styles, settings })).picture.data;
    };
    const [first, mixed, second] = [await of(1), await of(0.5), await of(0)];
    const distance = (a: Float32Array, b: Float32Array): number => -psnr(a, b);
    expect(distance(mixed, first)).toBeLessThan(distance(second, first));
    expect(distance(mixed, second)).toBeLessThan(distance(first, second));
  });

  it('without style weight returns to the content from another start', async () => {
    const settings = {
      recipe: 'basic' as const,
      contentLayers: ['relu1_1'],
      contentWeight: 1e3,
      styleWeight: 0,
      init: 'gray' as const,
      steps: 150,
    };
    const { picture } = await stylize({ settings });
    expect(psnr(picture.data, content.data)).toBeGreaterThan(20);
  });
});

describe('a job that was interrupted', () => {
  const pyramid = { ...shallow, size: 192, steps: 8 };

  it('continues to the same bytes after any step of Adam over two scales', () =>
    expectResumes(pyramid));

  it('continues to the same bytes after any step of L-BFGS over two scales', () =>
    expectResumes({ ...pyramid, optimizer: 'lbfgs', init: 'noise' }));
});

describe('a deadline', () => {
  const large: Planes = { width: 283, height: 283, data: uniformValues(3, 3 * 283 * 283) };
  // One run of 128 px takes half a second.
  const slow = { secondsPerValue: 0.5 / (3 * 128 ** 2) };

  it('that turns out to be far away adds scales for which there is time', async () => {
    // The device is fifteen times slower while its speed is measured.
    let runs = 0;
    const settings = { ...shallow, steps: 20, seconds: 30 };
    const { report, seen } = await stylize({
      content: large,
      settings,
      job: { ...slow, slowdown: () => (runs++ < 6 ? 3 : 0.2) },
    });
    const scales = report.scales as { width: number }[];
    expect(scales.map(({ width }) => width)).toEqual([141, 200, 283]);
    expect(report.seconds).toBeLessThanOrEqual(30);
    expect(seen.progress.at(-1)?.step).toBe(seen.progress.at(-1)?.steps);
  });
});
