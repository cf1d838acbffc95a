import { describe, expect, it } from 'vitest';
import { thresholdMap } from '../../../src/tensor/palette/threshold-map.ts';
import { voidAndCluster } from './void-and-cluster.ts';

describe('thresholdMap', () => {
  it.each([
    ['bayer2', [0, 2, 3, 1]],
    ['bayer4', [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5]],
  ] as const)('%s is the published matrix', (name, ranks) => {
    const { size, thresholds } = thresholdMap(name);
    expect(size * size).toBe(ranks.length);
    expect([...thresholds]).toEqual(ranks.map((rank) => Math.fround((rank + 0.5) / ranks.length)));
  });

  it('bayer8 has each of its 64 thresholds once', () => {
    const { thresholds } = thresholdMap('bayer8');
    expect([...thresholds].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 64 }, (_, i) => Math.fround((i + 0.5) / 64)),
    );
  });

  it('has the blue noise that void and cluster makes', () => {
    const { size, thresholds } = thresholdMap('blue-noise');
    const ranks = voidAndCluster(size);
    expect([...thresholds]).toEqual(
      Array.from(ranks, (rank) => Math.fround(((rank >> 4) + 0.5) / 256)),
    );
    expect(new Set(ranks).size).toBe(size * size);
  });

  it('has no low frequencies in blue noise: blocks of 8×8 all have nearly the same mean', () => {
    const { size, thresholds } = thresholdMap('blue-noise');
    const means = new Float64Array((size / 8) ** 2);
    thresholds.forEach((t, i) => {
      const block = (size / 8) * Math.floor(i / size / 8) + Math.floor((i % size) / 8);
      means[block] = (means[block] as number) + t / 64;
    });
    const spread = Math.sqrt(means.reduce((sum, m) => sum + (m - 0.5) ** 2, 0) / means.length);
    // White noise has sqrt(1 / 12) / 8 = 0.036.
    expect(spread).toBeLessThan(0.01);
  });
});
