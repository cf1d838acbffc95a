// Chooses the palette of a picture: the centres of its colours' clusters in OKLab.
import { tensor2d } from '@tensorflow/tfjs-core';
import { type Pace, portion } from '../../timing.ts';
import { byteOfLinear } from '../colour/colour.ts';
import { linearOfDoubled } from '../colour/oklab.ts';
import type { Straight } from '../picture/straight.ts';
import { clustered } from './cluster.ts';
import { colourHistogram, type Histogram } from './histogram.ts';
import { createPalette, type Palette } from './palette.ts';

// Rough shares of counting colours and of finding their clusters.
const SHARES = { count: 0.6, cluster: 0.4 };

/** A palette of at most `colours` (2…256) for the pixels that are at least half opaque, dark to light. A picture with no more colours than that keeps all of them. A palette has at least two colours: if the picture has fewer, black or white is added. */
export async function quantise(picture: Straight, colours: number, pace: Pace): Promise<Palette> {
  const histogram = await colourHistogram(picture, portion(pace, SHARES.count));
  const centres = histogram.count <= colours ? histogram.lab : centresOf(histogram, colours);
  await pace(SHARES.cluster);
  const found = [...new Set(hexColours(centres))];
  for (const filler of ['000000', 'ffffff']) {
    if (found.length < 2 && !found.includes(filler)) found.push(filler);
  }
  const { hex, lab } = createPalette(found);
  const order = hex.map((text, i) => ({ text, lightness: lab[3 * i]! }));
  order.sort((x, y) => x.lightness - y.lightness || (x.text < y.text ? -1 : 1));
  return createPalette(order.map(({ text }) => text.slice(1)));
}

/** L, 2a, 2b of so many centres. */
function centresOf({ count, lab, weight }: Histogram, centres: number): Float32Array {
  const stride = 8 * Math.ceil(count / 8);
  const values = new Float32Array(4 * stride);
  for (let i = 0; i < 3 * count; i++) values[(i % 3) * stride + Math.floor(i / 3)] = lab[i]!;
  values.set(weight, 3 * stride);
  const colours = tensor2d(values, [4, stride]);
  const found = clustered(colours, { used: count, centres });
  colours.dispose();
  const four = found.dataSync<'float32'>();
  found.dispose();
  return Float32Array.from(
    { length: 3 * centres },
    (_, i) => four[4 * Math.floor(i / 3) + (i % 3)]!,
  );
}

function hexColours(lab: Float32Array): string[] {
  const rgb = new Float64Array(3);
  return Array.from({ length: lab.length / 3 }, (_, i) => {
    const [lightness, a, b] = lab.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number];
    linearOfDoubled(lightness, a, b, rgb);
    // Rounding errors of the matrices leave a little chroma in grey, which could change an 8-bit level.
    if (Math.hypot(a, b) < 1e-4) rgb.fill(lightness ** 3);
    return Array.from(rgb, (v) => byteOfLinear(v).toString(16).padStart(2, '0')).join('');
  });
}
