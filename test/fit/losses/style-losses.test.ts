import { describe, expect, it } from 'vitest';
import { contentLoss } from '../../../src/fit/losses/content-loss.ts';
import { type GramNormalisation, gram, gramLoss } from '../../../src/fit/losses/gram-loss.ts';
import { matrixRoot, regularised, rootTrace } from '../../../src/fit/losses/matrix-root.ts';
import { mixMoments, momentsOf } from '../../../src/fit/losses/moments.ts';
import { totalVariation } from '../../../src/fit/losses/total-variation.ts';
import { COVARIANCE_EPSILON, wassersteinLoss } from '../../../src/fit/losses/wasserstein-loss.ts';
import { gradients } from '../../../src/graph/gradients.ts';
import { createGraph, type Value } from '../../../src/graph/graph.ts';
import { mul } from '../../../src/graph/ops/elementwise.ts';
import { sum } from '../../../src/graph/ops/reduce.ts';
import { evaluate } from '../../helpers/nets/ort-engine.ts';

type Shape = readonly [number, number, number, number];

/** A tensor from a formula of channel, row and column. */
function tensor(
  [, channels, height, width]: Shape,
  f: (c: number, h: number, w: number) => number,
) {
  const data = new Float32Array(channels * height * width);
  let i = 0;
  for (let c = 0; c < channels; c++)
    for (let h = 0; h < height; h++) for (let w = 0; w < width; w++) data[i++] = f(c, h, w);
  return data;
}

const shape: Shape = [1, 4, 5, 6];
const features = tensor(shape, (c, h, w) => Math.sin(0.1 * c + 0.7 * h + 1.3 * w) + 0.5);
const targets = tensor(shape, (c, h, w) => Math.cos(0.3 * c + 0.4 * h + 0.9 * w) + 0.2);
const pictureShape: Shape = [1, 3, 6, 7];
const picture = tensor(
  pictureShape,
  (c, h, w) => 0.5 + 0.3 * Math.sin(1.1 * c + 0.9 * h) * Math.cos(0.8 * w),
);

// Features without ties between neighbours and of full rank, for finite differences.
const livelyFeatures = tensor(shape, (c, h, w) => Math.sin(37 * c ** 2 + 11 * h + 5 * w * (c + 1)));
const livelyTargets = tensor(shape, (c, h, w) => Math.cos(23 * c + 3 * h * (c + 2) + 7 * w ** 2));
const livelyPicture = tensor(pictureShape, (c, h, w) => ((37 * (c * 42 + h * 7 + w)) % 126) / 126);

const values = async (
  data: Float32Array,
  of: Shape,
  make: (x: Value) => Value,
): Promise<Float32Array> => {
  const graph = createGraph();
  const made = make(graph.input('x', of));
  const { y } = await evaluate(graph, { y: mul(made, 1) }, { x: { shape: of, data } });
  return y?.data ?? new Float32Array();
};
const scalar = async (...args: Parameters<typeof values>): Promise<number> =>
  (await values(...args))[0] as number;

const ofTarget = (x: Value): Value => x.graph.constant(targets, shape);

function toTarget(x: Value, target = targets, scale = 1): Value {
  const { mean, covariance: bare } = momentsOf(x.graph.constant(target, shape), scale);
  const covariance = regularised(bare, COVARIANCE_EPSILON);
  return wassersteinLoss(x, { mean, covariance, root: matrixRoot(covariance) }, scale);
}

const losses: Record<string, [Float32Array, Shape, (x: Value) => Value]> = {
  content: [features, shape, (x) => contentLoss(x, ofTarget(x))],
  'Gram by positions': [features, shape, (x) => gramTo(x, 'positions')],
  'Gram by elements': [features, shape, (x) => gramTo(x, 'elements')],
  'Gram of the paper': [features, shape, (x) => gramTo(x, 'paper')],
  Wasserstein: [features, shape, (x) => toTarget(x)],
  'total variation l1': [picture, pictureShape, (x) => totalVariation(x, 'l1')],
  'total variation l2': [picture, pictureShape, (x) => totalVariation(x, 'l2')],
  'total variation, nine points': [picture, pictureShape, (x) => totalVariation(x, 'nine-point')],
};

