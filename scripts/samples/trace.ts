// Where a ray meets the scene: sphere tracing of distance fields inside their bounding boxes.
import type { Ray } from './camera.ts';
import { along, dot, normalize, sub, type Vec } from './vector.ts';

/** How a place on a surface answers light; `albedo` is linear. */
export type Surface = {
  albedo: Vec;
  /** Reflectance of the polish at normal incidence; 0 for none. */
  gloss: number;
  /** 0 is a mirror-like polish, 1 spreads reflections widely. */
  roughness: number;
  /** Added to the geometric normal. */
  bump?: Vec;
  /** Share of diffuse light that enters past the terminator, for stone that light soaks into. */
  soak?: number;
};

export type Solid = {
  low: Vec;
  high: Vec;
  /** Signed distance in scene units, or a lower bound of it. */
  distance: (x: number, y: number, z: number) => number;
  /** Gradient of the distance where detail counts; central differences of `distance` otherwise. */
  slope?: (x: number, y: number, z: number) => Vec;
  /** Size of the finest feature: the step of differences; a tenth of it is the precision of a hit. */
  grain: number;
  /** `fine` asks for texture; otherwise the mean colour will do. */
  surface: (at: Vec, fine: boolean) => Surface;
};

export type Light = {
  centre: Vec;
  /** Half edges. */
  u: Vec;
  v: Vec;
  /** Unit direction in which it shines. */
  facing: Vec;
  radiance: Vec;
};

export type World = {
  solids: readonly Solid[];
  /** Surface of the horizontal plane at height 0. */
  ground?: (at: Vec, fine: boolean) => Surface;
  lights: readonly Light[];
  sky: (direction: Vec) => Vec;
  /** Rays that each path sends to a lamp, and into the half space, from the first surface it meets. */
  splits: number;
};

export type Hit = {
  t: number;
  normal: Vec;
  surface: Surface;
  /** The place met, lifted off the surface so that a ray from there does not meet it again. */
  position: Vec;
};

/** Distance along the ray to the solid, if less than `limit`; `inverse` is 1 / `d`. */
function march(solid: Solid, o: Vec, d: Vec, inverse: Vec, limit: number): number {
  const { low, high } = solid;
  // Spelled out per axis: this box test is the innermost loop of the renderer.
  const ax = (low[0] - o[0]) * inverse[0];
  const bx = (high[0] - o[0]) * inverse[0];
  const ay = (low[1] - o[1]) * inverse[1];
  const by = (high[1] - o[1]) * inverse[1];
  const az = (low[2] - o[2]) * inverse[2];
  const bz = (high[2] - o[2]) * inverse[2];
  const far = Math.min(limit, Math.max(ax, bx), Math.max(ay, by), Math.max(az, bz));
  let t = Math.max(0, Math.min(ax, bx), Math.min(ay, by), Math.min(az, bz));
  if (t >= far) return Number.POSITIVE_INFINITY;
  const precision = solid.grain * 0.1;
  for (let step = 0; t < far && step < 200; step++) {
    const gap = solid.distance(o[0] + d[0] * t, o[1] + d[1] * t, o[2] + d[2] * t);
    if (gap < precision) return t;
    t += gap;
  }
  return Number.POSITIVE_INFINITY;
}

function slopeOf({ distance, grain: e, slope }: Solid, [x, y, z]: Vec, fine: boolean): Vec {
  if (slope && fine) return slope(x, y, z);
  return [
    distance(x + e, y, z) - distance(x - e, y, z),
    distance(x, y + e, z) - distance(x, y - e, z),
    distance(x, y, z + e) - distance(x, y, z - e),
  ];
}

/** Nearest place where the ray meets a solid or the ground, if any; `fine` for what the eye sees. */
export function intersect(
  world: World,
  { origin, direction }: Ray,
  fine: boolean,
): Hit | undefined {
  let t = world.ground && direction[1] < 0 ? -origin[1] / direction[1] : Number.POSITIVE_INFINITY;
  const inverse: Vec = [1 / direction[0], 1 / direction[1], 1 / direction[2]];
  let nearest: Solid | undefined;
  for (const solid of world.solids) {
    const found = march(solid, origin, direction, inverse, t);
    if (found < t) {
      t = found;
      nearest = solid;
    }
  }
  if (t > 1e5) return undefined;
  const position = along(origin, direction, t);
  const surface = nearest ? nearest.surface(position, fine) : world.ground?.(position, fine);
  if (!surface) return undefined;
  let normal = nearest ? normalize(slopeOf(nearest, position, fine)) : ([0, 1, 0] as Vec);
  if (surface.bump) {
    const { bump } = surface;
    normal = normalize([normal[0] + bump[0], normal[1] + bump[1], normal[2] + bump[2]]);
  }
  return {
    t,
    position: along(position, normal, nearest ? nearest.grain * 1.2 : 0.004),
    normal,
    surface,
  };
}

/** Whether a solid stands between two places. */
export function blocked(world: World, from: Vec, to: Vec): boolean {
  const way = sub(to, from);
  const length = Math.sqrt(dot(way, way));
  const direction = normalize(way);
  const inverse: Vec = [1 / direction[0], 1 / direction[1], 1 / direction[2]];
  for (const solid of world.solids) {
    if (march(solid, from, direction, inverse, length) < length) return true;
  }
  return false;
}
