// Writes kinds of JPEG files that the encoder cannot: any sampling, restart markers, any scans.
import type { Image } from '../../../src/image.ts';
import { bytesOf, jpegSegment, uint } from './make-image-files.ts';

export type JpegOptions = {
  /** Horizontal and vertical sampling factors of each component; one component makes a grey file. */
  sampling?: readonly (readonly [number, number])[];
  kind?: 'baseline' | 'separate scans' | 'progressive';
  /** Units between restart markers. */
  restart?: number;
  /** Stores red, green and blue, announced by an Adobe segment. */
  rgb?: boolean;
  /** Four components: the picture's four channels are amounts of cyan, magenta, yellow and black ink, 0…255. */
  inks?: 'CMYK' | 'CMYK of Adobe' | 'YCCK of Adobe';
  /** Bytes to add after the data of each scan. */
  behindScans?: readonly number[];
};

type Component = {
  id: number;
  h: number;
  v: number;
  /** Blocks across in whole units, and of the component itself. */
  stride: number;
  wide: number;
  high: number;
  /** Coefficients in zigzag order. */
  blocks: Int32Array[];
};

/** Index of each coefficient of the zigzag order in row order. */
const zigzag = Array.from({ length: 64 }, (_, i) => i).sort((a, b) => {
  const [x1, y1, x2, y2] = [a & 7, a >> 3, b & 7, b >> 3];
  if (x1 + y1 !== x2 + y2) return x1 + y1 - x2 - y2;
  return (x1 + y1) % 2 ? y1 - y2 : x1 - x2;
});
const steps = zigzag.map((place) => 2 + (place & 7) + (place >> 3));
const wave = Array.from({ length: 64 }, (_, i) => {
  const [u, x] = [i >> 3, i & 7];
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16);
});

/** A whole file, its colours at about quality 90. */
export function writeJpeg(picture: Image, options: JpegOptions = {}): Uint8Array {
  const { kind = 'baseline', restart = 0, behindScans = [], inks } = options;
  const image = inks ? storedInks(picture, inks) : picture;
  const sampling = options.sampling ?? [[2, 2], [1, 1], [1, 1], ...(inks ? [[2, 2] as const] : [])];
  const coded = (i: number) => !options.rgb && (!inks || (inks === 'YCCK of Adobe' && i < 3));
  const maxH = Math.max(...sampling.map(([h]) => h));
  const maxV = Math.max(...sampling.map(([, v]) => v));
  const grid = [Math.ceil(image.width / (8 * maxH)), Math.ceil(image.height / (8 * maxV))] as const;
  const components = sampling.map(([h, v], i): Component => {
    const wide = Math.ceil(Math.ceil((image.width * h) / maxH) / 8);
    const high = Math.ceil(Math.ceil((image.height * v) / maxV) / 8);
    const value = sampleReader(image, i, sampling.length === 1 || coded(i));
    const stride = grid[0] * h;
    const blocks = Array.from({ length: stride * grid[1] * v }, (_, at) =>
      transform((x, y) =>
        mean(
          value,
          ((at % stride) * 8 + x) * (maxH / h),
          (Math.floor(at / stride) * 8 + y) * (maxV / v),
          maxH / h,
          maxV / v,
        ),
      ),
    );
    return { id: i + 1, h, v, stride, wide, high, blocks };
  });
  const scan = (list: Component[], from: number, to: number, high = 0, low = 0) => {
    const header = [list.length, ...list.flatMap(({ id }) => [id, 0]), from, to, high * 16 + low];
    const data = scanData(list, { from, to, high, low, restart, grid });
    return bytesOf(jpegSegment(0xda, header), data, [...behindScans]);
  };
  const scans =
    kind === 'baseline'
      ? [scan(components, 0, 63)]
      : kind === 'separate scans'
        ? components.map((one) => scan([one], 0, 63))
        : [
            scan(components, 0, 0, 0, 1),
            ...components.flatMap((one) => [scan([one], 1, 5), scan([one], 6, 63)]),
            ...components.map((one) => scan([one], 0, 0, 1, 0)),
          ];
  const frame = [8, ...uint(image.height, 2), ...uint(image.width, 2), components.length];
  return bytesOf(
    [0xff, 0xd8],
    options.rgb || inks?.endsWith('Adobe')
      ? jpegSegment(0xee, bytesOf('Adobe', [0, 100, 0, 0, 0, 0, inks?.startsWith('Y') ? 2 : 0]))
      : [],
    jpegSegment(0xdb, [0, ...steps]),
    jpegSegment(kind === 'progressive' ? 0xc2 : 0xc0, [
      ...frame,
      ...components.flatMap(({ id, h, v }) => [id, h * 16 + v, 0]),
    ]),
    // Codes of equal length, each the symbol itself: 4 bits for DC, 9 for AC.
    jpegSegment(0xc4, [0x00, 0, 0, 0, 12, ...zeros(12), ...upTo(12)]),
    jpegSegment(0xc4, [0x10, ...zeros(8), 255, ...zeros(7), ...upTo(255)]),
    restart > 0 ? jpegSegment(0xdd, uint(restart, 2)) : [],
    ...scans,
    [0xff, 0xd9],
  );
}

/** The values that stand for these inks: light, 255 for none; but the three that become YCC are complements of that. */
function storedInks(image: Image, inks: NonNullable<JpegOptions['inks']>): Image {
  const isLight = (c: number) => inks !== 'YCCK of Adobe' || c === 3;
  return { ...image, data: image.data.map((ink, i) => (isLight(i % 4) ? 255 - ink : ink)) };
}

