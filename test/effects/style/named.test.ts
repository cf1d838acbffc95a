// The step `style` with styles that have names, with made-up weights.
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { effects } from '../../../src/effects/index.ts';
import type { Weights } from '../../../src/graph/engine.ts';
import type { Image } from '../../../src/image.ts';
import { NAMED_STYLES, STYLE_SUMMARIES } from '../../../src/nets/named-styles/names.ts';
import { formatPlan, parsePlan } from '../../../src/plan/grammar.ts';
import { furtherImages, modelsOf, vectorUses } from '../../../src/plan/plan.ts';
import { noPace } from '../../../src/timing.ts';
import { DRAWN } from '../../../src/train/style/pictures/pictures.ts';
import { maxDifference, paint, pixelAt } from '../../helpers/files/pictures.ts';
import { seededNamedStyles } from '../../helpers/nets/seeded-named-styles.ts';
import { kernels } from '../../helpers/pixel-kernels.ts';

const weights = seededNamedStyles(NAMED_STYLES);
const model = vi.fn(async (_name: string): Promise<Weights> => weights);

const planOf = (options: string) => parsePlan([`style,${options}`], effects);

async function styled(options: string, picture: Image): Promise<Image> {
  const { effect, params } = planOf(options).steps[0]!;
  const tensors = memory().numTensors;
  const result = await effect.run({
    picture,
    shrunk: { full: picture, factor: 1, left: 0, top: 0 },
    inputs: { style: [] },
    vectors: {},
    params,
    reports: false,
    kernels,
    model,
    pace: noPace,
  });
  expect(memory().numTensors).toBe(tensors);
  return result.picture;
}

const photo = paint({ width: 40, height: 28 }, (x, y) => [
  128 + 100 * Math.sin(x / 5),
  7 * y,
  x > 20 ? 180 : 60,
]);

describe('a named style', () => {
  it('needs neither a further image nor a vector, only the model of the project', () => {
    const plan = planOf('style=wave~starry,styleWeights=0.3~0.7');
    expect(furtherImages(plan).size).toBe(0);
    expect(vectorUses(plan)).toEqual([]);
    expect(modelsOf(plan)).toEqual(['named-styles']);
    expect(formatPlan(plan)).toContain('style=wave~starry');
  });

  it('paints every name otherwise, and the same name the same', async () => {
    const made = [];
    for (const name of NAMED_STYLES.slice(0, 4)) made.push(await styled(`style=${name}`, photo));
    for (const [i, one] of made.entries()) {
      for (const other of made.slice(0, i)) expect(maxDifference(one, other)).toBeGreaterThan(8);
    }
    expect(await styled('style=wave', photo)).toEqual(made[0]);
  });

  it('mixes by shares', async () => {
    const [wave, neon] = [await styled('style=wave', photo), await styled('style=neon', photo)];
    const all = await styled('style=wave~neon,styleWeights=1~0', photo);
    expect(all).toEqual(wave);
    const half = await styled('style=wave~neon', photo);
    expect(maxDifference(half, wave)).toBeGreaterThan(8);
    expect(maxDifference(half, neon)).toBeGreaterThan(8);
  });

  it('fades into the picture with its strength, to the picture itself at 0', async () => {
    const full = await styled('style=glass', photo);
    const half = await styled('style=glass,strength=0.5', photo);
    for (const [x, y] of [
      [3, 3],
      [20, 14],
      [37, 25],
    ] as const) {
      for (let c = 0; c < 3; c += 1) {
        const ends = [pixelAt(full, x, y)[c]!, pixelAt(photo, x, y)[c]!];
        const value = pixelAt(half, x, y)[c]!;
        expect(value).toBeGreaterThanOrEqual(Math.min(...ends) - 1);
        expect(value).toBeLessThanOrEqual(Math.max(...ends) + 1);
      }
    }
    expect(await styled('style=glass,strength=0', photo)).toBe(photo);
  });

  it('keeps size and opacity', async () => {
    const cut = paint({ width: 21, height: 9 }, (x) => [200, 90, 40, x < 10 ? 255 : 0]);
    const made = await styled('style=mosaic,color=content', cut);
    expect([made.width, made.height]).toEqual([21, 9]);
    expect([pixelAt(made, 2, 4)[3], pixelAt(made, 18, 4)[3]]).toEqual([255, 0]);
  });

  it.each([
    ['style=wave~asset:a', /names alone or pictures alone/],
    ['style=wave,engine=vgg19', /pictures with engine=vgg19/],
    ['style=wave~starry,styleWeights=1', /2 numbers/],
  ])('refuses %s', (options, message) => {
    expect(() => planOf(options)).toThrow(message);
  });

  it('has a picture that it was trained on', () => {
    const drawn = DRAWN.map(({ name }) => name);
    expect(Object.keys(STYLE_SUMMARIES).toSorted()).toEqual(
      [...drawn, 'wave', 'starry'].toSorted(),
    );
  });
});
