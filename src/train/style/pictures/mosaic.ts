// A Roman mosaic: small stones in curved rows, terracotta and ivory around lapis and turquoise, with grey grout.
import { createRandom } from '../../random.ts';
import {
  type Colour,
  EDGE,
  hex,
  noise,
  type Point,
  polygon,
  rgb,
  svgOf,
  varied,
} from './canvas.ts';

const COLOURS: readonly Colour[] = [
  'f2e3c6',
  'c8553d',
  '1b4965',
  'd9a441',
  '5fa8a0',
  '7f2f1d',
  'ead2ac',
  '2f6690',
].map(hex);
const STONE = 11;
const GROUT = 1.9;

export function mosaic(seed: number): string {
  const random = createRandom(seed, 2);
  const centres: Point[] = [
    [70, 90],
    [250, 60],
    [170, 210],
    [20, 280],
    [310, 270],
  ];
  const wobble = noise(seed + 3, 60, 1);
  const elements: string[] = [];
  for (const [n, centre] of centres.entries()) {
    const band = 2 + (n % 2);
    for (let ring = 0; ring < 34; ring += 1) {
      const radius = STONE * (ring + 0.5);
      const count = Math.max(3, Math.round((2 * Math.PI * radius) / (STONE * 1.08)));
      const start = random.uniform(0, 6);
      for (let i = 0; i < count; i += 1) {
        const middle = start + ((i + 0.5) / count) * 2 * Math.PI;
        const at = around(centre, radius, middle);
        if (outside(at) || nearest(centres, at) !== n) continue;
        const half = Math.PI / count;
        const shrink = GROUT / 2 / radius;
        const [inner, outer] = [radius - STONE / 2 + GROUT / 2, radius + STONE / 2 - GROUT / 2];
        const corner = (r: number, a: number): Point => {
          const [x, y] = around(centre, r, a);
          return [x + 0.7 * random.normal(), y + 0.7 * random.normal()];
        };
        const colour =
          COLOURS[(Math.floor((ring + 2.2 * wobble(...at)) / band) + 2 * n) % COLOURS.length]!;
        const stone = varied(random, colour, 15, 6);
        const points = [
          corner(inner, middle - half + shrink),
          corner(outer, middle - half + shrink),
          corner(outer, middle + half - shrink),
          corner(inner, middle + half - shrink),
        ];
        elements.push(polygon(points, rgb(stone)));
        const [x, y] = at;
        elements.push(
          `<ellipse cx="${(x - 1.2).toFixed(1)}" cy="${(y - 1.4).toFixed(1)}" rx="2.6" ry="2" fill="white" opacity="${random.uniform(0.04, 0.22).toFixed(2)}"/>`,
        );
      }
    }
  }
  return svgOf(elements, hex('4a4540'));
}

const around = ([x, y]: Point, radius: number, angle: number): Point => [
  x + radius * Math.cos(angle),
  y + radius * Math.sin(angle),
];

const outside = ([x, y]: Point): boolean => x < -8 || y < -8 || x > EDGE + 8 || y > EDGE + 8;

function nearest(points: readonly Point[], [x, y]: Point): number {
  const distances = points.map(([px, py]) => Math.hypot(px - x, py - y));
  return distances.indexOf(Math.min(...distances));
}
