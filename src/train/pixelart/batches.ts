// Batches of the pixel-art training, decided by the seed and the step.
import type { TensorData } from '../../graph/engine.ts';
import { createRandom, type Random } from '../random.ts';
import type { Library } from './library.ts';
import { drawnSample, photoSample, type Sample } from './samples.ts';

export type BatchOptions = {
  seed: number;
  batch: number;
  size: number;
  /** Samples of each kind that are kept: they take longer to make than a step takes, so each is used several times. */
  pool: number;
};

/** A drawn sample is made anew at every so-many-th step, one of a photograph at every step. */
const DRAWN_EVERY = 3;

/** The batch of each step, counted from 1; steps follow each other. */
export type Batches = (step: number) => Record<string, TensorData>;

/** Makes batches from pools of samples. A training that goes on at `step` gets those that one without a break gets. */
export function createBatches(library: Library, options: BatchOptions): Batches {
  const { seed, batch, size, pool } = options;
  const photoOf = (...seeds: number[]) =>
    whenNeeded(() => photoSample(createRandom(seed, ...seeds), library, size));
  const drawnOf = (...seeds: number[]) =>
    whenNeeded(() => drawnSample(createRandom(seed, ...seeds), library, size));
  const photos: (() => Sample)[] = [];
  const drawn: (() => Sample)[] = [];
  return (step) => {
    if (photos.length === 0) {
      const before = filledBefore(step, options);
      photos.push(...before.photos.map((at, n) => (at === 0 ? photoOf(2, n) : photoOf(4, at))));
      drawn.push(...before.drawn.map((at, n) => (at === 0 ? drawnOf(1, n) : drawnOf(5, at))));
    }
    const random = createRandom(seed, 3, step);
    const slots = slotsOf(random, step, pool);
    photos[slots.photo] = photoOf(4, step);
    if (slots.drawn !== undefined) drawn[slots.drawn] = drawnOf(5, step);
    const samples = Array.from({ length: batch }, () => {
      const { real: _own, ...pair } = random.pick(drawn)();
      // Real cells are not those of the pair, which the generator could recognise.
      const { real } = random.pick(drawn)();
      return { ...random.pick(photos)(), ...pair, real: real! };
    });
    return joined(samples, size);
  };
}

/** Makes a sample at the first call, and keeps it. */
function whenNeeded(make: () => Sample): () => Sample {
  let sample: Sample | undefined;
  return () => {
    sample ??= make();
    return sample;
  };
}

/** Which samples a step makes anew. */
function slotsOf(random: Random, step: number, pool: number): { photo: number; drawn?: number } {
  const photo = random.int(pool);
  return step % DRAWN_EVERY === 0 ? { photo, drawn: random.int(pool) } : { photo };
}

/** For every sample of the pools the last step before `step` that made it; 0 for those that the training began with. */
function filledBefore(step: number, { seed, pool }: BatchOptions) {
  const photos = new Array<number>(pool).fill(0);
  const drawn = new Array<number>(pool).fill(0);
  for (let n = 1; n < step; n += 1) {
    const slots = slotsOf(createRandom(seed, 3, n), n, pool);
    photos[slots.photo] = n;
    if (slots.drawn !== undefined) drawn[slots.drawn] = n;
  }
  return { photos, drawn };
}

function joined(samples: readonly Sample[], size: number): Record<string, TensorData> {
  const area = size * size;
  return Object.fromEntries(
    Object.entries(samples[0]!).map(([name, { length }]) => {
      const data = new Float32Array(length * samples.length);
      for (const [i, sample] of samples.entries()) data.set(sample[name]!, i * length);
      return [name, { shape: [samples.length, length / area, size, size], data }];
    }),
  );
}
