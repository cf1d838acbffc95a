// Stained glass: panes of deep colours that glow in their middle, in black lead.
import { createRandom } from '../../random.ts';
import {
  type Colour,
  hex,
  mixColours,
  noise,
  type Point,
  polygon,
  polyline,
  rgb,
  scattered,
  svgOf,
  varied,
  voronoiCell,
} from './canvas.ts';

const COLOURS: readonly Colour[] = [
  'b3122d',
  '0b3fae',
  '087f4f',
  'f2a20c',
  '5b1a8b',
  '0f9bc7',
  'e8541e',
  'f6d743',
  '13235b',
].map(hex);
const LEAD = hex('0b0a0f');

export function glass(seed: number): string {
  const random = createRandom(seed, 4);
  const sites: Point[] = [
    ...rosette(),
    ...scattered(random, 19).filter(
      ([x, y]) => Math.hypot(x - 160, y - 150) > 116 && random.chance(0.42),
    ),
  ];
  const family = noise(seed + 5, 100, 1);
  const defs: string[] = [];
  const panes = sites.flatMap((site, i) => {
    const cell = voronoiCell(site, sites);
    if (cell.length < 3) return [];
    const pick = Math.floor(family(...site) * 9 + random.uniform(0, 2.4)) % COLOURS.length;
    const base = varied(random, COLOURS[pick]!, 14, 8);
    const glow = mixColours(base, [255, 250, 220], random.uniform(0.25, 0.6));
    const dark = mixColours(base, [5, 0, 20], 0.45);
    defs.push(
      `<radialGradient id="g${i}" cx="${random.uniform(0.3, 0.7).toFixed(2)}" cy="${random.uniform(0.3, 0.7).toFixed(2)}" r="0.72"><stop offset="0" stop-color="${rgb(glow)}"/><stop offset="0.55" stop-color="${rgb(base)}"/><stop offset="1" stop-color="${rgb(dark)}"/></radialGradient>`,
    );
    return [
      polygon(
        cell,
        `url(#g${i})`,
        `stroke="${rgb(LEAD)}" stroke-width="5" stroke-linejoin="round"`,
      ),
      polyline(cell, '#6a6a78', 0.8, 'opacity="0.55"'),
    ];
  });
  return svgOf(panes, LEAD, defs.join(''));

  /** Rings of panes around a middle. */
  function rosette(): Point[] {
    const rings: [radius: number, count: number][] = [
      [0, 1],
      [24, 6],
      [52, 10],
      [82, 14],
      [106, 18],
    ];
    return rings.flatMap(([radius, count], n) =>
      Array.from({ length: count }, (_, i): Point => {
        const a = ((i + 0.5 * (n % 2)) / count) * 2 * Math.PI;
        return [160 + radius * Math.cos(a), 150 + radius * Math.sin(a)];
      }),
    );
  }
}
