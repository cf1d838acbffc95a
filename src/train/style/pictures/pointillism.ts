// Pointillism: round dabs of pure colours, beside their complements, that mix in the eye.
import { createRandom } from '../../random.ts';
import { type Colour, EDGE, hex, mapColour, noise, ramp, rgb, svgOf, varied } from './canvas.ts';

const COLOURS: readonly Colour[] = [
  '2b3a8f',
  '3f7fbf',
  '63b0a8',
  '7fb24a',
  'f0d858',
  'f29b3a',
  'd9566b',
  '8c4a9e',
].map(hex);

export function pointillism(seed: number): string {
  const random = createRandom(seed, 7);
  const tone = noise(seed + 9, 100, 2);
  const shade = noise(seed + 10, 70, 2);
  const elements: string[] = [];
  for (let n = 0; n < 7600; n += 1) {
    const [x, y] = [random.uniform(-4, EDGE + 4), random.uniform(-4, EDGE + 4)];
    const other = random.chance(0.22);
    const t = tone(x, y) + (other ? 0.45 : 0.07 * random.normal());
    const lift = 70 * (shade(x, y) - 0.45);
    const base = ramp(COLOURS, t - Math.floor(t));
    const colour = varied(
      random,
      mapColour(base, (v) => v + lift),
      12,
      12,
    );
    const radius = random.uniform(2.2, 3.9);
    elements.push(
      `<ellipse cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" rx="${radius.toFixed(1)}" ry="${(0.85 * radius).toFixed(1)}" fill="${rgb(colour)}"/>`,
    );
  }
  return svgOf(elements, hex('efe6d2'));
}
