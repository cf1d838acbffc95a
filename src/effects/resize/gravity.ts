// `gravity=auto`: finds the crop that keeps the most of what people look at.
import type { Image, Size } from '../../image.ts';
import { slopesOf } from '../../tensor/filter/edges.ts';
import type { PixelWork } from '../../tensor/pixel-kernels.ts';
import { imageOf, lightOf } from '../../tensor/resample/convert.ts';
import { blockSource, imageSource } from '../../tensor/resample/light-rows.ts';
import { noPace, portion } from '../../timing.ts';
import { saliencyOf } from './saliency.ts';

// Longest side of the searched picture, in px: it still shows the detail that matters for a crop, and averages noise out.
const LONG_SIDE = 128;
// Windows with at least this share of the best window's energy count as equal; the one with its detail in the middle is taken.
const AS_GOOD = 0.99;
// Rough shares of shrinking the picture and of finding edges in the small one.
const SHARES = { shrink: 0.9, edges: 0.1 };

/** Centre, as fractions of width and height, of the `crop` (in pixels of the picture) with the most salient pixels, each axis on its own. The picture's centre if it is flat. */
export async function busiestPoint(
  picture: Image,
  crop: Size,
  { kernels, pace }: PixelWork,
): Promise<{ x: number; y: number }> {
  const work = (share: number): PixelWork => ({ kernels, pace: portion(pace, share) });
  const small = await shrunk(picture, work(SHARES.shrink));
  const { width, height } = small;
  const slopes = await slopesOf(small, { kernel: 'sobel', ...work(SHARES.edges) });
  const weights = saliencyOf(small, slopes);
  const columns = new Float64Array(width);
  const rows = new Float64Array(height);
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      columns[x]! += weights[p]!;
      rows[y]! += weights[p]!;
    }
  }
  return {
    x: busiestCentre(columns, crop.width / picture.width),
    y: busiestCentre(rows, crop.height / picture.height),
  };
}

/** The picture as means of squares of pixels. */
async function shrunk(picture: Image, { kernels, pace }: PixelWork): Promise<Image> {
  const factor = Math.ceil(Math.max(picture.width, picture.height) / LONG_SIDE);
  const source = blockSource(imageSource(picture), { x: factor, y: factor });
  return imageOf(await lightOf(source, { kernels, pace }), { kernels, pace: noPace });
}

/** Centre, as a fraction of the profile's length, of the window with the largest sum; `share` is the window's length as such a fraction. */
function busiestCentre(profile: Float64Array, share: number): number {
  const length = share * profile.length;
  const free = profile.length - length;
  if (free < 1e-6) return 0.5;
  const upTo = cumulative(profile);
  const steps = Math.ceil(free);
  const beginOf = (i: number): number => (i * free) / steps;
  const held = Float64Array.from(
    { length: steps + 1 },
    (_, i) => upTo(beginOf(i) + length) - upTo(beginOf(i)),
  );
  const most = held.reduce((a, b) => Math.max(a, b), 0);
  const good = (i: number): boolean => i >= 0 && i <= steps && held[i]! >= AS_GOOD * most;
  let first = nearestToMiddle(held, most);
  let last = first;
  while (good(first - 1)) first--;
  while (good(last + 1)) last++;
  const middle = centroid(profile, Math.floor(beginOf(first)), Math.ceil(beginOf(last) + length));
  const begin = Math.min(beginOf(last), Math.max(beginOf(first), middle - length / 2));
  return (begin + length / 2) / profile.length;
}

/** The integral of the profile up to a fractional position. */
function cumulative(profile: Float64Array): (position: number) => number {
  const sums = new Float64Array(profile.length + 1);
  for (let i = 0; i < profile.length; i++) {
    sums[i + 1] = sums[i]! + profile[i]!;
  }
  return (position) => {
    const i = Math.min(profile.length - 1, Math.floor(position));
    return sums[i]! + (position - i) * profile[i]!;
  };
}

/** Index of a value equal to `most`, the one nearest to the middle. */
function nearestToMiddle(held: Float64Array, most: number): number {
  const middle = (held.length - 1) / 2;
  let found = -1;
  for (let i = 0; i < held.length; i++) {
    const equal = held[i]! >= most * (1 - 1e-9);
    if (equal && (found < 0 || Math.abs(i - middle) < Math.abs(found - middle))) found = i;
  }
  return found;
}

/** Mean position, weighted by the profile, from `begin` to `end`; their middle if the profile is zero there. */
function centroid(profile: Float64Array, begin: number, end: number): number {
  let sum = 0;
  let moment = 0;
  for (let i = begin; i < Math.min(end, profile.length); i++) {
    sum += profile[i]!;
    moment += (i + 0.5) * profile[i]!;
  }
  return sum > 0 ? moment / sum : (begin + end) / 2;
}