function gramTo(x: Value, normalisation: GramNormalisation): Value {
  return gramLoss(x, gram(ofTarget(x), normalisation), normalisation);
}

describe('losses', () => {
  it('have the published values of a known pair', async () => {
    const grams = async (normalisation: GramNormalisation): Promise<number[]> => {
      const matrix = await values(features, shape, (x) => gram(x, normalisation));
      return [matrix[0] as number, matrix[3] as number];
    };
    const close = (got: number | undefined, expected: number): void =>
      expect(Math.abs((got as number) / expected - 1)).toBeLessThan(2e-6);
    const [g0, g3] = await grams('paper');
    close(g0, 25.4748963);
    close(g3, 24.764428);
    const [p0, p3] = await grams('positions');
    close(p0, 0.84916321);
    close(p3, 0.82548093);
    const [e0, e3] = await grams('elements');
    close(e0, 0.2122908);
    close(e3, 0.20637023);
    const loss = (name: string): Promise<number> =>
      scalar(...(losses[name] as (typeof losses)[string]));
    close(await loss('Gram by positions'), 0.18899116);
    close(await loss('Gram by elements'), 0.01181195);
    // Σ (G − G*)² / (4 c² n²) is a quarter of the mean square with G divided by n.
    close(await loss('Gram of the paper'), 0.18899116 / 4);
    close(await loss('content'), 0.5191692);
    close(await loss('total variation, nine points'), 0.02393663);
    close(await loss('total variation l1'), 21.08799485);
    // After twelve iterations; the exact matrix root would give 0.30940150.
    expect(Math.abs((await loss('Wasserstein')) / 0.30950109 - 1)).toBeLessThan(1e-4);
  });

  const lively: typeof losses = {
    ...losses,
    Wasserstein: [livelyFeatures, shape, (x) => toTarget(x, livelyTargets)],
    'Wasserstein of scaled features': [
      livelyFeatures,
      shape,
      (x) => toTarget(x, livelyTargets, 0.3),
    ],
    'total variation l1': [livelyPicture, pictureShape, (x) => totalVariation(x, 'l1')],
  };

  it.each(Object.keys(lively))('%s: the gradient is that of the value', async (name) => {
    const [data, of, make] = lively[name] as (typeof losses)[string];
    const gradient = await values(data, of, (x) => gradients(make(x), [x])[0] as Value);
    for (const seed of [1, 2, 3]) {
      const direction = data.map((_, i) => Math.sin(seed * 7 * (i + 1)));
      const h = 2e-3;
      const at = (t: number): Promise<number> =>
        scalar(
          data.map((v, i) => v + t * (direction[i] as number)),
          of,
          make,
        );
      const numeric = ((await at(h)) - (await at(-h))) / (2 * h);
      const analytic = gradient.reduce((total, g, i) => total + g * (direction[i] as number), 0);
      const length = Math.sqrt(gradient.reduce((total, g) => total + g * g, 0));
      expect(Math.abs(numeric - analytic)).toBeLessThan(4e-3 * length);
    }
  });

  it('scale with the squares of the features', async () => {
    const of = (scale: number, factor: number): Promise<number> =>
      scalar(
        livelyFeatures.map((v) => factor * v),
        shape,
        (x) =>
          toTarget(
            x,
            livelyTargets.map((v) => factor * v),
            scale,
          ),
      );
    expect(Math.abs((await of(2, 1)) / (await of(1, 2)) - 1)).toBeLessThan(1e-5);
  });

  it('are zero for features at their target, up to the error of the iteration', async () => {
    const same = (make: (x: Value) => Value): Promise<number> => scalar(targets, shape, make);
    expect(await same((x) => contentLoss(x, ofTarget(x)))).toBe(0);
    expect(await same((x) => gramTo(x, 'positions'))).toBe(0);
    expect(Math.abs(await same((x) => toTarget(x)))).toBeLessThan(2e-3);
  });
});

