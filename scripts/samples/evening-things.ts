// What stands in the painted landscape: the village and the cypresses.
import { ramp } from './curve.ts';
import { cypress, leafLight, type Place, pick, roof, wall, wallShade } from './evening-place.ts';
import { noise2 } from './noise.ts';

type House = { x: number; y: number; width: number; wall: number; roof: number };

export const houses: readonly House[] = [
  { x: 508, y: 442, width: 38, wall: 20, roof: 17 },
  { x: 553, y: 448, width: 32, wall: 18, roof: 15 },
  { x: 640, y: 446, width: 46, wall: 22, roof: 19 },
  { x: 690, y: 440, width: 28, wall: 17, roof: 13 },
  { x: 596, y: 446, width: 20, wall: 46, roof: 46 },
];

/** The house at (`x`, `y`), if one is there. */
export function houseAt(x: number, y: number): Place | undefined {
  for (const house of houses) {
    const dx = x - house.x;
    const up = house.y - y;
    if (Math.abs(dx) > house.width / 2 + 2 || up < 0 || up > house.wall + house.roof) continue;
    if (up > house.wall) {
      const half = (house.width / 2 + 2) * (1 - (up - house.wall) / house.roof);
      if (Math.abs(dx) > half) continue;
      return {
        part: 'house',
        way: dx < 0 ? [0.6, -0.8] : [0.6, 0.8],
        colour: (a) => pick(roof, a),
      };
    }
    if (Math.abs(dx) > house.width / 2) continue;
    const lit = dx > -house.width * 0.12;
    return { part: 'house', way: [0, 1], colour: (a) => pick(lit ? wall : wallShade, a) };
  }
  return undefined;
}

type Tree = { x: number; foot: number; top: number; half: number };

const cypresses: readonly Tree[] = [
  { x: 128, foot: 705, top: 44, half: 50 },
  { x: 205, foot: 680, top: 226, half: 33 },
];

/** The cypress at (`x`, `y`), if one is there. */
export function treeAt(x: number, y: number): Place | undefined {
  for (const { x: cx, foot, top, half } of cypresses) {
    const t = (foot - y) / (foot - top);
    if (t < 0 || t > 1) continue;
    const sway = 13 * Math.sin(t * 5.2 + cx) * (0.3 + t);
    const flame = 0.2 * noise2(x / 22, y / 48, 21) + 0.13 * Math.sin(y / 19 + (x > cx ? 2 : 0));
    const reach =
      half *
      (Math.sin(Math.PI * (0.22 + 0.78 * t) ** 0.85) ** 0.75 + flame) *
      ramp(-0.02, 0.1, 1 - t);
    const dx = x - cx - sway;
    if (Math.abs(dx) > reach) continue;
    const lean = 0.45 * (dx / half) + 0.55 * Math.sin(y / 34 + dx / 15 + cx);
    const length = Math.hypot(lean, 1);
    const lit = ramp(-0.1, 0.8, dx / reach) * 0.5 + 0.42 * noise2(dx / 8, y / 60, 22);
    return {
      part: 'tree',
      way: [lean / length, -1 / length],
      colour: (a, b) => (lit + 0.35 * (b - 0.5) > 0.52 ? pick(leafLight, a) : pick(cypress, a)),
    };
  }
  return undefined;
}
