// The stand-in of optimised style transfer at the edge, with a network of seeded weights.
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { effects } from '../../../src/effects/index.ts';
import type { Image } from '../../../src/image.ts';
import { parsePlan } from '../../../src/plan/grammar.ts';
import { isGpuOnly } from '../../../src/plan/plan.ts';
import { noPace, type Pace } from '../../../src/timing.ts';
import { maxDifference, paint } from '../../helpers/files/pictures.ts';
import { seededSlim } from '../../helpers/nets/seeded-vgg19.ts';
import { kernels } from '../../helpers/pixel-kernels.ts';

const weights = seededSlim();
const meanOf = ({ data }: Image): number[] =>
  [0, 1, 2].map(
    (c) => (4 * data.reduce((sum, v, i) => sum + (i % 4 === c ? v : 0), 0)) / data.length,
  );
const image = paint({ width: 60, height: 44 }, (x, y) => [
  40 + 3 * x,
  60 + 2 * y,
  x < 26 ? 60 : 190,
]);
const red = paint({ width: 50, height: 40 }, (x, y) => [200 + 40 * ((x + y) % 2), 30, 20]);

async function drafted(options: string, picture: Image = image, pace: Pace = noPace) {
  const [step] = parsePlan([`style,style=asset:a,${options}`], effects).steps;
  const { effect, params } = step!.effect.needs.lighter!(step!.params)!;
  expect(isGpuOnly({ effect: effect!, params })).toBe(false);
  expect(effect!.needs.models?.(params)).toEqual(['slim']);
  const result = await effect!.run({
    picture,
    shrunk: { full: picture, factor: 1, left: 0, top: 0 },
    inputs: { style: [red] },
    vectors: {},
    params,
    reports: false,
    kernels,
    model: async () => weights,
    pace,
  });
  return result.picture;
}

describe('the draft of an optimisation', () => {
  it('has the size of the picture and the colours of the style, and is the same again', async () => {
    const before = memory().numTensors;
    const made = await drafted('engine=vgg19,recipe=classic,seconds=9');
    expect([made.width, made.height]).toEqual([60, 44]);
    const [r, g, b] = meanOf(made) as [number, number, number];
    expect(r).toBeGreaterThan(1.5 * Math.max(g, b));
    expect(maxDifference(await drafted('engine=slim'), made)).toBe(0);
    expect(memory().numTensors).toBe(before);
  });

  it.each([
    [3, 2],
    [300, 20],
  ])('answers %i×%i', async (width, height) => {
    const made = await drafted(
      'engine=slim',
      paint({ width, height }, (x) => [x, 99, 200]),
    );
    expect([made.width, made.height]).toEqual([width, height]);
  });

  it('follows strength', async () => {
    expect(maxDifference(await drafted('engine=slim,strength=0'), image)).toBe(0);
    const redness = async (strength: number): Promise<number> =>
      meanOf(await drafted(`engine=slim,strength=${strength}`))[0]!;
    expect(await redness(0.3)).toBeLessThan(await redness(1));
  });

  it('leaves no tensors behind if it is stopped', async () => {
    const before = memory().numTensors;
    let calls = 0;
    const stop = drafted('engine=slim', image, () => {
      if (++calls === 12) throw new RangeError('given up');
      return undefined;
    });
    await expect(stop).rejects.toThrow('given up');
    expect(memory().numTensors).toBe(before);
  });
});
