import { describe, expect, it } from 'vitest';
import { createGraph } from '../../../src/graph/graph.ts';
import { latticeLoss } from '../../../src/train/perceptual/lattice-loss.ts';
import {
  pictureOf,
  relativeDistance,
  statistics,
  totalVariation,
} from '../../../src/train/perceptual/perceptual.ts';
import { evaluate } from '../../helpers/nets/ort-engine.ts';

describe('statistics', () => {
  it('has Gram matrix, covariance and means by hand', async () => {
    const graph = createGraph();
    // Two pictures of two channels and two pixels; the second picture is looked at.
    const data = Float32Array.of(9, 9, 9, 9, 1, 3, 2, 2);
    const batch = graph.constant(data, [2, 2, 1, 2]);
    const { gram, covariance, means } = await evaluate(graph, {
      ...statistics(pictureOf(batch, 1)),
    });
    expect([...gram!.data]).toEqual([5, 4, 4, 4]);
    expect([...covariance!.data]).toEqual([1, 0, 0, 0]);
    expect([...means!.data]).toEqual([2, 2]);
  });
});

describe('relativeDistance', () => {
  it('is 0 for equal tensors and 1 for zeros', async () => {
    const graph = createGraph();
    const target = graph.constant(Float32Array.of(3, -4), [2]);
    const zeros = graph.constant(new Float32Array(2), [2]);
    const outputs = {
      equal: relativeDistance(target, graph.constant(Float32Array.of(3, -4), [2])),
      none: relativeDistance(zeros, target),
    };
    const { equal, none } = await evaluate(graph, outputs);
    expect(equal!.data[0]).toBe(0);
    expect(none!.data[0]).toBeCloseTo(1, 6);
  });
});

describe('totalVariation', () => {
  it('adds the mean steps along rows and along columns', async () => {
    const graph = createGraph();
    const x = graph.constant(Float32Array.of(0, 1, 0, 3), [1, 1, 2, 2]);
    const { total } = await evaluate(graph, { total: totalVariation(x) });
    expect(total!.data[0]).toBe(2 + 1);
  });
});

const SIDE = 96;

async function latticeOf(value: (x: number, y: number) => number): Promise<number> {
  const graph = createGraph();
  const data = new Float32Array(3 * SIDE * SIDE);
  for (let i = 0; i < data.length; i += 1) {
    const p = i % (SIDE * SIDE);
    data[i] = value(p % SIDE, Math.floor(p / SIDE));
  }
  const { loss } = await evaluate(graph, {
    loss: latticeLoss(graph.constant(data, [1, 3, SIDE, SIDE])),
  });
  return loss!.data[0]!;
}

describe('latticeLoss', () => {
  it('has the power of a pattern of period 4, wherever it begins', async () => {
    for (const phase of [0, 1.1]) {
      const along = await latticeOf((x) => 0.5 + 0.1 * Math.cos((Math.PI / 2) * x + phase));
      // Half the squared amplitude, in each of three channels.
      expect(along).toBeCloseTo((3 * 0.1 ** 2) / 2, 4);
    }
    const down = await latticeOf((_, y) => 0.5 + 0.1 * Math.sin((Math.PI / 2) * y));
    expect(down).toBeCloseTo((3 * 0.1 ** 2) / 2, 4);
  });

  it('is next to nothing for flat pictures, slopes and other periods', async () => {
    expect(await latticeOf(() => 0.7)).toBeLessThan(1e-8);
    expect(await latticeOf((x, y) => (x + y) / (2 * SIDE))).toBeLessThan(1e-6);
    expect(await latticeOf((x) => 0.5 + 0.1 * Math.cos((Math.PI / 4) * x))).toBeLessThan(1e-5);
  });
});
