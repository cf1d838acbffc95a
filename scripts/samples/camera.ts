// Thin-lens camera: from a place on the film and on the lens to a ray.
import { add, along, cross, normalize, scale, sub, type Vec } from './vector.ts';

export type Ray = { origin: Vec; direction: Vec };

export type CameraOptions = {
  eye: Vec;
  target: Vec;
  /** Vertical field of view in degrees. */
  fov: number;
  /** Lens radius, in scene units; 0 is a pinhole. */
  aperture: number;
  /** Distance along the axis that is sharp. */
  focus: number;
  /** Width over height. */
  aspect: number;
};

/** `x`, `y` in 0…1 from the top left of the film; `u`, `v` in 0…1 choose a point on the lens. */
export type Camera = (x: number, y: number, u: number, v: number) => Ray;

export function createCamera({ eye, target, fov, aperture, focus, aspect }: CameraOptions): Camera {
  const forward = normalize(sub(target, eye));
  const right = normalize(cross(forward, [0, 1, 0]));
  const up = cross(right, forward);
  const half = Math.tan((fov * Math.PI) / 360);
  return (x, y, u, v) => {
    const film = add(
      forward,
      add(scale(right, (2 * x - 1) * half * aspect), scale(up, (1 - 2 * y) * half)),
    );
    const radius = aperture * Math.sqrt(u);
    const turn = 2 * Math.PI * v;
    const origin = along(along(eye, right, radius * Math.cos(turn)), up, radius * Math.sin(turn));
    return { origin, direction: normalize(sub(along(eye, film, focus), origin)) };
  };
}
