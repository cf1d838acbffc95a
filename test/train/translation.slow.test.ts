import { describe, expect, it } from 'vitest';
import type { TensorData } from '../../src/graph/engine.ts';
import { compile } from '../../src/train/engine.ts';
import { createRandom, type Random } from '../../src/train/random.ts';
import { initialState, trainStep } from '../../src/train/trainer.ts';
import { type CycleganOptions, cycleganStep } from '../../src/train/translation/cyclegan-step.ts';
import { createImagePool } from '../../src/train/translation/image-pool.ts';
import { type Pix2pixOptions, pix2pixStep } from '../../src/train/translation/pix2pix-step.ts';

const SIDE = 16;
const BATCH = 4;
const engine = { provider: 'cpu', threads: 1 } as const;
const adam = {
  beta1: 0.5,
  beta2: 0.99,
  epsilon: 1e-8,
  clip: 10,
  decay: 0.9,
  schedule: () => 1,
};

/** A square of one brightness on another, at a random place. */
function square(random: Random, inside: number, outside: number): Float32Array {
  const [x, y] = [1 + random.int(8), 1 + random.int(8)];
  return Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [dx, dy] = [(i % SIDE) - x, Math.floor(i / SIDE) - y];
    return dx >= 0 && dx < 6 && dy >= 0 && dy < 6 ? inside : outside;
  });
}

/** A checker over it, in one of two phases that nothing tells. */
function checkered(random: Random, picture: Float32Array): Float32Array {
  const phase = random.int(2);
  return picture.map((v, i) => v + (((i % SIDE) + Math.floor(i / SIDE) + phase) % 2 ? 0.3 : -0.3));
}

const stacked = (pictures: readonly Float32Array[]): TensorData => {
  const data = new Float32Array(pictures.length * SIDE * SIDE);
  for (const [i, picture] of pictures.entries()) data.set(picture, i * SIDE * SIDE);
  return { shape: [pictures.length, 1, SIDE, SIDE], data };
};

const unstacked = ({ data }: TensorData): Float32Array[] =>
  Array.from({ length: BATCH }, (_, i) => data.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE));

const meanDistance = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, v, i) => sum + Math.abs(v - b[i]!), 0) / a.length;

/** Amplitude of what differs from neighbour to neighbour. */
const grain = (data: Float32Array): number =>
  data.reduce((sum, v, i) => sum + (i % SIDE ? Math.abs(v - data[i - 1]!) : 0), 0) / data.length;

const pix2pix: Pix2pixOptions = {
  input: [BATCH, 1, SIDE, SIDE],
  output: [BATCH, 1, SIDE, SIDE],
  generator: { kind: 'unet', depth: 2, width: 12, skips: true, norm: 'none', dropout: false },
  discriminator: { layers: 1, width: 12, norm: 'none', spectral: false },
  loss: 'lsgan',
  weights: { adversarial: 1, l1: 3 },
  penalties: { l1: 0, l2: 0, orthogonal: 0 },
  rate: 2e-3,
};

/** Trains on squares whose brightness is to be reversed and covered by a checker; then how far off and how grainy results are. */
async function trainPix2pix(options: Pix2pixOptions, steps: number) {
  const graph = pix2pixStep(options);
  const program = await compile(graph.model, engine);
  const state = initialState(graph, 1);
  let made: { distance: number; grain: number }[] = [];
  for (let step = 1; step <= steps; step += 1) {
    const random = createRandom(5, step);
    const inputs = Array.from({ length: BATCH }, () => square(random, 0.5, -0.5));
    const plain = inputs.map((picture) => picture.map((v) => -v));
    const batch = {
      input: stacked(inputs),
      target: stacked(plain.map((picture) => checkered(random, picture))),
    };
    const { outputs } = await trainStep({ program, graph }, state, batch, adam);
    // Late steps see new places too, so their pictures are as good as held-back ones.
    if (step > steps - 10)
      made.push({
        distance: meanDistance(outputs.made!.data, stacked(plain).data),
        grain: grain(outputs.made!.data),
      });
  }
  await program.dispose();
  made = made.slice(-10);
  const average = (key: 'distance' | 'grain'): number =>
    made.reduce((sum, one) => sum + one[key], 0) / made.length;
  return { distance: average('distance'), grain: average('grain') };
}

