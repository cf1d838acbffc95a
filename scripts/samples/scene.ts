// What a sample picture is, and the pixel loop that photographs a world.
import type { Camera } from './camera.ts';
import { develop, type Film, toByte } from './film.ts';
import { radiance } from './radiance.ts';
import { createSampler } from './sampler.ts';
import type { World } from './trace.ts';
import { add, scale, type Vec } from './vector.ts';

export type Size = { width: number; height: number };

/** Fills one row of RGBA bytes; the result depends on `y` only, so rows can be painted in any order. */
export type RowPainter = (y: number, row: Uint8ClampedArray) => void;

export type Scene = Size & {
  name: string;
  format: 'jpeg' | 'png';
  /** Builds what all rows share, for a picture of the given size. */
  prepare(size: Size): RowPainter;
};

export type Shot = {
  world: World;
  camera: Camera;
  film: Film;
  /** Paths per pixel where the picture is calm and where it is not; multiples of 16. */
  samples: { least: number; most: number };
  /** Standard error of a pixel's lightness (0…1) at which sampling stops. */
  tolerance: number;
};

const batch = 16;

/** Row painter that traces paths through each pixel until its colour is settled. */
export function photograph(
  { world, camera, film, samples, tolerance }: Shot,
  size: Size,
): RowPainter {
  const sampler = createSampler(batch);
  const colour = (x: number, y: number): Vec => {
    let sum: Vec = [0, 0, 0];
    let total = 0;
    let squares = 0;
    for (let i = 0; i < samples.most; i++) {
      if (i >= samples.least && i % batch === 0) {
        const variance = squares / i - (total / i) ** 2;
        if (variance < i * tolerance * tolerance) return scale(sum, 1 / i);
      }
      sampler.start(x, y, i);
      sampler.next();
      const fx = (x + sampler.u) / size.width;
      const fy = (y + sampler.v) / size.height;
      sampler.next();
      const light = calm(radiance(world, camera(fx, fy, sampler.u, sampler.v), sampler));
      const lightness = develop(light[1], film);
      sum = add(sum, light);
      total += lightness;
      squares += lightness * lightness;
    }
    return scale(sum, 1 / samples.most);
  };
  return (y, row) => {
    for (let x = 0; x < size.width; x++) {
      colour(x, y).forEach((value, i) => {
        row[4 * x + i] = toByte(develop(value, film), x, y);
      });
      row[4 * x + 3] = 255;
    }
  };
}

/** One path that finds a lamp by luck would leave a speck: its brightness is bounded. */
function calm(light: Vec): Vec {
  const peak = Math.max(light[0], light[1], light[2]);
  const bound = 4;
  return peak > bound ? scale(light, bound / peak) : light;
}
