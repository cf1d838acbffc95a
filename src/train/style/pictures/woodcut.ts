// A woodcut: cream paper shows where the block was carved, along its curves, out of black; a second block prints red.
import { createRandom } from '../../random.ts';
import {
  contour,
  flowLine,
  hex,
  noise,
  polygon,
  rgb,
  scattered,
  segmentsPath,
  spindle,
  svgOf,
} from './canvas.ts';

const INK = hex('14110f');
const PAPER = hex('efe3c8');
const RED = hex('b5301f');

export function woodcut(seed: number): string {
  const random = createRandom(seed, 6);
  const form = noise(seed + 6, 105, 2);
  const light = noise(seed + 7, 120, 2);
  const red = noise(seed + 18, 75, 1);
  // Cuts follow the lines of equal height.
  const angle = (x: number, y: number): number => {
    const dx = form(x + 2, y) - form(x - 2, y);
    const dy = form(x, y + 2) - form(x, y - 2);
    return Math.atan2(dy, dx) + Math.PI / 2;
  };
  const elements: string[] = [];
  for (const at of scattered(random, 6.2)) {
    const bright = light(...at);
    const width = 5.4 * bright * random.uniform(0.75, 1.15) + 0.4;
    if (bright < 0.22 && random.chance(0.75)) continue;
    const line = flowLine(angle, at, random.uniform(22, 46), 3);
    const shape = spindle(line, (t) => width * Math.sin(Math.PI * t) ** 0.7);
    elements.push(polygon(shape, rgb(red(...at) > 0.66 ? RED : PAPER)));
  }
  for (const level of [0.36, 0.62]) {
    elements.push(
      `<path d="${segmentsPath(contour(form, level))}" stroke="${rgb(INK)}" stroke-width="4.2" stroke-linecap="round" fill="none"/>`,
    );
  }
  return svgOf(elements, INK);
}
