// A Gaussian blur of opaque pictures that is computed at each pixel in whole numbers of 16 bits, many rows at a time.
import type { Image } from '../../image.ts';
import { portion } from '../../timing.ts';
import { type PixelModule, type PixelWork, placed } from '../pixel-kernels.ts';
import { type Axis, gaussianAxis, gaussianReach } from '../resample/axis.ts';
import { type Columns, eachRun } from '../resample/light-rows.ts';
import { inStrips } from '../resample/strips.ts';
import { type WholeWeights, wholeWeights } from '../resample/whole-weights.ts';
import { bordersOf } from './blur-rows.ts';

type Blur = {
  image: Image;
  result: Image;
  reach: number;
  /** Weights of the rows, and of a pixel and those `reach` to each side; they add up to 2 to the power of `shift`. */
  down: WholeWeights & { axis: Axis };
  across: WholeWeights;
};

/** Rows that are made at a time, unless memory is short; an even number. */
const ROWS = 32;
/** Vectors are read and written whole, so many bytes beyond a row. */
const SPARE = 64;

/** Writes the blurred image; pixels outside have no weight. `sigma` in pixels; both images are opaque. */
export async function blurNearby(
  image: Image,
  result: Image,
  { sigma, kernels, pace }: PixelWork & { sigma: number },
): Promise<void> {
  const { width, height } = image;
  const reach = gaussianReach(sigma);
  const axis = gaussianAxis(height, { to: height, sigma });
  const middle = gaussianAxis(4 * reach + 1, { to: 4 * reach + 1, sigma });
  const begin = middle.offset[2 * reach]!;
  const blur: Blur = {
    image,
    result,
    reach,
    down: { axis, ...wholeWeights(axis) },
    across: wholeWeights({
      offset: Int32Array.of(0),
      count: Int32Array.of(2 * reach + 1),
      weights: middle.weights.subarray(begin, begin + 2 * reach + 1),
    }),
  };
  const module = kernels();
  const strips = inStrips({ first: 0, end: width }, (outputs) => stripOf(outputs, blur, module));
  for (const strip of strips) {
    const { first, end } = strip.outputs;
    const shared = portion(pace, (end - first) / width);
    await blurStrip(strip, blur, { kernels, pace: shared });
  }
}

/** Columns that are made together, the columns of the source that they need, addresses, and how many rows are made at a time. */
type Strip = {
  outputs: Columns;
  inputs: Columns;
  rows: number;
  areas: Record<'pixels' | 'ring' | 'weights' | 'sums' | 'across' | 'factors' | 'pairs', number>;
  /** Pairs of rows in the ring, and bytes of such a pair and of a row of sums. */
  slots: number;
  pairBytes: number;
  sumBytes: number;
};

function stripOf(outputs: Columns, { image, reach }: Blur, module: PixelModule): Strip | undefined {
  const inputs = {
    first: Math.max(0, outputs.first - reach),
    end: Math.min(image.width, outputs.end + reach),
  };
  const [from, to] = [inputs.end - inputs.first, outputs.end - outputs.first];
  const taps = reach + 1;
  const pairBytes = even(12 * from);
  const sumBytes = even(6 * (to + 2 * taps));
  for (let rows = ROWS; rows >= 2; rows /= 2) {
    const slots = rows / 2 + reach;
    const sizes = {
      // Pixels of the source, and then of the result.
      pixels: 4 * Math.max(2 * slots * from, rows * to) + SPARE,
      ring: slots * pairBytes,
      weights: 4 * taps * rows,
      sums: rows * sumBytes,
      across: 8 * taps,
      factors: 12 * (to + 8),
      pairs: even(6 * (to + 2 * taps + 8)),
    };
    const areas = placed(sizes, module);
    if (areas) return { outputs, inputs, rows, areas, slots, pairBytes, sumBytes };
  }
  return undefined;
}

/** With spare room, at a multiple of a vector. */
const even = (bytes: number): number => 16 * Math.ceil(bytes / 16) + SPARE;

