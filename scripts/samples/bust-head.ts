// Head of the bust as a distance field: face, ears and curled hair. The chin is at -1.1, the crown at 1.3.
import { ramp, softMax, softMin } from './curve.ts';
import { ball, ellipsoid, limb } from './shapes.ts';
import type { Vec } from './vector.ts';

function skull(x: number, y: number, z: number): number {
  let d = ellipsoid(x, y, z, [0, 0.38, -0.12], [0.75, 0.8, 0.9]);
  d = softMin(d, ellipsoid(x, y, z, [0, -0.2, 0.2], [0.58, 0.82, 0.58]), 0.25);
  d = softMin(d, ellipsoid(x, y, z, [0, -0.6, 0.16], [0.5, 0.42, 0.5]), 0.2);
  d = softMin(d, ellipsoid(x, y, z, [0, -0.97, 0.58], [0.2, 0.13, 0.17]), 0.22);
  d = softMin(d, ellipsoid(x, y, z, [0.42, -0.14, 0.5], [0.17, 0.13, 0.2]), 0.22);
  return softMin(d, limb(x, y, z, [0.1, 0.26, 0.76], [0.48, 0.25, 0.56], 0.1, 0.07), 0.14);
}

function eye(d: number, x: number, y: number, z: number): number {
  d = softMax(d, -ellipsoid(x, y, z, [0.27, 0.05, 0.86], [0.22, 0.14, 0.27]), 0.16);
  const centre: Vec = [0.275, 0.04, 0.58];
  const globe = ball(x, y, z, centre, 0.14);
  const side = x - centre[0];
  const upper = 0.058 - 1.5 * side * side - (y - centre[1]);
  const lower = y - centre[1] + 0.062 - 1.1 * side * side;
  const lids = softMax(ball(x, y, z, centre, 0.168), -softMax(-upper, -lower, 0.02), 0.02);
  // An iris cut into the globe catches a shadow and gives the eye a gaze.
  const iris = softMax(
    globe,
    -ball(x, y, z, [centre[0] + 0.005, centre[1] + 0.012, 0.735], 0.045),
    0.02,
  );
  return Math.min(softMin(d, lids, 0.035), iris);
}

function nose(d: number, x: number, y: number, z: number): number {
  d = softMin(d, limb(x, y, z, [0, 0.26, 0.73], [0, -0.3, 0.94], 0.085, 0.085), 0.12);
  d = softMin(d, ball(x, y, z, [0, -0.32, 0.96], 0.1), 0.06);
  d = softMin(d, ellipsoid(x, y, z, [0.115, -0.35, 0.84], [0.065, 0.062, 0.1]), 0.06);
  return softMax(d, -ellipsoid(x, y, z, [0.06, -0.43, 0.9], [0.035, 0.04, 0.06]), 0.03);
}

function mouth(d: number, x: number, y: number, z: number): number {
  d = softMin(d, ellipsoid(x, y, z, [0, -0.62, 0.62], [0.26, 0.2, 0.2]), 0.12);
  d = softMax(d, -ellipsoid(x, y, z, [0, -0.82, 0.9], [0.2, 0.055, 0.12]), 0.12);
  d = softMax(d, -limb(x, y, z, [0, -0.46, 0.9], [0, -0.56, 0.86], 0.035, 0.035), 0.06);
  d = softMin(d, limb(x, y, z, [0.05, -0.585, 0.8], [0.2, -0.635, 0.7], 0.05, 0.022), 0.03);
  d = softMin(d, limb(x, y, z, [0, -0.705, 0.795], [0.16, -0.675, 0.72], 0.056, 0.03), 0.03);
  return softMax(d, -limb(x, y, z, [0, -0.643, 0.87], [0.22, -0.648, 0.72], 0.018, 0.012), 0.05);
}

function ear(x: number, y: number, z: number): number {
  const lean = z + 0.1 + 0.25 * (y - 0.02);
  const shell = ellipsoid(x, y, lean, [0.74, 0.0, 0], [0.075, 0.25, 0.16]);
  const bowl = ellipsoid(x, y, lean, [0.8, 0.03, 0.03], [0.07, 0.17, 0.09]);
  return softMax(shell, -bowl, 0.03);
}

type Curl = { centre: Vec; spin: number };

