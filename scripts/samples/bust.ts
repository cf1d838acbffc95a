// Sample picture: a marble bust under one high lamp, framed where the king of the chess picture stands.
import { facePaint, hairCover, head } from './bust-head.ts';
import { createCamera } from './camera.ts';
import { clamp, ramp, softMax, softMin } from './curve.ts';
import { linear } from './film.ts';
import { fractal3 } from './noise.ts';
import { photograph, type Scene } from './scene.ts';
import { ellipsoid, limb } from './shapes.ts';
import type { Light, Surface } from './trace.ts';
import { mix, normalize, scale, type Vec } from './vector.ts';
import { bake } from './volume.ts';

const low: Vec = [-1.9, -2.1, -1.5];
const high: Vec = [1.9, 1.6, 1.4];

function torso(x: number, y: number, z: number): number {
  const side = Math.abs(x);
  let d = limb(x, y, z, [0, -0.6, -0.22], [0, -1.95, -0.35], 0.46, 0.52);
  d = softMin(d, limb(side, y, z, [0.5, -0.28, -0.24], [0.13, -1.86, 0.2], 0.1, 0.1), 0.16);
  d = softMin(d, limb(side, y, z, [0.15, -1.25, -0.45], [1.35, -2.15, -0.45], 0.3, 0.3), 0.4);
  d = softMin(d, ellipsoid(side, y, z, [0, -2.95, -0.3], [1.6, 1.05, 0.72]), 0.3);
  d = softMin(d, limb(side, y, z, [0.14, -2.0, 0.26], [1.25, -1.98, -0.1], 0.075, 0.1), 0.14);
  d = softMin(d, ellipsoid(side, y, z, [1.42, -2.5, -0.42], [0.5, 0.62, 0.52]), 0.25);
  return softMax(d, -ellipsoid(x, y, z, [0, -1.93, 0.42], [0.1, 0.12, 0.16]), 0.12);
}

const yaw = 0.27;
const nod = 0.06;

/** A place in the coordinates of the head, which is turned on its neck. */
function toHead(x: number, y: number, z: number): Vec {
  const ahead = x * Math.sin(yaw) + z * Math.cos(yaw);
  return [
    x * Math.cos(yaw) - z * Math.sin(yaw),
    y * Math.cos(nod) + ahead * Math.sin(nod),
    ahead * Math.cos(nod) - y * Math.sin(nod),
  ];
}

/** The whole figure. */
function figure(x: number, y: number, z: number): number {
  const body = torso(x, y, z);
  if (y < -1.7) return body;
  const [hx, hy, hz] = toHead(x, y, z);
  return softMin(body, head(hx, hy, hz), 0.1);
}

const white = linear(0xe9e2d6);
const vein = linear(0x9a968f);
const umber = linear(0x4d3a30);
const terracotta = linear(0xa8654f);

function marble([x, y, z]: Vec, fine: boolean): Surface {
  if (!fine) return { albedo: white, gloss: 0, roughness: 1 };
  const warp = fractal3(x * 1.3, y * 1.3, z * 1.3, 4);
  const band = Math.abs(Math.sin((x * 0.9 + y * 1.4 - z * 0.6 + warp * 4.2) * 2.1));
  const line = ramp(0.16, 0, band) * ramp(0.35, 0.7, fractal3(x + 7, y, z, 3));
  const cloud = fractal3(x * 3, y * 3 + 5, z * 3, 4);
  const stone = mix(white, vein, line * 0.4);
  // Antique busts were painted: traces of it on hair, brows, eyes and lips.
  const place = toHead(x, y, z);
  const paint = facePaint(...place);
  const hair = mix(stone, umber, 0.85 * hairCover(...place));
  const tinted = mix(mix(hair, umber, 0.9 * paint.dark), terracotta, 0.5 * paint.red);
  return {
    albedo: scale(tinted, 0.9 + 0.16 * cloud),
    gloss: 0.025,
    roughness: 0.4,
    soak: 0.1,
  };
}

const lights: readonly Light[] = [
  {
    centre: [-5.4, 7.6, 6.4],
    u: scale(normalize([6.4, 0, 5.4]), 1.1),
    v: [0, 1.1, 0],
    facing: normalize([5.4, -7.6, -6.4]),
    radiance: scale([1, 0.92, 0.8], 80),
  },
  {
    centre: [5.6, 2.4, -5.5],
    u: scale(normalize([5.5, 0, 5.6]), 0.9),
    v: [0, 1.6, 0],
    facing: normalize([-5.6, -2.6, 5.5]),
    radiance: scale([0.72, 0.86, 1], 20),
  },
];

const dusk = linear(0x181b20);
const haze = linear(0x4a443c);

/** Backdrop: lit behind the shadow side of the face, so that both profiles stand out. */
function backdrop([x, y, z]: Vec): Vec {
  if (z > 0) return [0.04, 0.042, 0.048];
  const glow = Math.exp(-((x - 0.13) ** 2 + (y - 0.0) ** 2) * 14);
  return mix(dusk, haze, glow);
}

export const bust: Scene = {
  name: 'bust',
  width: 768,
  height: 768,
  format: 'jpeg',
  prepare: (size) => {
    const cell = clamp(17 / size.width, 0.022, 0.3);
    const distance = bake(figure, low, high, cell);
    const e = 0.006;
    const solid = {
      low,
      high,
      grain: cell,
      distance,
      slope: (x: number, y: number, z: number): Vec => [
        figure(x + e, y, z) - figure(x - e, y, z),
        figure(x, y + e, z) - figure(x, y - e, z),
        figure(x, y, z + e) - figure(x, y, z - e),
      ],
      surface: marble,
    };
    const camera = createCamera({
      eye: [0, -0.1, 14],
      target: [0.03, 0.0, 0],
      fov: 12.2,
      aperture: 0,
      focus: 14,
      aspect: size.width / size.height,
    });
    const world = { solids: [solid], lights, sky: backdrop, splits: 3 };
    return photograph(
      {
        world,
        camera,
        film: { exposure: 1.45, contrast: 0.4 },
        samples: { least: 16, most: 32 },
        tolerance: 0.012,
      },
      size,
    );
  },
};
