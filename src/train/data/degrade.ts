// Turns drawn cells into what a camera might have seen of them: enlarged, blurred, shaded, noisy and out of place.
import type { Random } from '../random.ts';
import { blurPlane, enlargePlane } from './blur.ts';
import type { Planes } from './planes.ts';

export type Degradation = {
  /** Standard deviation of the blur in pixels. */
  blur: number;
  /** Amplitude of the soft shading. */
  shade: number;
  /** Standard deviation of the pixels' noise. */
  noise: number;
  /** Amplitude of the texture, which lies over parts of the picture. */
  texture: number;
  /** Largest shift in pixels. */
  shift: number;
  /** Enlarges by repetition, as the identity term needs it. */
  nearest: boolean;
};

/** `cells` enlarged by `factor` and degraded. */
export function degrade(random: Random, cells: Planes, factor: number, how: Degradation): Planes {
  const size = { width: cells.width * factor, height: cells.height * factor };
  const count = size.width * size.height;
  const small = cells.width * cells.height;
  const data = new Float32Array(3 * count);
  const dx = random.uniform(-how.shift, how.shift);
  const dy = random.uniform(-how.shift, how.shift);
  for (let c = 0; c < 3; c += 1) {
    const plane = cells.data.subarray(c * small, (c + 1) * small);
    const enlarged = enlargePlane(plane, cells, { factor, dx, dy, nearest: how.nearest });
    data.set(blurPlane(enlarged, size, how.blur), c * count);
  }
  addGrain(random, data, size, how);
  return { ...size, data };
}

/** Shading, texture and noise, the same in all channels. */
export function addGrain(
  random: Random,
  data: Float32Array,
  { width, height }: { width: number; height: number },
  { shade, noise, texture }: Pick<Degradation, 'shade' | 'noise' | 'texture'>,
): void {
  const count = width * height;
  const soft = softField(random, { width, height });
  const where = softField(random, { width, height });
  const weave = textureField(random, { width, height }, random.uniform(0.5, 2.2));
  for (let i = 0; i < count; i += 1) {
    const mask = Math.min(1, Math.max(0, 0.5 + 1.5 * where[i]!));
    const added = shade * soft[i]! + texture * mask * weave[i]!;
    for (let c = 0; c < 3; c += 1) {
      const value = data[c * count + i]! + added + (noise > 0 ? noise * random.normal() : 0);
      data[c * count + i] = Math.min(1, Math.max(0, value));
    }
  }
}

/** Smooth values of about −1…1: a few waves of random direction. */
export function softField(
  random: Random,
  { width, height }: { width: number; height: number },
): Float32Array {
  const waves = Array.from({ length: 4 }, () => {
    const angle = random.uniform(0, 2 * Math.PI);
    const cycles = random.uniform(0.5, 3) / width;
    return {
      x: 2 * Math.PI * cycles * Math.cos(angle),
      y: 2 * Math.PI * cycles * Math.sin(angle),
      phase: random.uniform(0, 2 * Math.PI),
    };
  });
  const field = new Float32Array(width * height);
  for (const wave of waves) {
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        field[y * width + x]! += 0.5 * Math.sin(wave.x * x + wave.y * y + wave.phase);
      }
    }
  }
  return field;
}

/** Random texture of standard deviation 1 whose grains are about 2 · sigma pixels wide; along one axis more, at random. */
export function textureField(
  random: Random,
  { width, height }: { width: number; height: number },
  sigma: number,
): Float32Array {
  const white = Float32Array.from({ length: width * height }, () => random.uniform(-1, 1));
  const blurred = blurPlane(white, { width, height }, sigma);
  let squares = 0;
  for (const value of blurred) squares += value * value;
  const scale = 1 / Math.sqrt(squares / blurred.length + 1e-12);
  for (let i = 0; i < blurred.length; i += 1) blurred[i]! *= scale;
  return blurred;
}
