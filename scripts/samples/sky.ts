// Morning sky of the landscape: gradient, glow around a low sun, and drifting clouds.
import { clamp, ramp } from './curve.ts';
import { linear } from './film.ts';
import { fractal2 } from './noise.ts';
import { add, dot, mix, normalize, scale, type Vec } from './vector.ts';

/** Unit direction towards the sun. */
export const sun: Vec = normalize([-0.86, 0.27, 0.1]);
export const sunlight: Vec = [3.3, 2.0, 1.12];

const zenith = linear(0x2f5f9e);
const middle = linear(0x8fb2cf);
const horizon = linear(0xf6cfa6);
const blush = linear(0xf0a287);
const cloudShade = linear(0x8d8aa6);
const cloudLight: Vec = [1.25, 0.86, 0.62];

/** Colour of the clear air in a direction. */
export function air(d: Vec): Vec {
  const up = clamp(d[1]);
  const base = mix(horizon, mix(middle, zenith, ramp(0.12, 0.62, up)), ramp(0, 0.24, up));
  const toSun = Math.max(0, dot(d, sun));
  const rosy = mix(base, blush, ramp(0.16, 0.02, up) * (0.35 + 0.45 * toSun));
  return add(rosy, scale([1, 0.6, 0.3], 0.5 * toSun ** 6));
}

function cover(x: number, z: number): number {
  const long = fractal2(x * 0.42 + 4, z * 1.1 + 1.7, 3, 90);
  const fine = fractal2(x * 1.5 + long * 2, z * 3.2, 6, 70);
  return ramp(0.5, 0.78, fine * 0.55 + long * 0.55);
}

/** Sky with clouds. */
export function sky(d: Vec): Vec {
  const clear = air(d);
  if (d[1] < 0.015) return clear;
  const [x, z] = [d[0] / (d[1] + 0.06), d[2] / (d[1] + 0.06)];
  const density = cover(x, z);
  if (density === 0) return clear;
  // Thinner towards the sun means lit on this side.
  const lit = clamp(0.45 + 1.3 * (density - cover(x - 0.16, z + 0.03)));
  const colour = mix(cloudShade, cloudLight, lit * (1 - 0.35 * density));
  return mix(clear, colour, density * 0.86 * ramp(0.015, 0.14, d[1]));
}
