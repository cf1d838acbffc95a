// A small blur of one plane: binomial weights, which are a Gaussian of one pixel's sigma.
import type { Size } from '../../src/image.ts';
import { eachBand, type Pace } from '../../src/timing.ts';

/** Each value's weighted mean with its two neighbours to every side, 1 4 6 4 1 in both directions; the edge is repeated outside the plane. `width · height` values. */
export async function binomialBlur(
  plane: Float32Array,
  { width, height }: Size,
  pace: Pace,
): Promise<Float32Array> {
  const out = new Float32Array(plane.length);
  const line = new Float32Array(width + 4);
  await eachBand(height, pace, (first, end) => {
    for (let y = first; y < end; y++) blurRow(plane, { width, height }, y, line, out);
  });
  return out;
}

function blurRow(
  plane: Float32Array,
  { width, height }: Size,
  y: number,
  line: Float32Array,
  out: Float32Array,
): void {
  const row = (dy: number): number => width * Math.min(height - 1, Math.max(0, y + dy));
  const [a, b, c, d, e] = [row(-2), row(-1), row(0), row(1), row(2)];
  for (let x = 0; x < width; x++) {
    line[x + 2] =
      plane[a + x]! + plane[e + x]! + 4 * (plane[b + x]! + plane[d + x]!) + 6 * plane[c + x]!;
  }
  line[0] = line[1] = line[2]!;
  line[width + 2] = line[width + 3] = line[width + 1]!;
  for (let x = 0, p = y * width; x < width; x++, p++) {
    out[p] = (line[x]! + line[x + 4]! + 4 * (line[x + 1]! + line[x + 3]!) + 6 * line[x + 2]!) / 256;
  }
}
