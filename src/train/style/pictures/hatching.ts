// Pen and ink: hatching in up to five directions over warm paper, darker where more layers cross, with contours.
import { createRandom } from '../../random.ts';
import {
  contour,
  EDGE,
  hex,
  noise,
  type Point,
  polyline,
  rgb,
  segmentsPath,
  svgOf,
  varied,
} from './canvas.ts';

const PAPER = hex('f6ecd6');
const INK = hex('1b1f3a');
/** Directions in radians, distance of lines in pixels, and the tone below which a layer is drawn. */
const LAYERS = [
  { angle: 0.78, distance: 6.5, below: 0.84 },
  { angle: -0.75, distance: 6, below: 0.6 },
  { angle: 0.15, distance: 5, below: 0.44 },
  { angle: 1.45, distance: 4.5, below: 0.31 },
  { angle: 0.5, distance: 3.6, below: 0.2 },
];

export function hatching(seed: number): string {
  const random = createRandom(seed, 3);
  const light = noise(seed + 4, 84, 2);
  const elements: string[] = [];
  for (const { angle, distance, below } of LAYERS) {
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    for (let d = -EDGE; d < EDGE; d += distance) {
      const bow = 8 * random.normal();
      const end = 0.03 * random.normal();
      let run: Point[] = [];
      const flush = (): void => {
        if (run.length > 3) {
          const width = random.uniform(0.9, 1.7);
          elements.push(polyline(run, rgb(varied(random, INK, 8, 4)), width));
        }
        run = [];
      };
      for (let t = -EDGE; t < EDGE; t += 3) {
        const side = d + bow * Math.cos(t / 140) + 0.25 * random.normal();
        const x = EDGE / 2 + t * cos - side * sin;
        const y = EDGE / 2 + t * sin + side * cos;
        const inside = x > -6 && y > -6 && x < EDGE + 6 && y < EDGE + 6;
        const drawn = inside && light(x, y) < below + end;
        if (drawn) run.push([x, y]);
        if (!drawn || random.chance(0.012)) flush();
      }
      flush();
    }
  }
  for (const [level, width] of [
    [0.38, 2.4],
    [0.6, 1.6],
  ] as const) {
    elements.push(
      `<path d="${segmentsPath(contour(light, level))}" stroke="${rgb(INK)}" stroke-width="${width}" stroke-linecap="round" fill="none"/>`,
    );
  }
  return svgOf(elements, PAPER);
}
