import { describe, expect, it } from 'vitest';
import { lumasOf } from '../../src/train/data/network-input.ts';
import { createPlanes, type Planes } from '../../src/train/data/planes.ts';
import type { Sprite } from '../../src/train/data/read-pictures.ts';
import { createBatches } from '../../src/train/pixelart/batches.ts';
import type { Library } from '../../src/train/pixelart/library.ts';
import { createRandom } from '../../src/train/random.ts';

const SIZE = 8;

function noise(side: number): Planes {
  const random = createRandom(side);
  const planes = createPlanes(side, side);
  for (let i = 0; i < planes.data.length; i += 1) planes.data[i] = random.uniform(0, 1);
  return planes;
}

function library(): Library {
  const figure: Sprite = { ...noise(8), alpha: new Float32Array(64).fill(1), opaque: false };
  return { photos: [lumasOf(noise(64))], held: [], figures: [figure], tiles: [] };
}

const start = () => createBatches(library(), { seed: 3, batch: 2, size: SIZE, pool: 6 });

describe('createBatches', () => {
  it('goes on as if there had been no break', () => {
    const whole = start();
    const wanted = Array.from({ length: 24 }, (_, i) => whole(i + 1));
    const resumed = start();
    for (let step = 16; step <= 24; step += 1) expect(resumed(step)).toEqual(wanted[step - 1]);
  });

  it('gives a batch of every input, anew at every step', () => {
    const batches = start();
    const [first, second] = [batches(1), batches(2)];
    expect(first.photo!.shape).toEqual([2, 32, SIZE, SIZE]);
    expect(first.edges!.shape).toEqual([2, 1, SIZE, SIZE]);
    expect(first.photo!.data).not.toEqual(second.photo!.data);
  });
});
