// Sample picture: a mountain lake in the first sun, with haze between the ridges and spruces in front.
import { createCamera, type Ray } from './camera.ts';
import { clamp, lerp, ramp } from './curve.ts';
import { develop, linear, toByte } from './film.ts';
import { chance, fractal2, noise2, noise3 } from './noise.ts';
import { createSampler } from './sampler.ts';
import type { Scene } from './scene.ts';
import { air, sky, sun, sunlight } from './sky.ts';
import { foreground } from './spruce.ts';
import { type Heights, heightAt, reach, shapeTerrain } from './terrain.ts';
import { add, along, dot, mix, mul, normalize, scale, type Vec } from './vector.ts';

const samples = 16;
const film = { exposure: 1.25, contrast: 0.4 };

const rock = linear(0x8f8178);
const darkRock = linear(0x4c464b);
const snow = linear(0xf2f4f8);
const meadow = linear(0x6a7a34);
const wood = linear(0x2f5433);
const deepWater = linear(0x0e3a45);
const hazeBlue = linear(0x93b0d2);
const ambient: Vec = [0.26, 0.38, 0.62];

/** Crowns of the forest above the soil, in km. */
function crowns(x: number, z: number, ground: number): number {
  if (ground < 0.012 || ground > 0.75) return 0;
  const pitch = 0.03;
  const dense =
    fractal2(x * 1.6, z * 1.6, 4, 51) - ground * 0.3 + 0.06 * Math.sin(ground * 40 + x * 3);
  if (dense < 0.3) return 0;
  const [i, j] = [Math.round(x / pitch), Math.round(z / pitch)];
  const dx = x / pitch - i - (chance(i, j, 1) - 0.5) * 0.5;
  const dz = z / pitch - j - (chance(i, j, 2) - 0.5) * 0.5;
  const cone = Math.max(0, 1 - Math.hypot(dx, dz) * 1.7);
  return cone * 0.045 * (0.5 + chance(i, j, 3)) * ramp(0.3, 0.36, dense);
}

function march(heights: Heights, { origin, direction }: Ray, start: number): number {
  for (let t = start, step = 0; step < 320; step++) {
    const y = origin[1] + direction[1] * t;
    const z = origin[2] + direction[2] * t;
    if (z > 2 * reach || y > 3.4 || t > 18) return Number.POSITIVE_INFINITY;
    const x = origin[0] + direction[0] * t;
    const soil = heightAt(heights, x, z);
    const gap = y - soil - (y - soil < 0.08 ? crowns(x, z, soil) : 0.03);
    if (gap < 0.0006 * t) return t;
    t += Math.max(gap * 0.45, 0.0012 * t);
  }
  return Number.POSITIVE_INFINITY;
}

/** Share of the sun that reaches a place, 0…1, with a penumbra. */
function sunAt(heights: Heights, from: Vec): number {
  let share = 1;
  for (let t = 0.02, step = 0; step < 60 && t < 7; step++) {
    const p = along(from, sun, t);
    const gap = p[1] - heightAt(heights, p[0], p[2]);
    share = Math.min(share, 0.5 + (gap * 14) / t);
    if (share <= 0) return 0;
    t += Math.max(gap * 0.6, 0.025);
  }
  return ramp(0, 1, share);
}

function landColour(heights: Heights, p: Vec, t: number): Vec {
  const e = 0.02 + 0.002 * t;
  const soil = heightAt(heights, p[0], p[2]);
  const wooded = crowns(p[0], p[2], soil);
  const [sx, sz] = [
    heightAt(heights, p[0] - e, p[2]) - heightAt(heights, p[0] + e, p[2]),
    heightAt(heights, p[0], p[2] - e) - heightAt(heights, p[0], p[2] + e),
  ];
  const rough = 0.9 * e;
  const grit = fractal2(p[0] * 22, p[2] * 22 + p[1] * 17, 4, 60) - 0.5;
  const grit2 = fractal2(p[0] * 22 + 50, p[2] * 22 - p[1] * 17, 4, 61) - 0.5;
  const normal = normalize([sx + grit * rough * 3, 2 * e, sz + grit2 * rough * 3]);
  const flat = (2 * e) / Math.hypot(sx, 2 * e, sz);
  const strata = noise3(p[0] * 2, p[1] * 34 + p[0] * 3, p[2] * 2);
  let colour = mix(darkRock, rock, clamp(0.25 + grit * 1.1 + strata * 0.6));
  colour = mix(
    colour,
    meadow,
    ramp(0.62, 0.84, flat + grit * 0.2) * ramp(1.0, 0.45, p[1] + grit * 0.4),
  );
  const cold = p[1] + 0.5 * grit - 0.22 * normal[2];
  colour = mix(colour, snow, ramp(0.95, 1.3, cold) * ramp(0.42, 0.66, flat + grit * 0.25));
  let open = 1;
  if (wooded > 0) {
    colour = scale(wood, 0.8 + 0.9 * chance(Math.round(p[0] / 0.03), Math.round(p[2] / 0.03), 9));
    open = clamp(0.25 + wooded / 0.04);
  }
  const light = Math.max(0, dot(normal, sun)) * sunAt(heights, add(p, [0, 0.012, 0]));
  const fromSky = scale(ambient, open * (0.45 + 0.55 * normal[1]));
  return mul(colour, add(scale(sunlight, light * open), fromSky));
}

