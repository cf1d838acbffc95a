// The network of the named styles on tf.js against the graph that training differentiates.
import { describe, expect, it } from 'vitest';
import type { TensorData } from '../../../src/graph/engine.ts';
import { createGraph } from '../../../src/graph/graph.ts';
import { namedStyleNetwork } from '../../../src/nets/named-styles/graph.ts';
import {
  mixedNumbers,
  paintInStyle,
  styleNumbers,
} from '../../../src/nets/named-styles/transform.ts';
import type { Rgb } from '../../../src/nets/rgb.ts';
import { noPace } from '../../../src/timing.ts';
import {
  expectNoLeaks,
  largestDifference,
  noisePicture,
} from '../../helpers/files/rgb-pictures.ts';
import { evaluate } from '../../helpers/nets/ort-engine.ts';
import { seededNamedStyles } from '../../helpers/nets/seeded-named-styles.ts';

const weights = seededNamedStyles(['one', 'other']);
const one = styleNumbers(weights, 'one');
const other = styleNumbers(weights, 'other');
const use = { weights, pace: noPace };

async function byGraph({ width, height, data }: Rgb, style: string): Promise<Float32Array> {
  const graph = createGraph();
  const area = width * height;
  const planes = new Float32Array(data.length);
  for (const [i, value] of data.entries()) planes[(i % 3) * area + Math.floor(i / 3)] = value;
  const feeds: Record<string, TensorData> = { x: { shape: [1, 3, height, width], data: planes } };
  const made = namedStyleNetwork(
    graph.input('x', [1, 3, height, width]),
    (name, shape) => {
      feeds[name] = weights.get(name)!;
      return graph.input(name, shape);
    },
    (name, length) => {
      feeds[name] = { shape: [1, length], data: weights.get(`${style}/${name}`)!.data };
      return graph.input(name, [1, length]);
    },
  );
  const out = (await evaluate(graph, { made }, feeds)).made!.data;
  return data.map((_, i) => out[(i % 3) * area + Math.floor(i / 3)]!);
}

describe('paintInStyle', () => {
  it('agrees with the graph of training', async () => {
    const content = noisePicture({ width: 36, height: 24 });
    const painted = await paintInStyle(content, one, use);
    expect(painted).toMatchObject({ width: 36, height: 24 });
    expect(largestDifference(painted.data, await byGraph(content, 'one'))).toBeLessThan(1e-4);
  });

  it.each([
    { width: 1, height: 1 },
    { width: 5, height: 33 },
    { width: 61, height: 30 },
  ])('paints a picture of $width × $height', async (size) => {
    const painted = await paintInStyle(noisePicture(size), one, use);
    expect(painted).toMatchObject(size);
    expect(painted.data.every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  it('mixes styles: all of one is that one, half of each is neither', async () => {
    const content = noisePicture({ width: 24, height: 24 });
    const paint = async (shares: number[]) =>
      (await paintInStyle(content, mixedNumbers([one, other], shares), use)).data;
    const [first, last, middle] = [
      await paint([1, 0]),
      await paint([0, 1]),
      await paint([0.5, 0.5]),
    ];
    expect(first).toEqual((await paintInStyle(content, one, use)).data);
    expect(largestDifference(first, middle)).toBeGreaterThan(0.05);
    expect(largestDifference(last, middle)).toBeGreaterThan(0.05);
  });

  it('leaves no tensors behind, not even when it is stopped', async () => {
    const content = noisePicture({ width: 18, height: 10 });
    await expectNoLeaks((pace) => paintInStyle(content, one, { weights, pace }));
  });

  it('names what a file lacks', async () => {
    expect(() => styleNumbers(weights, 'none')).toThrow(/none\/contract1\.scale/);
    const short = new Map(weights);
    short.delete('block3.conv2.weight');
    const run = paintInStyle(noisePicture({ width: 8, height: 8 }), one, {
      ...use,
      weights: short,
    });
    await expect(run).rejects.toMatchObject({
      code: 'model_missing',
      message: expect.stringMatching(/block3\.conv2/),
    });
  });
});
