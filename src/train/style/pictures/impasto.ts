// Thick brush strokes with bristles, broad ones first, in the colours of a sunset over water.
import { createRandom } from '../../random.ts';
import {
  type Colour,
  EDGE,
  flowLine,
  hex,
  mixColours,
  noise,
  type Point,
  polyline,
  ramp,
  rgb,
  svgOf,
  varied,
} from './canvas.ts';

const COLOURS = [
  '14213d',
  '1d4e89',
  '2a9d8f',
  'e9c46a',
  'f4a261',
  'e76f51',
  '9b2226',
  'fefae0',
].map(hex);
/** Layers from broad to fine: width and length of strokes, and their distance. */
const LAYERS = [
  { width: 26, length: 90, count: 220 },
  { width: 17, length: 70, count: 420 },
  { width: 10, length: 46, count: 620 },
  { width: 6, length: 26, count: 380 },
];

export function impasto(seed: number): string {
  const random = createRandom(seed, 1);
  const turn = noise(seed + 1, 110, 2);
  const angle = (x: number, y: number): number => 2.4 * Math.PI * turn(x, y);
  const tone = noise(seed + 2, 95, 3);
  const elements = LAYERS.flatMap(({ width, length, count }) =>
    Array.from({ length: count }, () => {
      const at: Point = [random.uniform(-10, EDGE + 10), random.uniform(-10, EDGE + 10)];
      const line = flowLine(angle, at, length * random.uniform(0.6, 1.2));
      const base = varied(random, ramp(COLOURS, tone(...at) + 0.06 * random.normal()), 10, 8);
      return stroke(line, width * random.uniform(0.7, 1.2), base);
    }),
  );
  return svgOf(elements.flat(), COLOURS[1]!);

  function stroke(line: readonly Point[], width: number, base: Colour): string {
    const bristles = Math.max(4, Math.round(width / 2));
    const parts = Array.from({ length: bristles }, (_, i) => {
      const offset = ((i + 0.5) / bristles - 0.5) * width;
      const moved = shifted(line, offset);
      // Ridges of paint catch light on one side.
      const light = 34 * Math.sin((3.1 * Math.PI * i) / bristles) + 12 * random.normal();
      const colour = mixColours(
        base,
        light > 0 ? [255, 250, 235] : [10, 10, 30],
        Math.abs(light) / 160,
      );
      const cut = Math.floor(random.uniform(0, 3));
      return polyline(
        moved.slice(cut, moved.length - Math.floor(random.uniform(0, 3))),
        rgb(colour),
        (1.25 * width) / bristles,
      );
    });
    const edge = polyline(
      shifted(line, width / 2),
      rgb(mixColours(base, [5, 5, 20], 0.45)),
      1.1,
      'opacity="0.7"',
    );
    return [edge, ...parts].join('');
  }
}

/** The line moved sideways. */
function shifted(line: readonly Point[], offset: number): Point[] {
  return line.map(([x, y], i) => {
    const [ax, ay] = line[Math.max(0, i - 1)]!;
    const [bx, by] = line[Math.min(line.length - 1, i + 1)]!;
    const length = Math.hypot(bx - ax, by - ay) || 1;
    return [x - ((by - ay) / length) * offset, y + ((bx - ax) / length) * offset];
  });
}
