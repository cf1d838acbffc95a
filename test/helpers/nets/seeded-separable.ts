// The larger transfer network's layout with weights from a formula in whole numbers: the same everywhere.
import type { TensorData, Weights } from '../../../src/graph/engine.ts';
import { hash32 } from '../files/golden-images.ts';

/** Channels at full, half and quarter resolution; the real network has 32, 64 and 128. */
export type Widths = readonly [full: number, half: number, quarter: number];

/** He-scaled; gammas are around 1 and betas around 0 for vectors of a spread of about 1. */
export function seededSeparable([full, half, quarter]: Widths): Weights {
  const weights = new Map<string, TensorData>();
  const add = (name: string, shape: readonly number[], spread: number, middle = 0): void => {
    const seed = (weights.size + 1) * 1000003;
    const length = shape.reduce((product, size) => product * size, 1);
    const data = Float32Array.from(
      { length },
      (_, i) => middle + spread * ((hash32(i + seed) >>> 8) / 2 ** 23 - 1),
    );
    weights.set(name, { shape, data });
  };
  const conv = (name: string, side: number, [from, to]: readonly [number, number]): void =>
    add(`${name}.weight`, [side, side, from, to], Math.sqrt(6 / (side * side * from)));
  const norm = (name: string, channels: number): void => {
    for (const part of ['gamma', 'beta']) {
      add(`${name}.${part}.weight`, [100, channels], 0.05);
      add(`${name}.${part}.bias`, [channels], 0.3, part === 'gamma' ? 1 : 0);
    }
  };
  const contract = (n: number, side: number, [from, to]: readonly [number, number]): void => {
    conv(`contract${n}`, side, [from, to]);
    add(`contract${n}.bias`, [to], 0.1);
  };
  const separable = (name: string, [from, to]: readonly [number, number]): void => {
    add(`${name}.depthwise.weight`, [3, 3, from, 1], Math.sqrt(6 / 9));
    conv(`${name}.pointwise`, 1, [from, to]);
    norm(name, to);
  };
  contract(1, 9, [3, full]);
  contract(2, 3, [full, half]);
  contract(3, 3, [half, quarter]);
  for (let n = 1; n <= 5; n++)
    for (const m of [1, 2]) separable(`residual${n}.conv${m}`, [quarter, quarter]);
  separable('expand1', [quarter, half]);
  separable('expand2', [half, full]);
  conv('expand3', 9, [full, 3]);
  norm('expand3', 3);
  return weights;
}
