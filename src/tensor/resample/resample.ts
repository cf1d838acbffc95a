// Separable resampling in premultiplied linear light by SIMD kernels, row by row, in a memory of fixed size.
import { portion } from '../../timing.ts';
import { type PixelModule, type PixelWork, placed } from '../pixel-kernels.ts';
import type { Axis } from './axis.ts';
import { columnsFirst } from './counts.ts';
import {
  type Columns,
  eachRow,
  type Light,
  type LightSource,
  type LightTarget,
  lightTarget,
} from './light-rows.ts';
import { createRowWindow, READ_TOGETHER, windowOf } from './row-window.ts';
import { inStrips } from './strips.ts';

/** The two directions of a resampling; their `from` is the size of the source. */
export type Axes = { columns: Axis; rows: Axis };

/** Rows of the result that are made at a time, unless memory is short. */
const TOGETHER = 4;

/**
 * Resamples both directions: rows first (long contiguous loops), then columns; if both are enlarged, columns first. Columns of the result are taken together as far as the memory
 * of the kernels goes.
 */
export async function resampleRows(
  source: LightSource,
  target: LightTarget,
  { columns, rows, kernels, pace }: Axes & PixelWork,
): Promise<void> {
  if (columns.from !== source.width || rows.from !== source.height) {
    throw new RangeError(
      `resample: axes are for ${columns.from}×${rows.from}, the picture is ${source.width}×${source.height}`,
    );
  }
  const module = kernels();
  const whole = { first: 0, end: columns.to };
  const strips = inStrips(whole, (outputs) =>
    stripOf(outputs, { source, target, axes: { columns, rows }, module }),
  );
  for (const strip of strips) {
    const { first, end } = strip.outputs;
    const shared = portion(pace, (end - first) / columns.to);
    await resampleStrip(source, target, strip, { columns, rows, kernels, pace: shared });
  }
}

/** What the source reads, resampled in both directions, in linear light. */
export async function resampledLight(source: LightSource, axes: Axes & PixelWork): Promise<Light> {
  const { channels } = source;
  const [width, height] = [axes.columns.to, axes.rows.to];
  const light = { width, height, channels, data: new Float32Array(channels * width * height) };
  await resampleRows(source, lightTarget(light), axes);
  return light;
}

/** Columns of the result that are made together, the columns of the source that they need, and the addresses of their rows. */
type Strip = {
  outputs: Columns;
  inputs: Columns;
  areas: Record<
    'terms' | 'taps' | 'ring' | 'partial' | 'plain' | 'sums' | 'results' | 'room',
    number
  >;
  rowBytes: { ring: number; result: number };
  /** How many rows of the source are kept, and how many rows of the result are made at a time. */
  slots: number;
  together: number;
};

function stripOf(
  outputs: Columns,
  {
    source,
    target,
    axes: { columns, rows },
    module,
  }: { source: LightSource; target: LightTarget; axes: Axes; module: PixelModule },
): Strip | undefined {
  const { first, end } = outputs;
  const inputs = { first: columns.from, end: 0 };
  let weights = 0;
  for (let x = first; x < end; x++) {
    inputs.first = Math.min(inputs.first, columns.start[x]!);
    inputs.end = Math.max(inputs.end, columns.start[x]! + columns.count[x]!);
    weights += columns.count[x]!;
  }
  // Vectors are read and written whole, up to 16 bytes beyond a row.
  const rowOf = (count: number): number => 16 * (Math.ceil((source.channels * count) / 4) + 1);
  const [from, to] = [inputs.end - inputs.first, end - first];
  const enlarging = columnsFirst({ columns, rows });
  const rowBytes = { ring: rowOf(enlarging ? to : from), result: rowOf(to) };
  const window = windowOf(rows);
  const attempt = (slots: number, together: number): Strip | undefined => {
    const sizes = {
      terms: 8 * slots,
      taps: 8 * to + 4 * weights,
      ring: slots * rowBytes.ring,
      partial: slots < window ? rowBytes.ring : 0,
      plain: enlarging ? rowOf(from) : 0,
      sums: enlarging ? 0 : together * rowBytes.ring,
      results: together * rowBytes.result,
      room: Math.max(source.roomFor(from, READ_TOGETHER), target.roomFor(to, together)),
    };
    const areas = placed(sizes, module);
    return areas && { outputs, inputs, areas, rowBytes, slots, together };
  };
  const strip = attempt(window, TOGETHER);
  if (strip || to > 1) return strip;
  // Large cells of a grid: their rows are summed in parts.
  for (let slots = window >> 1; slots > 0; slots >>= 1) {
    const smaller = attempt(slots, TOGETHER);
    if (smaller) return smaller;
  }
  return attempt(1, 1);
}

async function resampleStrip(
  source: LightSource,
  target: LightTarget,
  strip: Strip,
  { columns, rows, kernels, pace }: Axes & PixelWork,
): Promise<void> {
  const module = kernels();
  const { calls } = module;
  const { outputs, inputs, areas, rowBytes, slots } = strip;
  const across = source.channels === 3 ? calls.acrossRows3 : calls.acrossRows4;
  const to = outputs.end - outputs.first;
  const enlarging = columnsFirst({ columns, rows });
  const read = enlarging ? acrossSource(source, strip) : source;
  const kept = enlarging ? outputs : inputs;
  const keeping = { rows, columns: kept, slots, rowBytes: rowBytes.ring, places: areas };
  const window = createRowWindow(module, read, keeping);
  const summed = enlarging ? areas.results : areas.sums;
  writeTaps(module, strip, columns, source.channels);
  for (let y = 0; y < rows.to; y += strip.together) {
    const together = Math.min(strip.together, rows.to - y);
    for (let r = 0; r < together; r++) window.sum(y + r, summed + r * rowBytes.ring);
    if (!enlarging) {
      across(areas.sums, rowBytes.ring, areas.taps, to, areas.results, rowBytes.result, together);
    }
    const made = { row: areas.results, rowBytes: rowBytes.result, rows: together };
    target.write(module, y, outputs, { ...made, room: areas.room });
    const wait = pace(together / rows.to);
    if (!wait) continue;
    await wait;
    // Other work may have used the memory meanwhile.
    window.forget();
    writeTaps(module, strip, columns, source.channels);
  }
}

/** Reads rows of the source, resampled to the columns of the strip. */
const acrossSource = (source: LightSource, { outputs, inputs, areas }: Strip): LightSource => ({
  ...source,
  read(module, first, _, places) {
    const across = source.channels === 3 ? module.calls.acrossRow3 : module.calls.acrossRow4;
    eachRow(first, places, (y, { row, room }) => {
      source.read(module, y, inputs, { row: areas.plain, room });
      across(areas.plain, areas.taps, outputs.end - outputs.first, row);
    });
  },
});

/** Writes the weights of the strip's columns as `acrossRows3` reads them. */
function writeTaps(
  { ints, floats }: PixelModule,
  { outputs, inputs, areas }: Strip,
  columns: Axis,
  channels: 3 | 4,
): void {
  const pixel = 4 * channels;
  let at = areas.taps / 4;
  for (let x = outputs.first; x < outputs.end; x++, at += 2) {
    ints[at] = pixel * (columns.start[x]! - inputs.first);
    ints[at + 1] = columns.count[x]!;
  }
  const last = outputs.end - 1;
  const end = columns.offset[last]! + columns.count[last]!;
  floats.set(columns.weights.subarray(columns.offset[outputs.first]!, end), at);
}
