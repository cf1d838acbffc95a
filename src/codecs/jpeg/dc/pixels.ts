// Makes pixels from a JPEG's DC coefficients: each coefficient is the mean of a block, so each block becomes one pixel.
import { createImage, type Image } from '../../../image.ts';
import type { Pace } from '../../../pace.ts';
import type { JpegFile } from '../file.ts';
import type { DcPlane } from './planes.ts';

/** Measured time per pixel; only decides when to pause. */
const NS_PER_PIXEL = 25;

/** The picture at an eighth of its size, rounded up; components of lower resolution are interpolated. */
export async function dcPixels(
  { frame, colour }: Pick<JpegFile, 'frame' | 'colour'>,
  planes: readonly DcPlane[],
  pace: Pace,
): Promise<Image> {
  const width = Math.ceil(frame.width / 8);
  const image = createImage({ width, height: Math.ceil(frame.height / 8) });
  const { data } = image;
  const samplers = planes.map((plane) => createSampler(plane, frame, width));
  const paint = planes.length === 1 ? paintGrey : colour === 'RGB' ? paintRgb : paintYcc;
  for (let y = 0; y < image.height; y++) {
    const rows = samplers.map((sample) => sample(y));
    paint(data, 4 * y * width, rows);
    const pause = pace(width * NS_PER_PIXEL);
    if (pause) await pause;
  }
  return image;
}

type Paint = (data: Uint8ClampedArray, at: number, rows: readonly Float32Array[]) => void;

const paintGrey: Paint = (data, at, rows) => {
  const [grey] = rows as [Float32Array];
  for (let x = 0, i = at; x < grey.length; x++, i += 4) {
    data[i] = data[i + 1] = data[i + 2] = grey[x]!;
    data[i + 3] = 255;
  }
};

const paintRgb: Paint = (data, at, rows) => {
  const [red, green, blue] = rows as [Float32Array, Float32Array, Float32Array];
  for (let x = 0, i = at; x < red.length; x++, i += 4) {
    data[i] = red[x]!;
    data[i + 1] = green[x]!;
    data[i + 2] = blue[x]!;
    data[i + 3] = 255;
  }
};

/** The conversion of JFIF 1.02. */
const paintYcc: Paint = (data, at, rows) => {
  const [luma, blue, red] = rows as [Float32Array, Float32Array, Float32Array];
  for (let x = 0, i = at; x < luma.length; x++, i += 4) {
    const y = luma[x]!;
    const cb = blue[x]! - 128;
    const cr = red[x]! - 128;
    data[i] = y + 1.402 * cr;
    data[i + 1] = y - 0.344136 * cb - 0.714136 * cr;
    data[i + 2] = y + 1.772 * cb;
    data[i + 3] = 255;
  }
};

/** Mean of the first cosine over half a block. */
const HALF_COSINE = 0.640729;
/** That mean times the factor of the transform, for a coefficient of one direction, and of both. */
const ONE_WAY = (HALF_COSINE * Math.SQRT1_2) / 4;
const BOTH_WAYS = HALF_COSINE ** 2 / 4;

/** Returns a function that makes row `y` of `width` samples, 0…255; each call overwrites the row of the call before. */
function createSampler(
  plane: DcPlane,
  { maxH, maxV }: JpegFile['frame'],
  width: number,
): (y: number) => Float32Array {
  const { component, detail } = plane;
  // With details, each half of a block has a value of its own.
  const across = detail && 2 * component.h <= maxH ? 2 : 1;
  const down = detail && 2 * component.v <= maxV ? 2 : 1;
  const line = new Float32Array(plane.width * across);
  const addLine = createLineReader(plane, { line, across, down });
  const readLine = (y: number) => {
    line.fill(0);
    const { from, weight } = between(y, (down * component.v) / maxV, down * plane.height);
    addLine(from, 1 - weight);
    if (weight > 0) addLine(from + 1, weight);
  };
  const scale = (across * component.h) / maxH;
  if (scale === 1) {
    return (y) => {
      readLine(y);
      return line.subarray(0, width);
    };
  }
  const row = new Float32Array(width);
  const places = Array.from(row, (_, x) => between(x, scale, line.length));
  const froms = Int32Array.from(places, ({ from }) => from);
  const weights = Float32Array.from(places, ({ weight }) => weight);
  return (y) => {
    readLine(y);
    for (let x = 0; x < width; x++) {
      const from = froms[x]!;
      const weight = weights[x]!;
      const left = line[from]!;
      row[x] = weight > 0 ? left + weight * (line[from + 1]! - left) : left;
    }
    return row;
  };
}

/** `across` and `down`: values per block horizontally and vertically, 1 or 2. */
type Halves = { line: Float32Array; across: number; down: number };

/** Returns a function that adds row `y` of blocks, or of their halves, to `line`. */
function createLineReader(
  { values, detail, stride, steps }: DcPlane,
  { line, across, down }: Halves,
): (y: number, weight: number) => void {
  const [step = 0, stepX = 0, stepY = 0, , stepXY = 0] = steps;
  const add = (x: number, level: number, weight: number) => {
    line[x] = line[x]! + weight * Math.min(Math.max(level, 0), 255);
  };
  const levelOf = (at: number) => ((values[at]! * step + 4) >> 3) + 128;
  if (!detail) {
    return (y, weight) => {
      for (let x = 0, at = y * stride; x < line.length; x++, at++) add(x, levelOf(at), weight);
    };
  }
  return (y, weight) => {
    const signY = down === 1 ? 0 : y & 1 ? -1 : 1;
    for (let x = 0; x < line.length; x++) {
      const at = Math.floor(y / down) * stride + (across === 2 ? x >> 1 : x);
      const signX = across === 1 ? 0 : x & 1 ? -1 : 1;
      const level =
        levelOf(at) +
        ONE_WAY * stepX * signX * detail[3 * at]! +
        ONE_WAY * stepY * signY * detail[3 * at + 1]! +
        BOTH_WAYS * stepXY * signX * signY * detail[3 * at + 2]!;
      add(x, level, weight);
    }
  };
}

/** The sample left of the middle of pixel `index`, and the weight of the one right of it, for `scale` samples per pixel. */
function between(index: number, scale: number, count: number): { from: number; weight: number } {
  const place = Math.min(Math.max((index + 0.5) * scale - 0.5, 0), count - 1);
  const from = Math.floor(place);
  return { from, weight: place - from };
}
