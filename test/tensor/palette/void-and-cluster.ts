// Makes a blue-noise tile by void and cluster (Robert Ulichney, 1993): the source of `src/tensor/palette/blue-noise.ts`.
import { hash32 } from '../../helpers/files/golden-images.ts';

const SIGMA = 1.5;
const REACH = 8;

/** Ranks 0 … size² − 1 of a tile whose first n cells are spread as evenly as possible for every n; the tile wraps around. */
export function voidAndCluster(size: number): Uint16Array {
  const cells = size * size;
  const energy = new Float64Array(cells);
  const on = new Uint8Array(cells);
  const set = (cell: number, value: 0 | 1): void => {
    on[cell] = value;
    const [x, y] = [cell % size, Math.floor(cell / size)];
    for (let dy = -REACH; dy <= REACH; dy++) {
      for (let dx = -REACH; dx <= REACH; dx++) {
        const at = ((y + dy + size) % size) * size + ((x + dx + size) % size);
        energy[at]! += (2 * value - 1) * Math.exp(-(dx * dx + dy * dy) / (2 * SIGMA ** 2));
      }
    }
  };
  const extreme = (among: 0 | 1): number => {
    const sign = among === 1 ? 1 : -1;
    let best = -1;
    for (let i = 0; i < cells; i++) {
      // Sums in another order differ in the last digits.
      if (on[i] === among && (best < 0 || sign * (energy[i]! - energy[best]!) > 1e-9)) best = i;
    }
    return best;
  };
  const ones = Math.floor(cells / 10);
  for (let i = 0, placed = 0; placed < ones; i++) {
    const cell = hash32(i) % cells;
    if (on[cell]) continue;
    set(cell, 1);
    placed++;
  }
  for (let cluster = extreme(1); ; cluster = extreme(1)) {
    set(cluster, 0);
    const gap = extreme(0);
    set(gap, 1);
    if (gap === cluster) break;
  }
  const ranks = new Uint16Array(cells);
  const start = { on: on.slice(), energy: energy.slice() };
  for (let rank = ones - 1; rank >= 0; rank--) {
    const cluster = extreme(1);
    set(cluster, 0);
    ranks[cluster] = rank;
  }
  on.set(start.on);
  energy.set(start.energy);
  for (let rank = ones; rank < cells; rank++) {
    const gap = extreme(0);
    set(gap, 1);
    ranks[gap] = rank;
  }
  return ranks;
}
