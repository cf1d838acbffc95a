// Watercolour: translucent washes with dark rims that run into each other, on white paper with grain.
import { createRandom, type Random } from '../../random.ts';
import {
  type Colour,
  EDGE,
  hex,
  mapColour,
  noise,
  type Point,
  polygon,
  rgb,
  scattered,
  svgOf,
  varied,
} from './canvas.ts';

const COLOURS: readonly Colour[] = [
  '2d7dd2',
  'e4577a',
  'f2b632',
  '3aa17e',
  '7b4fa3',
  'ef7f45',
  '4cc3d9',
  '254e9c',
].map(hex);

export function watercolor(seed: number): string {
  const random = createRandom(seed, 5);
  const elements: string[] = [];
  const family = noise(seed + 14, 120, 1);
  const washes = [
    ...scattered(random, 62),
    ...scattered(random, 48).filter(() => random.chance(0.4)),
  ];
  for (const [n, at] of washes.entries()) {
    const size = random.chance(0.6) ? random.uniform(32, 58) : random.uniform(10, 24);
    const pick = Math.floor(8 * family(...at) + random.uniform(0, 2) + (n % 2)) % COLOURS.length;
    const colour = varied(random, COLOURS[pick]!, 10, 10);
    const shape = blob(random, at, size);
    const layers = 11;
    for (let i = 0; i < layers; i += 1) {
      elements.push(polygon(rough(random, shape, 0.09 * size), rgb(colour), 'opacity="0.06"'));
    }
    elements.push(
      polygon(
        rough(random, shape, 0.03 * size),
        'none',
        `stroke="${rgb(mapColour(varied(random, colour, 4), (v) => 0.72 * v))}" stroke-width="1.4" opacity="0.5" stroke-linejoin="round"`,
      ),
    );
  }
  for (let n = 0; n < 150; n += 1) {
    const [x, y] = [random.uniform(0, EDGE), random.uniform(0, EDGE)];
    const size = random.uniform(0.6, 2.6);
    elements.push(
      `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${size.toFixed(1)}" fill="${rgb(random.pick(COLOURS))}" opacity="${random.uniform(0.2, 0.7).toFixed(2)}"/>`,
    );
  }
  const grain = `<filter id="paper" x="0" y="0" width="100%" height="100%"><feTurbulence type="fractalNoise" baseFrequency="0.35" numOctaves="3" seed="${seed}"/><feColorMatrix values="0 0 0 0 0.25  0 0 0 0 0.2  0 0 0 0 0.3  0.55 0 0 0 -0.2"/></filter>`;
  elements.push('<rect width="100%" height="100%" filter="url(#paper)" opacity="0.5"/>');
  return svgOf(elements, hex('fdfaf3'), grain);
}

function blob(random: Random, [x, y]: Point, size: number): Point[] {
  const waves = Array.from(
    { length: 5 },
    () => [random.uniform(0, 6.3), random.uniform(0, 0.28)] as const,
  );
  return Array.from({ length: 72 }, (_, i): Point => {
    const a = (i / 72) * 2 * Math.PI;
    const r =
      size *
      (1 +
        waves.reduce(
          (sum, [phase, height], k) =>
            sum + (height * Math.sin((k + 1) * a + phase)) / (1 + 0.4 * k),
          0,
        ));
    return [x + r * Math.cos(a), y + r * Math.sin(a)];
  });
}

const rough = (random: Random, shape: readonly Point[], by: number): Point[] =>
  shape.map(([x, y]) => [x + by * random.normal(), y + by * random.normal()]);
