// Morning sky of the landscape: gradient, glow around a low sun, and drifting clouds.
import { clamp, ramp } from './curve.ts';
import { linear } from './film.ts';
import { fractal2 } from './noise.ts';
import { add, dot, mix, normalize, scale, type Vec } from './vector.ts';

/** Unit direction towards the sun. */
export const sun: Vec = normalize([-0.86, 0.27, 0.1]);
export const sunlight: Vec = [3.3, 2.0, 1.12];

const zenith = linear(0x2a5b9c);
const middle = linear(0x7fabd0);
const horizon = linear(0xf9d3a0);
const blush = linear(0xee9a86);
const cloudShade = linear(0x77799c);
const cloudLight: Vec = [1.5, 0.93, 0.66];

/** Colour of the clear air in a direction. */
export function air(d: Vec): Vec {
  const up = clamp(d[1]);
  const base = mix(horizon, mix(middle, zenith, ramp(0.1, 0.42, up)), ramp(0.03, 0.26, up));
  const toSun = Math.max(0, dot(d, sun));
  const rosy = mix(base, blush, ramp(0.22, 0.06, up) * (0.3 + 0.5 * toSun));
  return add(rosy, scale([1, 0.6, 0.3], 0.45 * toSun ** 8));
}

function cover(x: number, z: number): number {
  const bank = fractal2(x * 0.8 + 3.4, z * 0.9 + 0.2, 3, 90);
  const fine = fractal2(x * 2.4 + bank * 3, z * 4.6 - x * 0.8, 6, 70);
  return ramp(0.5, 0.8, fine * 0.5 + bank * 0.62);
}

/** Sky with clouds. */
export function sky(d: Vec): Vec {
  const clear = air(d);
  if (d[1] < 0.015) return clear;
  const [x, z] = [d[0] / (d[1] + 0.06), d[2] / (d[1] + 0.06)];
  const density = cover(x, z);
  if (density === 0) return clear;
  // Thinner towards the sun means lit on this side.
  const lit = clamp(0.5 + 1.6 * (density - cover(x - 0.1, z - 0.06)));
  const colour = mix(cloudShade, cloudLight, lit * (1 - 0.35 * density));
  return mix(clear, colour, density * 0.9 * ramp(0.015, 0.12, d[1]));
}
