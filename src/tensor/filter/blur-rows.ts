// A Gaussian blur of transparent pictures that is computed at each pixel, for small sigmas: weighted sums of rows, then of a row and its shifted copies.
import { type Pace, portion } from '../../timing.ts';
import { type PixelModule, type PixelWork, placed } from '../pixel-kernels.ts';
import { type Axis, gaussianAxis, gaussianReach } from '../resample/axis.ts';
import type { Columns, LightSource, LightTarget } from '../resample/light-rows.ts';
import { createRowWindow, READ_TOGETHER, windowOf } from '../resample/row-window.ts';
import { inStrips } from '../resample/strips.ts';

type Blur = {
  source: LightSource;
  target: LightTarget;
  rows: Axis;
  /** Weights of a pixel and those `reach` to each side, which add up to one. */
  weights: Float32Array;
  reach: number;
};

/** Writes the blurred source of four channels; pixels outside have no weight. `sigma` in pixels. */
export async function blurRows(
  source: LightSource,
  target: LightTarget,
  { sigma, kernels, pace }: PixelWork & { sigma: number },
): Promise<void> {
  const { width, height } = source;
  const rows = gaussianAxis(height, { to: height, sigma });
  const blur = { source, target, rows, weights: weightsOf(sigma), reach: gaussianReach(sigma) };
  const module = kernels();
  const strips = inStrips({ first: 0, end: width }, (outputs) => stripOf(outputs, blur, module));
  for (const strip of strips) {
    const { first, end } = strip.outputs;
    await blurStrip(strip, blur, { module, pace: portion(pace, (end - first) / width) });
  }
}

function weightsOf(sigma: number): Float32Array {
  const reach = gaussianReach(sigma);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-0.5 * ((k - reach) / sigma) ** 2),
  );
  const sum = weights.reduce((a, b) => a + b, 0);
  return Float32Array.from(weights, (w) => w / sum);
}

/** Columns that are made together, the columns of the source that they need, and addresses. */
type Strip = {
  outputs: Columns;
  inputs: Columns;
  areas: Record<
    'terms' | 'shifts' | 'ring' | 'partial' | 'padded' | 'result' | 'factors' | 'room',
    number
  >;
  rowBytes: number;
};

function stripOf(
  outputs: Columns,
  { source, target, rows, reach }: Blur,
  module: PixelModule,
): Strip | undefined {
  const { width, channels } = source;
  const inputs = {
    first: Math.max(0, outputs.first - reach),
    end: Math.min(width, outputs.end + reach),
  };
  const [from, to] = [inputs.end - inputs.first, outputs.end - outputs.first];
  const rowBytes = 16 * (Math.ceil((channels * from) / 4) + 1);
  const sizes = {
    terms: 8 * windowOf(rows),
    shifts: 8 * (2 * reach + 1),
    ring: windowOf(rows) * rowBytes,
    partial: 0,
    padded: 4 * channels * (to + 2 * reach) + 16,
    result: 4 * channels * to + 16,
    factors: 4 * to,
    room: Math.max(source.roomFor(from, READ_TOGETHER), target.roomFor(to)),
  };
  const areas = placed(sizes, module);
  return areas && { outputs, inputs, areas, rowBytes };
}

async function blurStrip(
  strip: Strip,
  blur: Blur,
  { module, pace }: { module: PixelModule; pace: Pace },
): Promise<void> {
  const { source, target, rows, reach } = blur;
  const { calls, floats } = module;
  const { outputs, inputs, areas, rowBytes } = strip;
  const { channels, height } = source;
  const pixel = 4 * channels;
  const slots = windowOf(rows);
  const keeping = { rows, columns: inputs, slots, rowBytes, places: areas };
  const window = createRowWindow(module, source, keeping);
  // In the padded row, pixels outside the picture are black.
  const row = areas.padded + pixel * (inputs.first - outputs.first + reach);
  const values = channels * (inputs.end - inputs.first);
  const behind = row / 4 + values;
  const borders = bordersOf(outputs, source.width, reach);
  writeStrip(module, strip, { blur, borders });
  for (let y = 0; y < height; y++) {
    window.sum(y, row);
    // The sums are written in whole vectors.
    floats.fill(0, behind, behind + 4);
    calls.sumRows(
      areas.shifts,
      2 * reach + 1,
      areas.result,
      channels * (outputs.end - outputs.first),
    );
    for (const { first, end } of borders) {
      const offset = first - outputs.first;
      calls.scaleRow4(areas.result + pixel * offset, end - first, areas.factors + 4 * offset);
    }
    target.write(module, y, outputs, { row: areas.result, room: areas.room });
    const wait = pace(1 / height);
    if (!wait) continue;
    await wait;
    // Other work may have used the memory meanwhile.
    window.forget();
    writeStrip(module, strip, { blur, borders });
  }
}

/** The columns of a strip that are nearer to the picture's border than `reach`. */
export function bordersOf({ first, end }: Columns, width: number, reach: number): Columns[] {
  const left = { first, end: Math.max(first, Math.min(end, reach)) };
  const right = { first: Math.min(end, Math.max(left.end, width - reach)), end };
  return [left, right].filter((columns) => columns.end > columns.first);
}

/** Writes what stays the same for all rows: the shifted copies, black outside the picture, and the factors of columns near a border. */
function writeStrip(
  { ints, floats }: PixelModule,
  { outputs, areas }: Strip,
  { blur: { source, weights, reach }, borders }: { blur: Blur; borders: readonly Columns[] },
): void {
  const { channels, width } = source;
  const pixels = outputs.end - outputs.first + 2 * reach;
  floats.fill(0, areas.padded / 4, areas.padded / 4 + channels * pixels + 4);
  for (let k = 0, shift = areas.shifts / 4; k <= 2 * reach; k++, shift += 2) {
    ints[shift] = areas.padded + 4 * channels * k;
    floats[shift + 1] = weights[k]!;
  }
  for (const { first, end } of borders) {
    for (let x = first; x < end; x++) {
      let inside = 0;
      for (let k = 0; k <= 2 * reach; k++) {
        const column = x + k - reach;
        if (column >= 0 && column < width) inside += weights[k]!;
      }
      floats[areas.factors / 4 + x - outputs.first] = 1 / inside;
    }
  }
}
