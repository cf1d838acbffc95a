import { describe, expect, it } from 'vitest';
import { createGraph, type Graph } from '../../../src/graph/graph.ts';
import { sizeOf } from '../../../src/graph/shape.ts';
import type { Parameter } from '../../../src/nets/gan/parameters.ts';
import { patchgan } from '../../../src/nets/gan/patchgan.ts';
import { resnet } from '../../../src/nets/gan/resnet.ts';
import { unet } from '../../../src/nets/gan/unet.ts';

/** Parameters that count their elements. */
function counted(graph: Graph) {
  const sizes = new Map<string, number>();
  const parameter: Parameter = (name, shape) => {
    expect(sizes.has(name), name).toBe(false);
    sizes.set(name, sizeOf(shape));
    return graph.input(name, shape);
  };
  return { parameter, count: () => [...sizes.values()].reduce((a, b) => a + b, 0) };
}

describe('unet', () => {
  it('has the 54.41 million parameters of pix2pix for 256 pixels', () => {
    const graph = createGraph();
    const { parameter, count } = counted(graph);
    const x = graph.input('x', [1, 3, 256, 256]);
    const { picture, bottleneck } = unet(x, parameter, { outputs: 3, depth: 8 });
    expect(picture.shape).toEqual([1, 3, 256, 256]);
    expect(bottleneck.shape).toEqual([1, 512, 1, 1]);
    expect(count()).toBe(54_413_955);
  });

  it('has 41.83 million for 128 pixels', () => {
    const graph = createGraph();
    const { parameter, count } = counted(graph);
    unet(graph.input('x', [1, 3, 128, 128]), parameter, { outputs: 3, depth: 7 });
    expect(count() / 1e6).toBeCloseTo(41.83, 2);
  });

  it('is a plain encoder and decoder without skips, whose decoder has fewer inputs', () => {
    const graph = createGraph();
    const { parameter, count } = counted(graph);
    const x = graph.input('x', [1, 1, 64, 64]);
    const { picture, bottleneck } = unet(x, parameter, {
      outputs: 1,
      depth: 4,
      width: 8,
      skips: false,
    });
    expect(picture.shape).toEqual([1, 1, 64, 64]);
    expect(bottleneck.shape).toEqual([1, 64, 4, 4]);
    const other = createGraph();
    const joined = counted(other);
    unet(other.input('x', [1, 1, 64, 64]), joined.parameter, { outputs: 1, depth: 4, width: 8 });
    // The halves that skips bring: 32, 16 and 8 channels into layers of 16, 8 and 1.
    expect(joined.count() - count()).toBe(16 * (32 * 16 + 16 * 8 + 8));
  });

  it.each([true, false])('makes 128x96 of 256x256, with skips: %s', (skips) => {
    const graph = createGraph();
    const { picture } = unet(graph.input('x', [1, 3, 256, 256]), counted(graph).parameter, {
      outputs: 3,
      depth: 5,
      skips,
      grid: { width: 128, height: 96 },
    });
    expect(picture.shape).toEqual([1, 3, 96, 128]);
  });

  it('asks for a mask of dropout in each of the three innermost blocks of full width', () => {
    const graph = createGraph();
    const asked: string[] = [];
    unet(graph.input('x', [1, 3, 256, 256]), counted(graph).parameter, {
      outputs: 3,
      depth: 8,
      mask: (name, shape) => {
        asked.push(`${name} ${shape}`);
        return graph.input(name, shape);
      },
    });
    expect(asked).toEqual([
      'up6.dropout 1,512,4,4',
      'up5.dropout 1,512,8,8',
      'up4.dropout 1,512,16,16',
    ]);
  });

  it('refuses sizes that do not halve often enough', () => {
    const graph = createGraph();
    const x = graph.input('x', [1, 3, 96, 128]);
    expect(() => unet(x, counted(graph).parameter, { outputs: 3, depth: 6 })).toThrow(
      'expected sizes in multiples of 64, got [1, 3, 96, 128]',
    );
  });
});

describe('resnet', () => {
  it('has the 11.378 million parameters of CycleGAN with 9 blocks, and 7.838 with 6', () => {
    for (const [blocks, parameters] of [
      [9, 11_378_179],
      [6, 7_837_699],
    ] as const) {
      const graph = createGraph();
      const { parameter, count } = counted(graph);
      const made = resnet(graph.input('x', [1, 3, 256, 256]), parameter, { outputs: 3, blocks });
      expect(made.shape).toEqual([1, 3, 256, 256]);
      expect(count()).toBe(parameters);
    }
  });

  it('translates one channel into one', () => {
    const graph = createGraph();
    const x = graph.input('x', [2, 1, 32, 48]);
    const made = resnet(x, counted(graph).parameter, { outputs: 1, blocks: 1, width: 4 });
    expect(made.shape).toEqual([2, 1, 32, 48]);
  });
});

describe('patchgan', () => {
  it('has 2.765 million parameters and 30x30 scores for 256 pixels', () => {
    const graph = createGraph();
    const { parameter, count } = counted(graph);
    const scores = patchgan(graph.input('x', [1, 3, 256, 256]), parameter);
    expect(scores.shape).toEqual([1, 1, 30, 30]);
    expect(count()).toBe(2_764_737);
  });

  it('has 2.769 million beside a condition of the same size, as in pix2pix', () => {
    const graph = createGraph();
    const { parameter, count } = counted(graph);
    const condition = graph.input('condition', [1, 3, 256, 256]);
    patchgan(graph.input('x', [1, 3, 256, 256]), parameter, { condition, norm: 'batch' });
    expect(count()).toBe(2_768_705);
  });

  it('judges 128x96 beside a condition of 256x256', () => {
    const graph = createGraph();
    const { parameter } = counted(graph);
    const condition = graph.input('condition', [1, 3, 256, 256]);
    const scores = patchgan(graph.input('x', [1, 3, 96, 128]), parameter, { condition });
    expect(scores.shape).toEqual([1, 1, 10, 14]);
  });
});
