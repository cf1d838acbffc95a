import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/train/random.ts';
import { chooseChannels, type Moments } from '../../../src/train/slim/channels.ts';

/** Moments of channels that are mixtures `mix` [c][k] of independent ones with variance 1, plus a mean each. */
function momentsOf(mix: readonly (readonly number[])[]): Moments {
  const c = mix.length;
  const covariance = new Float64Array(c * c);
  for (let i = 0; i < c; i += 1) {
    for (let j = 0; j < c; j += 1)
      covariance[i * c + j] = mix[i]!.reduce((sum, value, k) => sum + value * mix[j]![k]!, 0);
  }
  return { mean: Float64Array.from(mix, (_, i) => 1 + i / 10), covariance };
}

describe('chooseChannels', () => {
  it('recovers all channels from as many as there are independent ones', () => {
    const random = createRandom(5);
    const mix = Array.from({ length: 9 }, () => [
      random.normal(),
      random.normal(),
      random.normal(),
    ]);
    const moments = momentsOf(mix);
    const { kept, map, shift } = chooseChannels(moments, 3);
    expect(new Set(kept).size).toBe(3);
    const sources = [0.7, -1.2, 0.4];
    const values = mix.map(
      (row, i) => moments.mean[i]! + row.reduce((sum, value, k) => sum + value * sources[k]!, 0),
    );
    for (const [i, value] of values.entries()) {
      const made = kept.reduce((sum, from, k) => sum + map[i * 3 + k]! * values[from]!, shift[i]!);
      expect(made).toBeCloseTo(value, 6);
    }
  });

  it('begins with the channel that varies most, and keeps each as it is', () => {
    const { kept, map, shift } = chooseChannels(
      momentsOf([
        [1, 0, 0],
        [0, 3, 0],
        [0, 2.9, 0.1],
        [0, 0, 2],
      ]),
      3,
    );
    expect(kept).toEqual([1, 3, 0]);
    for (const [k, channel] of kept.entries()) {
      for (let j = 0; j < 3; j += 1) expect(map[channel * 3 + j]).toBeCloseTo(j === k ? 1 : 0, 9);
      expect(shift[channel]).toBeCloseTo(0, 9);
    }
  });

  it('stays finite where channels are constant or alike', () => {
    const { kept, map } = chooseChannels(momentsOf([[0], [1], [1], [0]]), 3);
    expect(new Set(kept).size).toBe(3);
    expect(map.every(Number.isFinite)).toBe(true);
  });
});
