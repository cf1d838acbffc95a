// The drawn colour of every cell: its mean in linear light, and on top of it what stands out in it and what the network draws.

import type { Weights } from '../../graph/engine.ts';
import type { Image, Size } from '../../image.ts';
import { drawCells } from '../../nets/pixelart/draw-cells.ts';
import { CELL_PIXELS } from '../../nets/pixelart/sizes.ts';
import type { Rgb } from '../../nets/rgb.ts';
import { srgbToLinear } from '../../srgb.ts';
import { codeOfLinear } from '../../tensor/colour/colour.ts';
import type { Straight } from '../../tensor/picture/straight.ts';
import type { PixelWork } from '../../tensor/pixel-kernels.ts';
import { boxAxis } from '../../tensor/resample/axis.ts';
import { imageSource, type Light } from '../../tensor/resample/light-rows.ts';
import { resampledLight } from '../../tensor/resample/resample.ts';
import { eachBand, type Pace, portion } from '../../timing.ts';
import { cellCount, type Grid } from '../grid.ts';
import { calmed } from './calm.ts';
import { standingOut } from './stand-out.ts';

export type DrawnOptions = {
  /** 0…1: share of what the network draws. */
  strength: number;
  /** 0…1: weight of what is darker than the mean; 0.5 as learned. */
  outline: number;
  /** 0…1: share of fine detail that is drawn. */
  detail: number;
  /** The model's; not needed if `strength` is 0. */
  weights: Weights | undefined;
};

/** Difference of codes that still counts as texture if no detail is wanted. */
const CALM = 0.25;
/** Passes of the filter: two leave flat areas where one leaves faint steps. */
const PASSES = 2;

/** Rough shares of the work: shrinking, means, codes, the network, and what is done with its cells. */
const SHARES = {
  shrink: 0.12,
  means: 0.05,
  code: 0.05,
  draw: 0.58,
  standOut: 0.02,
  add: 0.05,
  calm: 0.13,
};

/** One pixel a cell. Throws `model_missing` if the model lacks a layer. */
export async function drawnCells(
  picture: Image,
  grid: Grid,
  { strength, outline, detail, weights }: DrawnOptions,
  { kernels, pace }: PixelWork,
): Promise<Straight> {
  const axes = {
    columns: boxAxis(picture.width, divided(grid.x)),
    rows: boxAxis(picture.height, divided(grid.y)),
  };
  const shrinking = { ...axes, kernels, pace: portion(pace, SHARES.shrink) };
  const fine = await resampledLight(imageSource(picture), shrinking);
  const means = await meansOf(fine, cellCount(grid), portion(pace, SHARES.means));
  if (!weights || strength === 0) return means.straight;
  const seen = await codesOf(fine, means.behind, portion(pace, SHARES.code));
  // Down to a half, only the drawn cells are calmed: the network needs the detail to find eyes and mouths.
  const drawing = { detail: Math.min(1, 2 * detail), darker: 2 * outline };
  const drawn = await drawCells(seen, drawing, { weights, pace: portion(pace, SHARES.draw) });
  const shift = await standingOut(seen, portion(pace, SHARES.standOut));
  const dark = Math.min(1, drawing.darker);
  for (let i = 0; i < shift.length; i++) drawn.data[i]! += (shift[i]! < 0 ? dark : 1) * shift[i]!;
  const range = CALM * (1 - detail) * strength;
  await addDrawn(means.straight, drawn, { strength, range }, pace);
  return means.straight;
}

/** The edges of a grid of cells with four pixels between each two. */
function divided(edges: readonly number[]): number[] {
  const fine = edges.slice(0, -1).flatMap((edge, i) => {
    const step = (edges[i + 1]! - edge) / CELL_PIXELS;
    return Array.from({ length: CELL_PIXELS }, (_, k) => edge + k * step);
  });
  return [...fine, edges.at(-1)!];
}

type Means = {
  straight: Straight;
  /** Mean of all that is seen, in linear light, which transparent parts show to the network. */
  behind: readonly [number, number, number];
};

/** Means of 4×4 pixels in linear light. */
async function meansOf(fine: Light, { width, height }: Size, pace: Pace): Promise<Means> {
  const { channels, data } = fine;
  const count = width * height;
  const sums = new Float32Array(channels * count);
  await eachBand(fine.height, pace, (first, end) => {
    for (let y = first, i = first * fine.width * channels; y < end; y++) {
      const row = channels * Math.floor(y / CELL_PIXELS) * width;
      for (let to = row; to < row + channels * width; to += channels) {
        for (let x = 0; x < CELL_PIXELS; x++) {
          for (let c = 0; c < channels; c++, i++) sums[to + c]! += data[i]! / CELL_PIXELS ** 2;
        }
      }
    }
  });
  const linear = new Float32Array(3 * count);
  const alpha = channels === 4 ? new Float32Array(count) : undefined;
  const totals = [0, 0, 0, 0];
  for (let p = 0; p < count; p++) {
    const opacity = channels === 4 ? sums[4 * p + 3]! : 1;
    if (alpha) alpha[p] = opacity;
    totals[3]! += opacity;
    for (let c = 0; c < 3; c++) {
      const light = sums[channels * p + c]!;
      totals[c]! += light;
      if (opacity > 0) linear[3 * p + c] = light / opacity;
    }
  }
  const [r, g, b, seen] = totals as [number, number, number, number];
  const straight = { width, height, linear, alpha };
  return { straight, behind: seen > 0 ? [r / seen, g / seen, b / seen] : [1, 1, 1] };
}

/** sRGB codes as the network sees them, over `behind`. */
async function codesOf(
  { width, height, channels, data }: Light,
  behind: Means['behind'],
  pace: Pace,
): Promise<Rgb> {
  const codes = new Float32Array(3 * width * height);
  await eachBand(width * height, pace, (first, end) => {
    for (let p = first, i = channels * first; p < end; p++, i += channels) {
      const through = channels === 4 ? 1 - data[i + 3]! : 0;
      for (let c = 0; c < 3; c++) {
        codes[3 * p + c] = codeOfLinear(data[i + c]! + through * behind[c]!);
      }
    }
  });
  return { width, height, data: codes };
}

async function addDrawn(
  { linear, alpha, width, height }: Straight,
  { data }: Rgb,
  { strength, range }: { strength: number; range: number },
  pace: Pace,
): Promise<void> {
  const codes = new Float32Array(linear.length);
  const half = portion(pace, SHARES.add / 2);
  await eachBand(linear.length / 3, half, (first, end) => {
    for (let i = 3 * first; i < 3 * end; i++) {
      codes[i] = Math.min(1, Math.max(0, codeOfLinear(linear[i]!) + strength * data[i]!));
    }
  });
  let calm: Float32Array = codes;
  for (let pass = 0; pass < PASSES && range > 0; pass++) {
    const part = portion(pace, SHARES.calm / PASSES);
    calm = await calmed(calm, { width, height, alpha }, range, part);
  }
  await eachBand(linear.length / 3, half, (first, end) => {
    for (let i = 3 * first; i < 3 * end; i++) linear[i] = srgbToLinear(calm[i]!);
  });
}
