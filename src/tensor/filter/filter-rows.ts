// Filters of images that make each row from a few rows of luma or opacity around it, by SIMD kernels.
import type { Image } from '../../image.ts';
import { type Pace, portion } from '../../timing.ts';
import { type PixelCalls, type PixelModule, type PixelWork, placed } from '../pixel-kernels.ts';
import type { Columns } from '../resample/light-rows.ts';
import { inStrips } from '../resample/strips.ts';

/** Planes that a row of pixels is turned into: each is a kernel. */
export type Plane = 'lumaRow' | 'lumaOrMostRow' | 'lumaOrLeastRow' | 'visibleLumaRow' | 'alphaRow';

/** Addresses of a row and of what is around it; lines and planes begin at the first of the `inputs`. */
export type FilterRow = {
  /** For each plane its rows from `reach` above to `reach` below; at the picture's border the last one is repeated. */
  planes: readonly (readonly number[])[];
  lines: readonly number[];
  /** Number of values of a line, and the first that belongs to the result. */
  inputs: number;
  first: number;
  /** The row's RGBA bytes and its result, 4 bytes a pixel each. */
  bytes: number;
  out: number;
  pixels: number;
};

export type RowFilter = {
  /** Rows and columns to each side that a pixel depends on. */
  reach: number;
  planes: readonly Plane[];
  /** Number of further lines of values that it works with. */
  lines: number;
  /** Writes the result of a row; `repeatEnds` repeats the ends of a line outside the picture. */
  write: (calls: PixelCalls, row: FilterRow, repeatEnds: (line: number) => void) => void;
};

/** Writes what the filter makes of each pixel to `result`, which has 4 bytes a pixel. */
export async function filterRows(
  image: Image,
  result: Uint8Array | Uint8ClampedArray,
  { filter, kernels, pace }: PixelWork & { filter: RowFilter },
): Promise<void> {
  const { width } = image;
  const module = kernels();
  const whole = { first: 0, end: width };
  const strips = inStrips(whole, (outputs) => stripOf(outputs, { image, filter, module }));
  for (const strip of strips) {
    const { first, end } = strip.outputs;
    const shared = portion(pace, (end - first) / width);
    await filterStrip(strip, result, { image, filter, module, pace: shared });
  }
}

type Use = { image: Image; filter: RowFilter; module: PixelModule };

/** Columns that are made together, those that they depend on, and addresses. */
type Strip = {
  outputs: Columns;
  inputs: Columns;
  areas: Record<'bytes' | 'planes' | 'lines' | 'out', number>;
  lineBytes: number;
};

function stripOf(outputs: Columns, { image, filter, module }: Use): Strip | undefined {
  const { reach, planes, lines } = filter;
  const inputs = {
    first: Math.max(0, outputs.first - reach),
    end: Math.min(image.width, outputs.end + reach),
  };
  // Four pixels are read and written at a time; the ends outside the picture lie on both sides.
  const lineBytes = 16 * (Math.ceil((inputs.end - inputs.first) / 4) + 1) + 32;
  const rows = 2 * reach + 1;
  const sizes = {
    bytes: lineBytes,
    planes: planes.length * rows * lineBytes,
    lines: 16 + lines * lineBytes,
    out: lineBytes,
  };
  const areas = placed(sizes, module);
  return areas && { outputs, inputs, areas, lineBytes };
}

async function filterStrip(
  { outputs, inputs, areas, lineBytes }: Strip,
  result: Uint8Array | Uint8ClampedArray,
  { image, filter, module, pace }: Use & { pace: Pace },
): Promise<void> {
  const { calls, bytes, floats } = module;
  const { width, height, data } = image;
  const { reach } = filter;
  const rows = 2 * reach + 1;
  const count = inputs.end - inputs.first;
  const first = outputs.first - inputs.first;
  const pixels = outputs.end - outputs.first;
  const kept = new Int32Array(rows).fill(-1);
  const read = (y: number): void => {
    const from = 4 * (y * width + inputs.first);
    bytes.set(data.subarray(from, from + 4 * count), areas.bytes);
  };
  const planeAt = (plane: number, y: number): number =>
    areas.planes + (plane * rows + (y % rows)) * lineBytes;
  const keep = (y: number): void => {
    if (kept[y % rows] === y) return;
    read(y);
    for (const [plane, name] of filter.planes.entries()) {
      calls[name](areas.bytes, planeAt(plane, y), count);
    }
    kept[y % rows] = y;
  };
  const lines = Array.from({ length: filter.lines }, (_, i) => areas.lines + 16 + i * lineBytes);
  const [left, right] = [reach - first, reach - (inputs.end - outputs.end)];
  const repeatEnds = (line: number): void => {
    const begin = line / 4;
    const end = begin + count;
    if (left > 0) floats.fill(floats[begin]!, begin - left, begin);
    if (right > 0) floats.fill(floats[end - 1]!, end, end + right);
  };
  for (let y = 0; y < height; y++) {
    const around = Array.from({ length: rows }, (_, i) =>
      Math.min(height - 1, Math.max(0, y + i - reach)),
    );
    for (const row of around) keep(row);
    read(y);
    const planes = filter.planes.map((_, plane) => around.map((row) => planeAt(plane, row)));
    const at = { bytes: areas.bytes + 4 * first, out: areas.out, pixels };
    filter.write(calls, { planes, lines, inputs: count, first, ...at }, repeatEnds);
    const to = 4 * (y * width + outputs.first);
    result.set(bytes.subarray(areas.out, areas.out + 4 * pixels), to);
    const wait = pace(1 / height);
    if (!wait) continue;
    await wait;
    // Other work may have used the memory meanwhile.
    kept.fill(-1);
  }
}
