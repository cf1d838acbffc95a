// Zone plate: rings whose frequency grows with the radius and reaches Nyquist at the middle of each edge.
import type { Scene } from './scene.ts';

/** Grey value 0…1 at offset (`x`, `y`) px from the centre of a plate of edge `n`: phase πr²/n. */
export const ring = (x: number, y: number, n: number): number =>
  0.5 + 0.5 * Math.cos((Math.PI * (x * x + y * y)) / n);

export const zoneplate: Scene = {
  name: 'zoneplate',
  width: 512,
  height: 512,
  format: 'png',
  prepare: ({ width, height }) => {
    const n = Math.max(width, height);
    return (y, row) => {
      for (let x = 0; x < width; x++) {
        const grey = Math.round(255 * ring(x - width / 2, y - height / 2, n));
        row.set([grey, grey, grey, 255], 4 * x);
      }
    };
  },
};