describe('matrix roots', () => {
  it('give, for a well-conditioned matrix, the matrix when squared and the identity times their inverse', async () => {
    const n = 6;
    const size: Shape = [1, 1, n, n];
    const data = tensor(size, (_, i, j) => (i === j ? 3 : Math.cos(i + j) / 3));
    const graph = createGraph();
    const matrix = graph.input('x', [n, n]);
    const { trace, inverseRoot } = rootTrace(matrix);
    const outputs = { root: matrixRoot(matrix), inverse: inverseRoot, trace };
    const found = await evaluate(graph, outputs, { x: { shape: [n, n], data } });
    const product = (a: ArrayLike<number>, b: ArrayLike<number>): number[] =>
      Array.from({ length: n * n }, (_, k) => {
        let total = 0;
        for (let i = 0; i < n; i++)
          total += (a[Math.floor(k / n) * n + i] as number) * (b[i * n + (k % n)] as number);
        return total;
      });
    const root = found.root?.data as Float32Array;
    product(root, root).forEach((v, i) => {
      expect(Math.abs(v - (data[i] as number))).toBeLessThan(1e-4);
    });
    product(root, found.inverse?.data as Float32Array).forEach((v, i) => {
      expect(Math.abs(v - (i % (n + 1) === 0 ? 1 : 0))).toBeLessThan(1e-4);
    });
    const diagonal = root.reduce((t, v, i) => t + (i % (n + 1) === 0 ? v : 0), 0);
    expect(Math.abs((found.trace?.data[0] as number) - diagonal)).toBeLessThan(1e-4);
  });
});

describe('moments', () => {
  it('of a mixture equal those of all positions together', async () => {
    const both = tensor([1, 4, 10, 6], (c, h, w) =>
      h < 5
        ? (features[(c * 5 + h) * 6 + w] as number)
        : (targets[(c * 5 + h - 5) * 6 + w] as number),
    );
    const of = async (data: Float32Array, size: Shape) => ({
      mean: await values(data, size, (x) => momentsOf(x).mean),
      covariance: await values(data, size, (x) => momentsOf(x).covariance),
    });
    const mixed = mixMoments([
      { weight: 0.5, moments: await of(features, shape) },
      { weight: 0.5, moments: await of(targets, shape) },
    ]);
    const whole = await of(both, [1, 4, 10, 6]);
    for (const key of ['mean', 'covariance'] as const)
      mixed[key].forEach((v, i) => {
        expect(Math.abs(v - (whole[key][i] as number))).toBeLessThan(1e-5);
      });
  });

  it('of two equal parts equal those of one', async () => {
    const mean = Float32Array.of(0.1, -3, 7);
    const covariance = Float32Array.from({ length: 9 }, (_, i) => Math.sin(i));
    const moments = { mean, covariance };
    const mixed = mixMoments([
      { weight: 0.3, moments },
      { weight: 0.7, moments },
    ]);
    mixed.mean.forEach((v, i) => {
      expect(Math.abs(v - (mean[i] as number))).toBeLessThan(1e-6);
    });
    mixed.covariance.forEach((v, i) => {
      expect(Math.abs(v - (covariance[i] as number))).toBeLessThan(1e-6);
    });
  });

  it('count each position once: a constant has no covariance', async () => {
    const flat = new Float32Array(120).fill(100);
    const covariance = await values(flat, shape, (x) => momentsOf(x).covariance);
    expect([...covariance]).toEqual(new Array(16).fill(0));
    expect(await scalar(flat, shape, (x) => sum(momentsOf(x).mean))).toBe(400);
  });
});
