// Batches of the slim network's training, decided by the seed and the step.
import type { TensorData } from '../../graph/engine.ts';
import { createRandom } from '../random.ts';
import { type PictureLibrary, samplePicture } from './pictures.ts';

export type BatchOptions = { seed: number; batch: number; size: number };

/** Share of steps with which an optimised picture begins anew: after sixteen on average. */
const RENEWALS = 1 / 16;
/** Range of the root mean square by which an optimised picture changes in a step. */
const PACE = [0.004, 0.03] as const;

/** The batch of each step, counted from 1: pictures, which optimised ones begin anew, and how far each moves. */
export function createBatches(library: PictureLibrary, { seed, batch, size }: BatchOptions) {
  return (step: number): Record<string, TensorData> => {
    const random = createRandom(seed, 1, step);
    const given = new Float32Array(batch * 3 * size * size);
    const renewed = new Float32Array(batch);
    const pace = new Float32Array(batch);
    for (let i = 0; i < batch; i += 1) {
      given.set(samplePicture(createRandom(seed, 2, step, i), library, size), i * 3 * size * size);
      renewed[i] = step === 1 || random.chance(RENEWALS) ? 1 : 0;
      pace[i] = random.uniform(...PACE);
    }
    return {
      given: { shape: [batch, 3, size, size], data: given },
      renewed: { shape: [batch, 1, 1, 1], data: renewed },
      pace: { shape: [batch, 1, 1, 1], data: pace },
    };
  };
}