const zeros = (count: number): number[] => new Array<number>(count).fill(0);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

type Sample = (x: number, y: number) => number;

function sampleReader({ data, width, height }: Image, component: number, ycc: boolean): Sample {
  const weights = [
    [0.299, 0.587, 0.114],
    [-0.168736, -0.331264, 0.5],
    [0.5, -0.418688, -0.081312],
  ][component] as number[];
  return (x, y) => {
    const at = 4 * (Math.min(y, height - 1) * width + Math.min(x, width - 1));
    if (!ycc) return data[at + component] as number;
    const sum = weights.reduce((total, weight, i) => total + weight * (data[at + i] as number), 0);
    return component === 0 ? sum : sum + 128;
  };
}

/** Mean of a rectangle whose position may be fractional. */
function mean(value: Sample, left: number, top: number, wide: number, high: number): number {
  let sum = 0;
  let weight = 0;
  for (let y = Math.floor(top); y < top + high; y++) {
    for (let x = Math.floor(left); x < left + wide; x++) {
      const part =
        (Math.min(x + 1, left + wide) - Math.max(x, left)) *
        (Math.min(y + 1, top + high) - Math.max(y, top));
      sum += part * value(x, y);
      weight += part;
    }
  }
  return sum / weight;
}

function transform(value: Sample): Int32Array {
  const samples = Float64Array.from({ length: 64 }, (_, i) => value(i & 7, i >> 3) - 128);
  const rows = new Float64Array(64);
  const result = new Float64Array(64);
  for (let i = 0; i < 64; i++) {
    for (let x = 0; x < 8; x++) rows[i]! += wave[(i & 7) * 8 + x]! * samples[(i & 56) + x]!;
  }
  for (let i = 0; i < 64; i++) {
    for (let y = 0; y < 8; y++) result[i]! += wave[(i >> 3) * 8 + y]! * rows[y * 8 + (i & 7)]!;
  }
  return Int32Array.from(zigzag, (place, i) => Math.round(result[place]! / steps[i]!));
}

type ScanOptions = {
  from: number;
  to: number;
  high: number;
  low: number;
  restart: number;
  grid: readonly [number, number];
};

function scanData(list: Component[], options: ScanOptions): Uint8Array {
  const { from, to, high, low, restart, grid } = options;
  const bits = createBitWriter();
  const last = new Map<Component, number>();
  /** Consecutive blocks without further coefficients, which a progressive scan counts in one symbol. */
  let ended = 0;
  const tellEnded = () => {
    if (ended === 0) return;
    const size = 31 - Math.clz32(ended);
    bits.write(size * 16, 9);
    bits.write(ended - 2 ** size, size);
    ended = 0;
  };
  const block = (component: Component, at: number) => {
    const values = component.blocks[at] as Int32Array;
    if (from === 0 && high > 0) bits.write((values[0]! >> low) & 1, 1);
    else if (from === 0) {
      const value = values[0]! >> low;
      const difference = value - (last.get(component) ?? 0);
      last.set(component, value);
      const size = 32 - Math.clz32(Math.abs(difference));
      bits.write(size, 4);
      bits.write(difference < 0 ? difference + 2 ** size - 1 : difference, size);
    }
    let run = 0;
    for (let k = Math.max(from, 1); k <= to; k++) {
      const value = values[k]!;
      if (value === 0) {
        run++;
        continue;
      }
      tellEnded();
      for (; run > 15; run -= 16) bits.write(0xf0, 9);
      const size = 32 - Math.clz32(Math.abs(value));
      bits.write(run * 16 + size, 9);
      bits.write(value < 0 ? value + 2 ** size - 1 : value, size);
      run = 0;
    }
    if (run > 0) ended++;
    if (from === 0 || ended === 32_767) tellEnded();
  };
  const [only] = list.length === 1 ? list : [];
  const [wide, tall] = only ? [only.wide, only.high] : grid;
  for (let unit = 0; unit < wide * tall; unit++) {
    if (restart > 0 && unit > 0 && unit % restart === 0) {
      tellEnded();
      bits.restart((unit / restart - 1) % 8);
      last.clear();
    }
    const [x, y] = [unit % wide, Math.floor(unit / wide)];
    for (const component of list) {
      const { h, v, stride } = only ? { ...component, h: 1, v: 1 } : component;
      for (let i = 0; i < h * v; i++) {
        block(component, (y * v + Math.floor(i / h)) * stride + x * h + (i % h));
      }
    }
  }
  tellEnded();
  return bits.end();
}

function createBitWriter() {
  const bytes: number[] = [];
  let pending = 0;
  let count = 0;
  const write = (value: number, length: number) => {
    for (let bit = length - 1; bit >= 0; bit--) {
      pending = pending * 2 + ((value >> bit) & 1);
      if (++count < 8) continue;
      bytes.push(pending, ...(pending === 0xff ? [0] : []));
      pending = 0;
      count = 0;
    }
  };
  const fillUp = () => {
    while (count > 0) write(1, 1);
  };
  return {
    write,
    restart(number: number) {
      fillUp();
      bytes.push(0xff, 0xd0 + number);
    },
    end() {
      fillUp();
      return Uint8Array.from(bytes);
    },
  };
}
