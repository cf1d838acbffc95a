// Batches of the pixel-art training, decided by the seed and the step.
import type { TensorData } from '../../graph/engine.ts';
import { createRandom } from '../random.ts';
import type { Library } from './library.ts';
import { drawnSample, photoSample, type Sample } from './samples.ts';

export type BatchOptions = { seed: number; batch: number; size: number };

// Scenes take longer to make than a step takes, so each is used several times.
const POOL = 384;
/** Scenes that every step makes anew. */
const FRESH = 1;

/** The batch of each step, counted from 1. */
export type Batches = (step: number) => Record<string, TensorData>;

/** Fills a pool of drawn scenes, then makes batches. A training that goes on at `step` gets other scenes than one from the start. */
export function createBatches(library: Library, options: BatchOptions): Batches {
  const { seed, batch, size } = options;
  const pool: Sample[] = [];
  let made = 0;
  return (step) => {
    for (; pool.length < POOL; made += 1) {
      pool.push(drawnSample(createRandom(seed, 1, step, made), library, size));
    }
    const random = createRandom(seed, 2, step);
    for (let n = 0; n < FRESH; n += 1) {
      pool[random.int(POOL)] = drawnSample(createRandom(seed, 3, step, n), library, size);
    }
    const samples = Array.from({ length: batch }, (_, i) => {
      const { real: _own, ...pair } = random.pick(pool);
      // Real cells are not those of the pair, which the generator could recognise.
      const real = random.pick(pool).real!;
      return { ...photoSample(createRandom(seed, 4, step, i), library, size), ...pair, real };
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
