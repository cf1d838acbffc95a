import { describe, expect, it } from 'vitest';
import type { TensorData } from '../../../src/graph/engine.ts';
import {
  type AdversarialLoss,
  discriminatorLoss,
  generatorLoss,
} from '../../../src/nets/gan/adversarial-losses.ts';
import { l1Penalty, l2Penalty, orthogonalPenalty } from '../../../src/nets/gan/penalties.ts';
import { spectralNorm } from '../../../src/nets/gan/spectral-norm.ts';
import { expectGradient, forward, noise } from '../../helpers/nets/graph-checks.ts';

const scores = (...values: number[]): TensorData => ({
  shape: [1, 1, 1, values.length],
  data: Float32Array.from(values),
});

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

describe('adversarial losses', () => {
  const [real, fake] = [scores(2, 0.5), scores(-3, 1)];
  const cases: [AdversarialLoss, number, number][] = [
    ['hinge', 0.25 + 1, 1],
    ['lsgan', (0.5 * (1 + 0.25)) / 2 + (0.5 * (9 + 1)) / 2, (16 + 0) / 2],
    [
      'bce',
      -(
        Math.log(sigmoid(2)) +
        Math.log(sigmoid(0.5)) +
        Math.log(1 - sigmoid(-3)) +
        Math.log(1 - sigmoid(1))
      ) / 4,
      -(Math.log(sigmoid(-3)) + Math.log(sigmoid(1))) / 2,
    ],
  ];

  it.each(cases)('%s gives what its formula says', async (kind, ofDiscriminator, ofGenerator) => {
    const d = await forward({ real, fake }, (v) => discriminatorLoss(kind, v.real!, v.fake!));
    const g = await forward({ fake }, (v) => generatorLoss(kind, v.fake!));
    expect(d.data[0]).toBeCloseTo(ofDiscriminator, 5);
    expect(g.data[0]).toBeCloseTo(ofGenerator, 5);
  });

  it('of scores far from 0 stay finite', async () => {
    const far = scores(200, -200);
    const d = await forward({ far }, (v) => discriminatorLoss('bce', v.far!, v.far!));
    expect(d.data[0]).toBeCloseTo(100, 3);
  });
});

describe('penalties', () => {
  const weight: TensorData = { shape: [2, 2, 1, 1], data: Float32Array.of(1, -2, 3, 4) };

  it('sum magnitudes and half of the squares', async () => {
    expect((await forward({ weight }, (v) => l1Penalty([v.weight!]))).data[0]).toBe(10);
    expect((await forward({ weight }, (v) => l2Penalty([v.weight!]))).data[0]).toBe(15);
  });

  it('of orthogonality see only products of different filters', async () => {
    // The product of the two rows is 1·3 − 2·4 = −5, twice off the diagonal.
    expect((await forward({ weight }, (v) => orthogonalPenalty([v.weight!]))).data[0]).toBe(50);
    await expectGradient({ weight }, (v) => orthogonalPenalty([v.weight!]));
  });
});

describe('spectralNorm', () => {
  it('divides a filter by its largest singular value after some steps', async () => {
    const filter: TensorData = {
      shape: [2, 2, 1, 1],
      data: Float32Array.of(3, 0, 0, 1),
    };
    let u: TensorData = { shape: [2, 1], data: Float32Array.of(0.5, 0.8) };
    for (let step = 0; step < 12; step += 1) {
      u = await forward({ filter, u }, (v) => spectralNorm(v.filter!, v.u!).next);
    }
    const made = await forward({ filter, u }, (v) => spectralNorm(v.filter!, v.u!).filter);
    expect([...made.data].map((value) => Math.round(1e4 * value) / 1e4)).toEqual([1, 0, 0, 0.3333]);
  });

  it('passes the gradient of the norm, but not of the iteration', async () => {
    const filter = noise([4, 3, 2, 2], 3);
    let u = noise([4, 1], 4);
    for (let step = 0; step < 60; step += 1) {
      u = await forward({ filter, u }, (v) => spectralNorm(v.filter!, v.u!).next);
    }
    const fixed = u;
    // At the fixed point the derivative of the singular vectors has no part in that of the norm.
    await expectGradient({ filter }, (v, graph) => {
      return spectralNorm(v.filter!, graph.constant(fixed.data, [4, 1])).filter;
    });
  });
});
