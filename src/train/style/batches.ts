// Batches of the style training, decided by the seed and the step: every picture of a batch has a style of its own.
import type { TensorData } from '../../graph/engine.ts';
import { createRandom } from '../random.ts';
import { type Contents, contentSample } from './contents.ts';
import { batchTargets, type StyleTargets } from './targets.ts';

export type TrainedStyle = {
  targets: StyleTargets;
  /** Weights of content, total variation and colours. */
  amounts: { content: number; variation: number; colour: number };
};

export type BatchOptions = { seed: number; batch: number; size: number };

/** The batch of a step, counted from 1. Over `styles.length` pictures in a row each style occurs once, in a random order. */
export function createBatches(
  contents: Contents,
  styles: readonly TrainedStyle[],
  { seed, batch, size }: BatchOptions,
): (step: number) => Record<string, TensorData> {
  return (step) => {
    const random = createRandom(seed, 3, step);
    const shape = [batch, 3, size, size];
    const [content, seen] = [filled(shape), filled(shape)];
    const [chosen, amounts] = [filled([batch, styles.length]), filled([batch, 3])];
    const picked: StyleTargets[] = [];
    for (let i = 0; i < batch; i += 1) {
      const sample = contentSample(random, contents, size);
      content.data.set(sample.content, i * sample.content.length);
      seen.data.set(sample.seen, i * sample.seen.length);
      const index = styleAt(seed, (step - 1) * batch + i, styles.length);
      const { targets, amounts: own } = styles[index]!;
      chosen.data[i * styles.length + index] = 1;
      amounts.data.set([own.content, own.variation, own.colour], 3 * i);
      picked.push(targets);
    }
    return { content, seen, chosen, amounts, ...batchTargets(picked) };
  };
}

const filled = (shape: readonly number[]): TensorData => ({
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
});

/** The style of the n-th picture of the training. */
function styleAt(seed: number, n: number, count: number): number {
  const random = createRandom(seed, 6, Math.floor(n / count));
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i -= 1) {
    const j = random.int(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order[n % count]!;
}
