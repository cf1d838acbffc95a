// Splits the colours of a picture into boxes of similar colours (variance-based median cut).

/** Levels of a channel that share a bin. */
export const LEVELS_PER_BIN = 8;
const BINS = 32 ** 3;

/** Opaque pixels by bins of 8×8×8 levels: red in the highest five bits of a bin's number, blue in the lowest. */
export type Histogram = {
  /** The bins that have pixels. */
  bins: Uint16Array;
  counts: Uint32Array;
  /** Sums of red, green and blue. */
  sums: Float64Array;
};

export type Box = { mean: [number, number, number] };

/** The histogram of RGBA words; 0 is transparent and does not count. */
export function histogramOf(words: Uint32Array): Histogram {
  const counts = new Uint32Array(BINS);
  const sums = new Float64Array(3 * BINS);
  for (const word of words) {
    if (word === 0) continue;
    const r = word & 255;
    const g = (word >>> 8) & 255;
    const b = (word >>> 16) & 255;
    const bin = ((r >> 3) << 10) | ((g >> 3) << 5) | (b >> 3);
    counts[bin]!++;
    sums[3 * bin]! += r;
    sums[3 * bin + 1]! += g;
    sums[3 * bin + 2]! += b;
  }
  const bins = new Uint16Array(BINS);
  let used = 0;
  for (let bin = 0; bin < BINS; bin++) if (counts[bin]! > 0) bins[used++] = bin;
  return { bins: bins.slice(0, used), counts, sums };
}

type Measured = Box & {
  bins: Uint16Array;
  /** The channel of the largest variance, and that variance times the number of pixels. */
  channel: number;
  spread: number;
};

/** At most `most` boxes, at least one if there are pixels: the box with the largest spread is split at its mean until there are enough. */
export function boxesOf(histogram: Histogram, most: number): Box[] {
  if (histogram.bins.length === 0) return [];
  const boxes = [measured(histogram, histogram.bins)];
  while (boxes.length < most) {
    const widest = boxes.reduce((a, b) => (b.spread > a.spread ? b : a));
    if (widest.spread <= 0) break;
    const { channel, mean } = widest;
    const [low, high] = splitBins(histogram, widest.bins, { channel, at: mean[channel]! });
    if (low.length === 0 || high.length === 0) {
      widest.spread = 0;
      continue;
    }
    boxes[boxes.indexOf(widest)] = measured(histogram, low);
    boxes.push(measured(histogram, high));
  }
  return boxes;
}

/** The bins whose mean level of a channel is below a value, and the others. */
function splitBins(
  { counts, sums }: Histogram,
  bins: Uint16Array,
  { channel, at }: { channel: number; at: number },
): [Uint16Array, Uint16Array] {
  const low = new Uint16Array(bins.length);
  const high = new Uint16Array(bins.length);
  let lows = 0;
  let highs = 0;
  for (const bin of bins) {
    if (sums[3 * bin + channel]! < at * counts[bin]!) low[lows++] = bin;
    else high[highs++] = bin;
  }
  return [low.subarray(0, lows), high.subarray(0, highs)];
}

function measured({ counts, sums }: Histogram, bins: Uint16Array): Measured {
  let pixels = 0;
  const total = [0, 0, 0];
  const squares = [0, 0, 0];
  for (const bin of bins) {
    const count = counts[bin]!;
    pixels += count;
    for (let c = 0; c < 3; c++) {
      const sum = sums[3 * bin + c]!;
      total[c]! += sum;
      squares[c]! += (sum * sum) / count;
    }
  }
  const spreads = total.map((sum, c) => squares[c]! - (sum * sum) / pixels);
  const channel = spreads.indexOf(Math.max(...spreads));
  return {
    bins,
    channel,
    spread: bins.length > 1 ? spreads[channel]! : 0,
    mean: total.map((sum) => sum / pixels) as Box['mean'],
  };
}
