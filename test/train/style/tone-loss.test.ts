import { describe, expect, it } from 'vitest';
import { createGraph } from '../../../src/graph/graph.ts';
import { toneLoss } from '../../../src/train/perceptual/tone-loss.ts';
import { evaluate } from '../../helpers/nets/ort-engine.ts';

const SIDE = 32;

function picture(value: (x: number, y: number) => number): Float32Array {
  const data = new Float32Array(3 * SIDE * SIDE);
  for (let i = 0; i < data.length; i += 1) {
    const p = i % (SIDE * SIDE);
    data[i] = value(p % SIDE, Math.floor(p / SIDE));
  }
  return data;
}

async function lossOf(made: Float32Array, content: Float32Array): Promise<number> {
  const graph = createGraph();
  const of = (data: Float32Array) => graph.constant(data, [1, 3, SIDE, SIDE]);
  const { loss } = await evaluate(graph, { loss: toneLoss(of(made), of(content)) });
  return loss!.data[0]!;
}

const ramp = picture((x) => x / SIDE);

describe('toneLoss', () => {
  it('is next to 0 for the same tones at another contrast, and next to 2 for a negative', async () => {
    expect(
      await lossOf(
        picture((x) => 0.3 + (0.5 * x) / SIDE),
        ramp,
      ),
    ).toBeLessThan(0.02);
    expect(
      await lossOf(
        picture((x) => 1 - x / SIDE),
        ramp,
      ),
    ).toBeGreaterThan(1.95);
  });

  it('does not see what is finer than its blocks', async () => {
    const hatched = picture((x, y) => 0.5 * (x / SIDE) + (y % 2 === 0 ? 0.4 : 0));
    expect(await lossOf(hatched, ramp)).toBeLessThan(0.02);
  });
});