describe('pix2pix', () => {
  it('learns what a pair determines from L1, and what it leaves open from the discriminator', async () => {
    const both = await trainPix2pix(pix2pix, 250);
    const alone = await trainPix2pix({ ...pix2pix, weights: { adversarial: 0, l1: 3 } }, 250);
    const free = await trainPix2pix({ ...pix2pix, weights: { adversarial: 1, l1: 0 } }, 250);
    expect(both.distance).toBeLessThan(0.5);
    expect(both.grain).toBeGreaterThan(0.35);
    expect(alone.grain).toBeLessThan(0.25);
    expect(free.distance).toBeGreaterThan(1.2 * both.distance);
  });
});

const cyclegan: CycleganOptions = {
  picture: [BATCH, 1, SIDE, SIDE],
  generator: { kind: 'unet', depth: 2, width: 8, skips: true, norm: 'none', dropout: false },
  discriminator: { layers: 1, width: 8, norm: 'none', spectral: false },
  loss: 'lsgan',
  weights: { adversarial: 1, cycle: 5, identity: 5 },
  rate: 2e-3,
};

/** A wave around this brightness. */
function wave(random: Random, around: number): Float32Array {
  const [x, y, phase] = [
    random.uniform(-0.6, 0.6),
    random.uniform(-0.6, 0.6),
    random.uniform(0, 6),
  ];
  return Float32Array.from(
    { length: SIDE * SIDE },
    (_, i) => around + 0.3 * Math.sin(x * (i % SIDE) + y * Math.floor(i / SIDE) + phase),
  );
}

/** Trains on dark waves (a) and bright waves (b); then how bright dark ones become, and how far the ways back and on are off. */
async function trainCyclegan(options: CycleganOptions, steps: number) {
  const graph = cycleganStep(options);
  const program = await compile(graph.model, engine);
  const state = initialState(graph, 1);
  const pools = { a: createImagePool(20), b: createImagePool(20) };
  let pooled: { a?: TensorData; b?: TensorData } = {};
  const sums = { brightness: 0, cycle: 0, identity: 0 };
  for (let step = 1; step <= steps; step += 1) {
    const random = createRandom(6, step);
    const a = stacked(Array.from({ length: BATCH }, () => wave(random, -0.5)));
    const b = stacked(Array.from({ length: BATCH }, () => wave(random, 0.5)));
    const batch = { a, b, 'pooled a': pooled.a ?? a, 'pooled b': pooled.b ?? b };
    const { outputs, report } = await trainStep({ program, graph }, state, batch, adam);
    const [madeA, madeB] = [outputs['made a']!, outputs['made b']!];
    pooled = {
      a: stacked(pools.a.exchange(unstacked(madeA), random)),
      b: stacked(pools.b.exchange(unstacked(madeB), random)),
    };
    if (step <= steps - 20) continue;
    sums.brightness += madeB.data.reduce((x, y) => x + y, 0) / madeB.data.length / 20;
    // Two ways each.
    sums.cycle += report.cycle! / 2 / 20;
    sums.identity += report.identity! / 2 / 20;
  }
  await program.dispose();
  return sums;
}

// Too little to have a part, but the term is still reported.
const DROPPED = 1e-9;

describe('CycleGAN', () => {
  it('makes dark waves bright, finds the way back and leaves bright ones alone, each by its term', async () => {
    const { weights } = cyclegan;
    const without = (term: keyof typeof weights) =>
      trainCyclegan({ ...cyclegan, weights: { ...weights, [term]: DROPPED } }, 150);
    const all = await trainCyclegan(cyclegan, 150);
    const results = {
      all,
      unjudged: await without('adversarial'),
      open: await without('cycle'),
      moved: await without('identity'),
    };
    expect(Math.abs(all.brightness - 0.5)).toBeLessThan(0.15);
    expect(results.unjudged.brightness).toBeLessThan(0.2);
    expect(results.open.cycle).toBeGreaterThan(1.5 * all.cycle);
    expect(results.moved.identity).toBeGreaterThan(1.5 * all.identity);
  });
});