/** Curls spread evenly over the scalp, by the golden angle. */
const curls: readonly Curl[] = Array.from({ length: 150 }, (_, i) => {
  const y = 1 - (i + 0.5) / 92;
  const r = Math.sqrt(Math.max(0, 1 - y * y));
  const turn = i * 2.399963;
  return { centre: [r * Math.cos(turn), y, r * Math.sin(turn)], spin: i % 2 ? 1 : -1 };
});

/** Height of the curls above the scalp, in the unit direction (`x`, `y`, `z`) from its scalp. */
function curlHeight(x: number, y: number, z: number): number {
  let best = 0;
  for (const { centre, spin } of curls) {
    const [dx, dy, dz] = [x - centre[0], y - centre[1], z - centre[2]];
    const away = Math.sqrt(dx * dx + dy * dy + dz * dz);
    if (away > 0.24) continue;
    const turn = Math.atan2(dy, dx * (centre[2] < 0 ? -1 : 1) + dz * centre[0]);
    const coil = 0.78 + 0.22 * Math.cos(turn * spin + away * 46);
    best = Math.max(best, Math.sqrt(Math.max(0, 1 - (away / 0.24) ** 2)) * coil);
  }
  return best;
}

const scalp: Vec = [0, 0.4, -0.16];

/** Distance to where hair may grow: above the forehead, behind the temples, down to the nape. */
const hairline = (y: number, z: number): number =>
  Math.max(Math.min(0.8 - y, z - 0.2 - 0.25 * (y - 0.1)), -0.55 - y);

/** How much a place on the head is hair, 0…1. */
export function hairCover(x: number, y: number, z: number): number {
  const cap = ellipsoid(x, y, z, scalp, [0.79, 0.82, 0.94]);
  return ramp(0.14, 0.02, hairline(y, z)) * ramp(-0.02, 0.05, cap);
}

/** How much a place on the face carries paint, 0…1: brows, lid edges and irises, lips. */
export function facePaint(x: number, y: number, z: number): { dark: number; red: number } {
  if (z < 0.3) return { dark: 0, red: 0 };
  const side = Math.abs(x);
  const brow = limb(side, y, z, [0.13, 0.245, 0.86], [0.36, 0.31, 0.74], 0.045, 0.036);
  const tail = limb(side, y, z, [0.36, 0.31, 0.74], [0.52, 0.22, 0.56], 0.036, 0.02);
  const iris = Math.hypot(side - 0.28, y - 0.05, (z - 0.74) * 0.4) - 0.062;
  const rim =
    Math.abs(Math.hypot((side - 0.275) * 0.72, y - 0.04, (z - 0.7) * 0.3) - 0.108) - 0.018;
  const upper = ellipsoid(side, y, z, [0, -0.6, 0.84], [0.2, 0.045, 0.2]);
  const lower = ellipsoid(side, y, z, [0, -0.7, 0.84], [0.16, 0.055, 0.2]);
  return {
    dark: Math.max(
      0.8 * ramp(0.04, -0.02, Math.min(brow, tail)),
      ramp(0.012, -0.008, iris),
      y > 0.06 ? 0.7 * ramp(0.02, -0.01, rim) : 0,
    ),
    red: ramp(0.02, -0.02, Math.min(upper, lower)),
  };
}

function hair(x: number, y: number, z: number): number {
  const cap = ellipsoid(x, y, z, scalp, [0.79, 0.82, 0.94]);
  const edge = hairline(y, z);
  const coarse = softMax(cap - 0.06, edge, 0.12);
  if (coarse > 0.25) return coarse - 0.08;
  const [dx, dy, dz] = [(x - scalp[0]) / 0.79, (y - scalp[1]) / 0.82, (z - scalp[2]) / 0.94];
  const length = Math.sqrt(dx * dx + dy * dy + dz * dz) || 1;
  const height = curlHeight(dx / length, dy / length, dz / length);
  return softMax(cap - 0.15 * height, edge - 0.09 * height, 0.1) * 0.75;
}

/** Signed distance to the head, or a lower bound; the face looks along +z. */
export function head(x: number, y: number, z: number): number {
  const side = Math.abs(x);
  let d = skull(side, y, z);
  // Far from the face its features only take away from the safe step: the nose stands out by 0.4.
  if (d > 0.8) d -= 0.42;
  else if (z > 0.1) d = nose(mouth(eye(d, side, y, z), side, y, z), side, y, z);
  d = Math.min(d, softMin(d, ear(side, y, z), 0.05));
  return softMin(d, hair(x, y, z), 0.03);
}
