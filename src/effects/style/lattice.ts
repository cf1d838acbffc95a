// Removes the lattice that the transfer network leaves: it enlarges twice by repeating pixels, so each place of its 4×4 grid has a tone of its own.
import type { Rgb } from '../../nets/rgb.ts';
import { eachBand, type Pace, portion } from '../../timing.ts';

/** Period of the lattice, in px. */
const PERIOD = 4;
/** Sides from which the means of the 16 places are the network's and not the content's, in px. */
const LEAST_SIDE = 96;
/** Largest correction, in sRGB codes; the network's own are up to 0.04. */
const MOST = 0.05;

/** Takes the mean colour of each of the 16 places to that of the picture, in place. Small pictures stay as they are. */
export async function removeLattice(painted: Rgb, pace: Pace): Promise<void> {
  const { width, height, data } = painted;
  if (Math.min(width, height) < LEAST_SIDE) return;
  const { sums, counts } = await sumsByPlace(painted, portion(pace, 0.5));
  const offsets = sums.map((sum, i) => {
    const [place, c] = [Math.floor(i / 3), i % 3];
    let whole = 0;
    for (let k = c; k < sums.length; k += 3) whole += sums[k]!;
    const off = whole / (width * height) - sum / counts[place]!;
    return Math.min(MOST, Math.max(-MOST, off));
  });
  await eachBand(height, portion(pace, 0.5), (first, end) => {
    for (let y = first; y < end; y++) {
      const row = 3 * PERIOD * (y % PERIOD);
      for (let x = 0, i = 3 * width * y; x < width; x++, i += 3) {
        const at = row + 3 * (x % PERIOD);
        for (let c = 0; c < 3; c++) data[i + c]! += offsets[at + c]!;
      }
    }
  });
}

/** Sums of red, green and blue and numbers of pixels, by place in the grid. */
async function sumsByPlace({ width, height, data }: Rgb, pace: Pace) {
  const sums = new Float64Array(3 * PERIOD ** 2);
  const counts = new Float64Array(PERIOD ** 2);
  await eachBand(height, pace, (first, end) => {
    for (let y = first; y < end; y++) {
      const row = PERIOD * (y % PERIOD);
      for (let x = 0, i = 3 * width * y; x < width; x++, i += 3) {
        const place = row + (x % PERIOD);
        counts[place]! += 1;
        for (let c = 0; c < 3; c++) sums[3 * place + c]! += data[i + c]!;
      }
    }
  });
  return { sums, counts };
}
