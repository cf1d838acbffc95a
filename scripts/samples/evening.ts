// What the painted sample shows: an evening sky in swirls over hills, a village, wheat and cypresses.
import { lerp, ramp } from './curve.ts';
import {
  cypress,
  farHues,
  furrow,
  hillHues,
  leafLight,
  type Place,
  pick,
  poppy,
  rose,
  wheat,
} from './evening-place.ts';
import { skyAt } from './evening-sky.ts';
import { houseAt, houses, treeAt } from './evening-things.ts';
import { chance, fractal2, noise2 } from './noise.ts';
import type { Point } from './outline.ts';
import { mix } from './vector.ts';

const farTop = (x: number): number =>
  372 -
  34 * Math.exp(-(((x - 250) / 130) ** 2)) -
  24 * Math.exp(-(((x - 640) / 150) ** 2)) +
  9 * Math.sin(x / 47);
const hillTop = (x: number): number =>
  416 -
  22 * Math.exp(-(((x - 90) / 170) ** 2)) -
  26 * Math.exp(-(((x - 430) / 120) ** 2)) +
  6 * Math.sin(x / 61 + 2);
const fieldTop = (x: number): number => 458 + 13 * Math.sin(x / 150 + 0.7);

function fieldAt(x: number, y: number): Place {
  const depth = (y - 430) / 210;
  // Rows run to a point on the horizon.
  const row = (x - 470) / (0.16 + depth);
  const ridge = 0.5 + 0.5 * Math.sin(row / 46);
  const stalk = noise2(x / 14, y / 34, 31) - 0.5;
  const lean = -0.28 + 0.9 * stalk + 0.0007 * (x - 470);
  const along: Point = [(470 - x) * 0.9, 395 - y];
  const near = ramp(0.1, 0.5, depth);
  const way: Point = [lerp(along[0] / 200, lean, near), lerp(along[1] / 200 - 0.06, -1, near)];
  const length = Math.hypot(...way) || 1;
  return {
    part: 'field',
    way: [way[0] / length, way[1] / length],
    colour: (a, b) => {
      const shade = ridge + 0.5 * (noise2(x / 60, y / 26, 32) - 0.5) + 0.3 * (b - 0.5);
      if (shade < 0.3) return pick(furrow, a);
      const warm = mix(pick(wheat, a), pick(rose, b), 0.25 * (1 - near));
      return shade < 0.5 ? mix(warm, pick(furrow, b), 0.5) : warm;
    },
  };
}

/** Direction along the top of a ridge. */
function slopeWay(top: (x: number) => number, x: number): Point {
  const rise = (top(x + 4) - top(x - 4)) / 8;
  const length = Math.hypot(1, rise);
  return [1 / length, rise / length];
}

/** The motif at (`x`, `y`) of a canvas 768 wide and 640 high. */
export function placeAt(x: number, y: number): Place {
  const tree = treeAt(x, y);
  if (tree) return tree;
  if (y > fieldTop(x)) return fieldAt(x, y);
  const house = houseAt(x, y);
  if (house) return house;
  if (y > hillTop(x)) {
    const bush = fractal2(x / 26, y / 13, 2, 41);
    if (bush > 0.56 && y > hillTop(x) + 8) {
      const turn = 6 * noise2(x / 9, y / 9, 42);
      return {
        part: 'bush',
        way: [Math.cos(turn), Math.sin(turn)],
        colour: (a, b) => pick(b < 0.55 ? cypress : leafLight, a),
      };
    }
    const patch = noise2(x / 55, y / 16, 43);
    return {
      part: 'hill',
      way: slopeWay(hillTop, x),
      colour: (a, b) =>
        patch + 0.3 * (b - 0.5) > 0.6
          ? mix(pick(wheat, a), pick(hillHues, b), 0.4)
          : pick(hillHues, a),
    };
  }
  if (y > farTop(x)) {
    const light = ramp(farTop(x) + 22, farTop(x), y);
    return {
      part: 'far',
      way: slopeWay(farTop, x),
      colour: (a, b) => mix(pick(farHues, a), pick(rose, b), light * 0.35 * ramp(330, 560, x)),
    };
  }
  return skyAt(x, y);
}

/** Short dark lines that a painter sets under the ridges and along the houses. */
export const contours: readonly Point[][] = [
  ...[farTop, hillTop, fieldTop].flatMap((top, n) =>
    Array.from({ length: 44 }, (_, k): Point[] => {
      const from = 18 * k - 10 + 8 * chance(k, n, 54);
      const steps = 3 + Math.floor(4 * chance(k, n, 55));
      return Array.from({ length: steps }, (_, i): Point => {
        const x = from + 4 * i;
        return [x, top(x) + 2.4 * (noise2(x / 9, n, 56) - 0.5)];
      });
    }).filter((line) =>
      line.every(([x, y]) => treeAt(x, y) === undefined && houseAt(x, y - 3) === undefined),
    ),
  ),
  ...houses.flatMap(({ x, y, width, wall: high, roof: steep }): Point[][] => {
    const half = width / 2 + 1;
    const eaves = y - high;
    return [
      [
        [x - half, eaves],
        [x, eaves - steep],
      ],
      [
        [x, eaves - steep],
        [x + half, eaves],
      ],
      [
        [x - half + 1, eaves],
        [x - half + 1.5, y],
      ],
      [
        [x + half - 1, eaves],
        [x + half - 1.5, y],
      ],
    ];
  }),
];

/** Poppies: places and colours of red dabs, larger towards the viewer. */
export const poppies = Array.from({ length: 230 }, (_, i) => {
  const y = lerp(486, 634, chance(i, 1, 51) ** 0.8);
  const x = 240 + 540 * chance(i, 2, 51);
  const clump = noise2(x / 70, y / 30, 52);
  return {
    at: [x, y] as Point,
    size: lerp(3, 12, (y - 480) / 160) * lerp(0.7, 1.2, chance(i, 4, 51)),
    colour: pick(poppy, chance(i, 3, 51)),
    clump,
  };
}).filter(({ clump }) => clump > 0.5);
