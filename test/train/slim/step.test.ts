import { describe, expect, it } from 'vitest';
import type { TensorData, Weights } from '../../../src/graph/engine.ts';
import { createGraph } from '../../../src/graph/graph.ts';
import { vgg19Features } from '../../../src/nets/vgg19/vgg19.ts';
import { createPlanes, type Planes } from '../../../src/train/data/planes.ts';
import { compile } from '../../../src/train/engine.ts';
import { createRandom } from '../../../src/train/random.ts';
import { createBatches } from '../../../src/train/slim/batches.ts';
import { exportedWeights } from '../../../src/train/slim/exported.ts';
import { firstWeights } from '../../../src/train/slim/first-weights.ts';
import { measureMoments } from '../../../src/train/slim/moments.ts';
import { samplePicture } from '../../../src/train/slim/pictures.ts';
import { slimStep } from '../../../src/train/slim/step-graph.ts';
import { initialState, trainStep } from '../../../src/train/trainer.ts';
import { evaluate } from '../../helpers/nets/ort-engine.ts';
import { seededWeights } from '../../helpers/nets/seeded-vgg19.ts';

const SIZE = 32;
const engine = { provider: 'cpu', threads: 1 } as const;
const teacher: Weights = seededWeights();

function picture(seed: number): Planes {
  const random = createRandom(seed);
  const planes = createPlanes(48, 48);
  for (let i = 0; i < planes.data.length; i += 1)
    planes.data[i] = 0.5 + 0.3 * Math.sin(i / (3 + seed)) + 0.1 * random.uniform(-1, 1);
  return planes;
}
const library = { pictures: [picture(1), picture(2), picture(3)], held: [] };
const batches = () => createBatches(library, { seed: 4, batch: 2, size: SIZE });

async function prepared() {
  const samples = Array.from({ length: 4 }, (_, i) =>
    samplePicture(createRandom(9, i), library, SIZE),
  );
  const moments = await measureMoments(samples, { size: SIZE, teacher, engine });
  return firstWeights(teacher, moments);
}

describe('the training of the slim network', () => {
  it('makes the batch of a step from its number alone', () => {
    const [one, other] = [batches(), batches()];
    one(1);
    expect(one(7)).toEqual(other(7));
    expect(one(7)).not.toEqual(other(8));
    for (const value of one(1).given!.data) expect(value >= 0 && value <= 1).toBe(true);
    expect([...one(1).renewed!.data]).toEqual([1, 1]);
  });

  it('learns the teacher, and optimises pictures meanwhile', async () => {
    const first = await prepared();
    const graph = slimStep({ teacher, batch: 2, size: SIZE, rate: 1e-4 });
    const groups = graph.groups.map((group) => ({ ...group, initial: () => first }));
    const state = initialState({ ...graph, groups }, 1);
    const program = await compile(graph.model, engine);
    const options = {
      ...{ beta1: 0.9, beta2: 0.99, epsilon: 1e-8, clip: 5, decay: 0.9 },
      schedule: () => 1,
    };
    const batch = batches()(1);
    const losses: number[] = [];
    const pictures: TensorData[] = [];
    for (let step = 0; step < 6; step += 1) {
      const renewed = { ...batch.renewed!, data: Float32Array.of(step === 0 ? 1 : 0, 1) };
      const given = { ...batch, renewed };
      const { report } = await trainStep({ program, graph }, state, given, options);
      losses.push(report.loss!);
      pictures.push(state.state.get('optimised')!);
    }
    await program.dispose();
    // The second picture begins anew at every step, as the first of the given ones; the first one moves.
    const half = 3 * SIZE * SIZE;
    const given = batch.given!.data;
    const farthest = (a: Float32Array, b: Float32Array): number =>
      a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
    expect(farthest(pictures[0]!.data.slice(0, half), given.slice(half))).toBeLessThan(1e-6);
    expect(farthest(pictures[5]!.data.slice(half), given.slice(0, half))).toBeLessThan(1e-6);
    expect(farthest(pictures[5]!.data.slice(0, half), given.slice(half))).toBeGreaterThan(0.01);
    // From the third step on both begin with pictures.
    expect(losses[5]).toBeLessThan(losses[2]!);
  });

  it('exports a network whose shallow layers are those of the teacher', async () => {
    const weights = exportedWeights(teacher, await prepared());
    expect(weights.size).toBe(26);
    const graph = createGraph();
    const input = graph.input('picture', [1, 3, SIZE, SIZE]);
    const layers = ['relu2_2', 'relu5_1'];
    const slim = vgg19Features(input, { weights, variant: 'slim', layers });
    const whole = vgg19Features(input, { weights: teacher, variant: 'vgg19-small', layers });
    const feeds = {
      picture: { shape: input.shape, data: samplePicture(createRandom(1), library, SIZE) },
    };
    const found = await evaluate(
      graph,
      { slim: slim.relu2_2!, whole: whole.relu2_2!, deep: slim.relu5_1! },
      feeds,
    );
    expect(found.slim!.data).toEqual(found.whole!.data);
    expect(found.deep!.shape).toEqual([1, 96, 2, 2]);
  });
});
