// Light arriving along a ray: a small path tracer for polished and matt surfaces under area lights.
import type { Ray } from './camera.ts';
import type { Sampler } from './sampler.ts';
import { blocked, type Hit, intersect, type Light, type World } from './trace.ts';
import { add, along, basis, dot, mix, mul, normalize, scale, sub, type Vec } from './vector.ts';

const black: Vec = [0, 0, 0];
const lastBounce = 2;
/** From this roughness on, highlights of lamps are computed instead of found by mirrored rays. */
const satin = 0.3;

/** Reflected light of one lamp, as sampled on one of its strips. */
function fromStrip(
  world: World,
  light: Light,
  hit: Hit,
  eye: Vec,
  sampler: Sampler,
  strip: number,
  strips: number,
): Vec {
  sampler.next();
  const spot = add(
    light.centre,
    add(scale(light.u, (2 * (strip + sampler.u)) / strips - 1), scale(light.v, 2 * sampler.v - 1)),
  );
  const way = sub(spot, hit.position);
  const squared = dot(way, way);
  const direction = scale(way, 1 / Math.sqrt(squared));
  const facing = -dot(light.facing, direction);
  const soak = hit.surface.soak ?? 0;
  const lit = (dot(hit.normal, direction) + soak) / (1 + soak);
  if (facing <= 0 || lit <= 0 || blocked(world, hit.position, spot)) return black;
  const area = 4 * Math.sqrt(dot(light.u, light.u) * dot(light.v, light.v));
  const share = (facing * area) / (squared * Math.PI);
  const matt = scale(hit.surface.albedo, lit * share);
  const { gloss, roughness } = hit.surface;
  if (gloss === 0 || roughness < satin) return mul(light.radiance, matt);
  const half = normalize(sub(direction, eye));
  const power = 2 / (roughness * roughness);
  const lobe = Math.max(0, dot(half, hit.normal)) ** power * (power + 8) * 0.125 * gloss;
  return mul(light.radiance, along(matt, [1, 1, 1], lobe * share * Math.max(0, lit)));
}

/** Radiance of the lamp that a mirrored ray looks into, if it is nearer than `limit`. */
function lampAlong(world: World, origin: Vec, direction: Vec, limit: number): Vec | undefined {
  for (const { centre, u, v, facing, radiance } of world.lights) {
    const toward = dot(facing, direction);
    if (toward >= 0) continue;
    const t = dot(facing, sub(centre, origin)) / toward;
    if (t <= 0 || t > limit) continue;
    const offset = sub(along(origin, direction, t), centre);
    const x = Math.abs(dot(offset, u)) / dot(u, u);
    const y = Math.abs(dot(offset, v)) / dot(v, v);
    // Soft edges, as a diffusing cloth has.
    const edge = Math.min(1, (1 - Math.max(x, y)) * 4);
    if (edge > 0) return scale(radiance, edge);
  }
  return undefined;
}

/** Cosine-weighted direction around `normal`, in sector `sector` of `sectors`. */
function scattered(normal: Vec, sampler: Sampler, sector = 0, sectors = 1): Vec {
  sampler.next();
  const { u, v } = basis(normal);
  const radius = Math.sqrt(sampler.u);
  const turn = (2 * Math.PI * (sector + sampler.v)) / sectors;
  const height = Math.sqrt(1 - sampler.u);
  return normalize(
    add(
      scale(normal, height),
      add(scale(u, radius * Math.cos(turn)), scale(v, radius * Math.sin(turn))),
    ),
  );
}

function mirrored(direction: Vec, normal: Vec, roughness: number, sampler: Sampler): Vec {
  const mirror = along(direction, normal, -2 * dot(direction, normal));
  if (roughness === 0) return mirror;
  const spread = normalize(mix(mirror, scattered(mirror, sampler), roughness));
  // A ray bent under the surface would see the inside of the solid.
  const depth = dot(spread, normal);
  return depth > 0 ? spread : normalize(along(spread, normal, -2 * depth));
}

/** Linear radiance seen from `origin` along the unit `direction`. */
export function radiance(
  world: World,
  ray: Ray,
  sampler: Sampler,
  bounce = 0,
  specular = false,
): Vec {
  const hit = intersect(world, ray, bounce === 0 || specular);
  if (specular) {
    const lamp = lampAlong(world, ray.origin, ray.direction, hit?.t ?? 1e9);
    if (lamp) return lamp;
  }
  if (!hit) return world.sky(ray.direction);
  const { normal, surface, position: origin } = hit;
  const both = bounce === 0;
  const splits = both ? world.splits : 1;
  let light = black;
  for (const lamp of world.lights) {
    for (let i = 0; i < splits; i++) {
      const part = fromStrip(world, lamp, hit, ray.direction, sampler, i, splits);
      light = along(light, part, 1 / splits);
    }
  }
  const facing = Math.max(0, -dot(normal, ray.direction));
  const polish = surface.gloss + (1 - surface.gloss) * (1 - surface.roughness) * (1 - facing) ** 5;
  const mirror = surface.gloss > 0 ? polish : 0;
  sampler.next();
  const lobe = sampler.u;
  // What a diffuse ray meets is only one of many: a guess at the light around it is enough.
  const deeper = both || (specular && bounce < lastBounce);
  if (!deeper) {
    const around = scale(world.sky(normal), 0.5);
    return add(light, mul(surface.albedo, around));
  }
  let shine = black;
  if (mirror > 0 && surface.roughness >= satin) {
    const toward = along(ray.direction, normal, 2 * facing);
    shine = scale(world.sky(toward), mirror * 0.5);
  } else if (mirror > 0 && (both || lobe < 0.5)) {
    const direction = mirrored(ray.direction, normal, surface.roughness, sampler);
    shine = radiance(world, { origin, direction }, sampler, bounce + 1, true);
    shine = scale(shine, mirror * (both ? 1 : 2));
  }
  if (both || mirror === 0 || lobe >= 0.5) {
    const weight = both || mirror === 0 ? 1 / splits : 2;
    for (let i = 0; i < splits; i++) {
      const direction = scattered(normal, sampler, i, splits);
      const around = radiance(world, { origin, direction }, sampler, bounce + 1, false);
      light = along(light, mul(surface.albedo, around), weight);
    }
  }
  return add(scale(light, 1 - mirror), shine);
}
