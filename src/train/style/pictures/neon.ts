// Neon: glowing tubes of magenta, cyan and yellow, nested around each other, in a night of indigo.
import { createRandom } from '../../random.ts';
import { contour, hex, noise, rgb, segmentsPath, svgOf } from './canvas.ts';

const COLOURS = ['ff2bd6', '00e5ff', '8a3dff', 'ffe04a', 'ff3b6b', '2bff9e'].map(hex);
const NIGHT = hex('07051a');

export function neon(seed: number): string {
  const random = createRandom(seed, 8);
  const form = noise(seed + 11, 120, 2);
  const fine = noise(seed + 12, 52, 1);
  const haze = noise(seed + 13, 90, 1);
  const elements: string[] = [];
  for (let n = 0; n < 60; n += 1) {
    const [x, y] = [random.uniform(0, 320), random.uniform(0, 320)];
    const colour = COLOURS[Math.floor(haze(x, y) * 5.99)]!;
    elements.push(
      `<circle cx="${x.toFixed(0)}" cy="${y.toFixed(0)}" r="${random.uniform(18, 46).toFixed(0)}" fill="${rgb(colour)}" opacity="0.045" filter="url(#wide)"/>`,
    );
  }
  const tubes = Array.from({ length: 11 }, (_, i) => ({
    field: form,
    level: 0.1 + 0.08 * i,
    colour: COLOURS[i % COLOURS.length]!,
    width: i % 3 === 1 ? 3.4 : 2.2,
  }));
  const sparks = [0.3, 0.72].map((level, i) => ({
    field: fine,
    level,
    colour: COLOURS[(2 * i + 1) % COLOURS.length]!,
    width: 1.3,
  }));
  for (const { field, level, colour, width } of [...sparks, ...tubes]) {
    const path = segmentsPath(contour(field, level, 4));
    const line = (w: number, stroke: string, more: string): string =>
      `<path d="${path}" stroke="${stroke}" stroke-width="${w}" stroke-linecap="round" fill="none" ${more}/>`;
    elements.push(
      line(3.2 * width, rgb(colour), 'opacity="0.5" filter="url(#wide)"'),
      line(1.9 * width, rgb(colour), 'opacity="0.75" filter="url(#near)"'),
      line(width, rgb(colour), ''),
      line(0.42 * width, '#fff', 'opacity="0.9"'),
    );
  }
  const blur = (id: string, by: number): string =>
    `<filter id="${id}" x="-20%" y="-20%" width="140%" height="140%"><feGaussianBlur stdDeviation="${by}"/></filter>`;
  return svgOf(elements, NIGHT, blur('wide', 6) + blur('near', 2));
}