/** Colour that distant things fade to. */
function hazeToward([x, , z]: Vec): Vec {
  return mix(air(normalize([x, 0.1, z])), hazeBlue, 0.68);
}

/** Land at distance `t` along a ray, or sky where it meets none. */
function far(heights: Heights, ray: Ray, t: number): Vec {
  if (t === Number.POSITIVE_INFINITY) return sky(ray.direction);
  const p = along(ray.origin, ray.direction, t);
  const land = landColour(heights, p, t);
  const low = Math.exp(-Math.max(0, p[1]) * 1.1);
  const veil = 1 - Math.exp(-t * (0.022 + 0.05 * low));
  const mist = 0.5 * Math.exp(-Math.max(0, p[1]) * 16) * ramp(1.6, 4.5, t);
  return mix(land, hazeToward(ray.direction), 1 - (1 - veil) * (1 - mist));
}

function water(heights: Heights, ray: Ray, t: number): Vec {
  const p = along(ray.origin, ray.direction, t);
  const breeze = 0.25 + 0.9 * ramp(0.45, 0.7, fractal2(p[0] * 0.9, p[2] * 2.6, 3, 80));
  const wave = (seed: number): number =>
    noise2(p[0] * 26, p[2] * 60, seed) + 0.6 * noise2(p[0] * 70, p[2] * 160, seed + 1) - 0.8;
  const calm = (0.03 * breeze) / (1 + 0.25 * t);
  const normal = normalize([wave(81) * calm * 0.5, 1, wave(84) * calm]);
  const d = ray.direction;
  const facing = -dot(normal, d);
  const mirror = along(d, normal, 2 * facing);
  const up = normalize([mirror[0], Math.max(mirror[1], 0.004), mirror[2]]);
  const upward: Ray = { origin: [p[0], 0.001, p[2]], direction: up };
  const image = far(heights, upward, march(heights, upward, 0.01));
  const share = lerp(0.04, 1, (1 - clamp(facing)) ** 3.2);
  const seen = mix(deepWater, scale(image, 0.92), clamp(share * 1.15));
  const veil = 1 - Math.exp(-t * 0.045);
  return mix(seen, hazeToward(d), veil * 0.6);
}

export const landscape: Scene = {
  name: 'landscape',
  width: 960,
  height: 640,
  format: 'jpeg',
  prepare: ({ width, height }) => {
    const heights = shapeTerrain(clamp(Math.round(width * 0.5), 48, 480));
    const camera = createCamera({
      eye: [0, 0.16, 0.1],
      target: [0.1, 0.72, 6],
      fov: 34,
      aperture: 0,
      focus: 1,
      aspect: width / height,
    });
    const sampler = createSampler(samples);
    const colour = (fx: number, fy: number): Vec => {
      const front = foreground(fx, fy);
      if (front) return front;
      const seen = camera(fx, fy, 0, 0);
      // The camera frames a picture whose right is +x; the terrain lies towards +z.
      const ray: Ray = {
        origin: seen.origin,
        direction: [-seen.direction[0], seen.direction[1], seen.direction[2]],
      };
      const surface =
        ray.direction[1] < 0 ? -ray.origin[1] / ray.direction[1] : Number.POSITIVE_INFINITY;
      const land = march(heights, ray, 0.3);
      return surface < land ? water(heights, ray, surface) : far(heights, ray, land);
    };
    return (y, row) => {
      for (let x = 0; x < width; x++) {
        let sum: Vec = [0, 0, 0];
        for (let i = 0; i < samples; i++) {
          sampler.start(x, y, i);
          sampler.next();
          sum = add(sum, colour((x + sampler.u) / width, (y + sampler.v) / height));
        }
        sum.forEach((value, i) => {
          row[4 * x + i] = toByte(develop(value / samples, film), x, y);
        });
        row[4 * x + 3] = 255;
      }
    };
  },
};
