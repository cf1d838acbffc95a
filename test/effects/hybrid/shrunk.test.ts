import { describe, expect, it } from 'vitest';
import { fitFar } from '../../../src/effects/hybrid/align.ts';
import { effects } from '../../../src/effects/index.ts';
import { createImage, type Image, type Size } from '../../../src/image.ts';
import { parsePlan } from '../../../src/plan/grammar.ts';
import { noPace } from '../../../src/timing.ts';
import { paint } from '../../helpers/files/pictures.ts';
import { averaged, meanDifference, shifted } from '../../helpers/files/shrunk-pictures.ts';
import { kernels } from '../../helpers/pixel-kernels.ts';

const scene = ({ width, height }: Size): Image =>
  paint({ width, height }, (x, y) => [
    110 + 90 * Math.sin(x / 31 + y / 83),
    130 + 80 * Math.cos(x / 47 - y / 29),
    (40 + x / 5 + y / 7) % 256,
  ]);

const fitted = (far: Image, near: Size): Promise<Image> =>
  fitFar(far, { near: createImage(near), align: undefined }, { kernels, pace: noPace });

describe('a far picture that the decoder has shrunk', () => {
  it.each([
    [{ width: 640, height: 480 }, { width: 80, height: 60 }, 4],
    [{ width: 640, height: 480 }, { width: 70, height: 90 }, 2],
    [{ width: 600, height: 900 }, { width: 90, height: 60 }, 2],
    [{ width: 808, height: 806 }, { width: 50, height: 51 }, 8],
  ])('of %o covers %o as the whole one does, factor %i', async (size, near, factor) => {
    const far = scene(size);
    const wanted = await fitted(far, near);
    const got = await fitted(averaged(far, factor), near);
    const pixel = Math.min(
      meanDifference(shifted(wanted, 'x'), wanted),
      meanDifference(shifted(wanted, 'y'), wanted),
    );
    expect(meanDifference(got, wanted)).toBeLessThan(Math.min(1.5, 0.15 * pixel));
  });

  it('may be as small as the near one, but not smaller, and is not shrunk if it is aligned', () => {
    const shrinkOf = (options: string) => {
      const { effect, params } = parsePlan([`hybrid,far=asset:f${options}`], effects).steps[0]!;
      return effect.further.shrink?.(
        { width: 100, height: 50 },
        { width: 400, height: 300 },
        params,
      );
    };
    expect(shrinkOf('')).toBe(4);
    expect(shrinkOf(',align=0_0_0_0~1_1_1_1')).toBe(1);
  });
});