async function blurStrip(strip: Strip, blur: Blur, { kernels, pace }: PixelWork): Promise<void> {
  const module = kernels();
  const { calls } = module;
  const { outputs, inputs, areas, slots, pairBytes, sumBytes } = strip;
  const { image, result, reach, down, across } = blur;
  const { width, height } = image;
  const taps = reach + 1;
  const [from, to] = [inputs.end - inputs.first, outputs.end - outputs.first];
  const ringEnd = areas.ring + slots * pairBytes;
  const slotOf = (pair: number): number => areas.ring + (pair % slots) * pairBytes;
  // Pixels outside the picture count as black; `factors` makes up for them.
  const sums = areas.sums + 6 * (inputs.first - outputs.first + reach);
  writeStrip(module, strip, blur);
  // The pairs up to here are in the ring. The first row of pair `p` is row `2 p − reach` of the picture.
  let known = 0;
  for (let y = 0; y < height; y += strip.rows) {
    const rows = Math.min(strip.rows, height - y);
    const evenRows = 2 * Math.ceil(rows / 2);
    const first = y / 2;
    const end = first + evenRows / 2 + reach;
    const begin = Math.max(first, known);
    readRows(module, image, { strip, from: 2 * begin - reach, end: 2 * end - reach });
    calls.lightPairs(
      areas.pixels,
      4 * from,
      from,
      end - begin,
      slotOf(begin),
      areas.ring,
      ringEnd,
      pairBytes,
    );
    known = end;
    writeRowWeights(module, blur, { at: areas.weights, y, rows: evenRows });
    calls.sumPairsDown(
      slotOf(first),
      areas.ring,
      ringEnd,
      pairBytes,
      areas.weights,
      taps,
      down.shift,
      sums,
      sumBytes,
      evenRows,
      3 * from,
    );
    calls.sumPairsAcross(
      areas.sums,
      sumBytes,
      rows,
      areas.across,
      taps,
      to,
      placeScale(across.shift),
      Math.max(0, reach - outputs.first),
      width - reach - outputs.first,
      areas.factors,
      areas.pairs,
      areas.pixels,
    );
    writeRows(module, result, { strip, y, rows });
    const wait = pace(rows / height);
    if (!wait) continue;
    await wait;
    // Other work may have used the memory meanwhile.
    known = 0;
    writeStrip(module, strip, blur);
  }
}

/** Places in the table of bytes for each unit of a sum of light. */
const placeScale = (shift: number): number => 2 ** (1 - shift);

/** Copies rows of the image, `from` to before `end`, as far as there are any; the first one's place is the area of pixels. */
function readRows(
  { bytes }: PixelModule,
  { width, height, data }: Image,
  { strip: { inputs, areas }, from, end }: { strip: Strip; from: number; end: number },
): void {
  const rowBytes = 4 * (inputs.end - inputs.first);
  const top = Math.max(0, from);
  const bottom = Math.min(height, end);
  const first = areas.pixels + (top - from) * rowBytes;
  eachRun({ width, columns: inputs, top, rows: bottom - top }, (begin, length, r) => {
    bytes.set(data.subarray(begin, begin + length), first + r * rowBytes);
  });
}

/** Copies rows from the area of pixels to the result. */
function writeRows(
  { bytes }: PixelModule,
  { width, data }: Image,
  { strip: { outputs, areas }, y: top, rows }: { strip: Strip; y: number; rows: number },
): void {
  const rowBytes = 4 * (outputs.end - outputs.first);
  eachRun({ width, columns: outputs, top, rows }, (begin, length, r) => {
    const at = areas.pixels + r * rowBytes;
    data.set(bytes.subarray(at, at + length), begin);
  });
}

/** Writes the weights of rows, two for each pair of rows of the source from the one with row `y − reach` on; of those outside they are 0. */
function writeRowWeights(
  { bytes }: PixelModule,
  { reach, down: { axis, weights } }: Blur,
  { at, y, rows }: { at: number; y: number; rows: number },
): void {
  const count = 2 * (reach + 1);
  const table = new Int16Array(bytes.buffer, at, rows * count).fill(0);
  for (let r = 0; r < rows && y + r < axis.to; r++) {
    const row = y + r;
    // Odd rows begin with the second row of a pair.
    const from = r * count + (r % 2) + axis.start[row]! - row + reach;
    const offset = axis.offset[row]!;
    for (let k = 0; k < axis.count[row]!; k++) table[from + k] = weights[offset + k]!;
  }
}

/** Writes what stays the same for all rows: black outside the picture, the weights along rows, and the factors of columns near a border. */
function writeStrip(
  { bytes, floats }: PixelModule,
  { outputs, areas, rows, sumBytes }: Strip,
  { image: { width }, reach, across: { weights, shift } }: Blur,
): void {
  bytes.fill(0, areas.sums, areas.sums + rows * sumBytes);
  const taps = 2 * (reach + 1);
  const table = new Int16Array(bytes.buffer, areas.across, 2 * taps).fill(0);
  table.set(weights);
  table.set(weights, taps + 1);
  const scale = placeScale(shift);
  const at = areas.factors / 4;
  floats.fill(scale, at, at + 3 * (outputs.end - outputs.first + 8));
  for (const { first, end } of bordersOf(outputs, width, reach)) {
    for (let x = first; x < end; x++) {
      const i = x - outputs.first;
      const place = at + 24 * (i >> 3) + 12 * (i & 1) + 3 * ((i & 7) >> 1);
      floats.fill((scale * 2 ** shift) / insideOf(x), place, place + 3);
    }
  }
  function insideOf(x: number): number {
    let inside = 2 ** shift;
    for (let k = 0; k <= 2 * reach; k++) {
      const column = x + k - reach;
      if (column < 0 || column >= width) inside -= weights[k]!;
    }
    return inside;
  }
}
