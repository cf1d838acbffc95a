import { describe, expect, it } from 'vitest';
import { createPlanes } from '../../../src/train/data/planes.ts';
import { createRandom } from '../../../src/train/random.ts';
import { createBatches } from '../../../src/train/style/batches.ts';
import { contentSample } from '../../../src/train/style/contents.ts';

const SIZE = 16;
const random = createRandom(4);
const photo = createPlanes(40, 24);
for (let i = 0; i < photo.data.length; i += 1) photo.data[i] = random.uniform(0, 1);
const contents = { photos: [photo], held: [] };

const styles = Array.from({ length: 5 }, (_, n) => ({
  targets: { 'gram relu1_1': { shape: [1, 1], data: Float32Array.of(n) } },
  amounts: { content: 0.1 * n, variation: 0.3, colour: 0.1 },
}));
const start = () => createBatches(contents, styles, { seed: 3, batch: 2, size: SIZE });

describe('batches of the style training', () => {
  it('go on as if there had been no break', () => {
    const [whole, resumed] = [start(), start()];
    for (let step = 1; step <= 6; step += 1) whole(step);
    expect(resumed(7)).toEqual(whole(7));
    expect(resumed(8).content!.data).not.toEqual(resumed(7).content!.data);
  });

  it('have each style once in a round, with its own targets and weights', () => {
    const batches = start();
    const seen = Array.from({ length: 5 }, (_, i) => batches(i + 1)).flatMap((batch) =>
      [0, 1].map((n) => {
        const style = [...batch.chosen!.data.subarray(5 * n, 5 * n + 5)].indexOf(1);
        expect(batch[`gram relu1_1 ${n}`]!.data[0]).toBe(style);
        expect(batch.amounts!.data[3 * n]).toBeCloseTo(0.1 * style, 6);
        return style;
      }),
    );
    expect(seen.slice(0, 5).toSorted()).toEqual([0, 1, 2, 3, 4]);
    expect(seen.slice(5).toSorted()).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('contentSample', () => {
  it('gives contents within 0…1, and the same with at most a little noise', () => {
    for (let n = 0; n < 40; n += 1) {
      const { content, seen } = contentSample(createRandom(n), contents, SIZE);
      expect(content).toHaveLength(3 * SIZE * SIZE);
      expect(content.every((value) => value >= 0 && value <= 1)).toBe(true);
      const noise = seen.map((value, i) => (value - content[i]!) ** 2);
      expect(Math.sqrt(noise.reduce((sum, v) => sum + v, 0) / noise.length)).toBeLessThan(0.025);
    }
  });
});
