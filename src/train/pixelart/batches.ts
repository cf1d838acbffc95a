// Batches of the pixel-art training, decided by the seed and the step.
import type { TensorData } from '../../graph/engine.ts';
import { createRandom } from '../random.ts';
import type { Library } from './library.ts';
import { drawnSample, photoSample, type Sample } from './samples.ts';

export type BatchOptions = { seed: number; batch: number; size: number };

// Samples take longer to make than a step takes, so each is used several times.
const POOL = 192;
/** A drawn sample is made anew at every so-many-th step, one of a photograph at every step. */
const DRAWN_EVERY = 3;

/** The batch of each step, counted from 1. */
export type Batches = (step: number) => Record<string, TensorData>;

/** Fills pools of samples, then makes batches. A training that goes on at `step` gets other samples than one from the start. */
export function createBatches(library: Library, options: BatchOptions): Batches {
  const { seed, batch, size } = options;
  const photos: Sample[] = [];
  const drawn: Sample[] = [];
  return (step) => {
    for (let n = drawn.length; n < POOL; n += 1) {
      drawn.push(drawnSample(createRandom(seed, 1, step, n), library, size));
      photos.push(photoSample(createRandom(seed, 2, step, n), library, size));
    }
    const random = createRandom(seed, 3, step);
    photos[random.int(POOL)] = photoSample(createRandom(seed, 4, step), library, size);
    if (step % DRAWN_EVERY === 0) {
      drawn[random.int(POOL)] = drawnSample(createRandom(seed, 5, step), library, size);
    }
    const samples = Array.from({ length: batch }, () => {
      const { real: _own, ...pair } = random.pick(drawn);
      // Real cells are not those of the pair, which the generator could recognise.
      const { real } = random.pick(drawn);
      return { ...random.pick(photos), ...pair, real: real! };
    });
    return joined(samples, size);
  };
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
