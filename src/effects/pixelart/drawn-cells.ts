// The drawn colour of every cell: its mean in linear light, and on top of it what stands out in it and what the network draws.

import { type Tensor3D, tensor3d } from '@tensorflow/tfjs-core';
import type { Weights } from '../../graph/engine.ts';
import type { Image } from '../../image.ts';
import { drawCells } from '../../nets/pixelart/draw-cells.ts';
import { lumaOf } from '../../nets/pixelart/luma.ts';
import { CELL_PIXELS } from '../../nets/pixelart/sizes.ts';
import { codesOfLinear, linearOfCode } from '../../tensor/colour/colour.ts';
import { pooled } from '../../tensor/filter/coarse-grid.ts';
import { srgbCodes } from '../../tensor/ops/srgb-codes.ts';
import { standingOut } from '../../tensor/ops/standing-out.ts';
import { withOwn } from '../../tensor/own.ts';
import type { Straight } from '../../tensor/picture/straight.ts';
import type { PixelWork } from '../../tensor/pixel-kernels.ts';
import { boxAxis } from '../../tensor/resample/axis.ts';
import { imageSource, type Light } from '../../tensor/resample/light-rows.ts';
import { resampledLight } from '../../tensor/resample/resample.ts';
import { eachBand, type Pace, portion } from '../../timing.ts';
import type { Grid } from '../grid.ts';
import { calmed } from './calm.ts';
import { setStrokes } from './strokes.ts';
import { textureOf } from './texture.ts';

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
const CALM = 0.2;

/** Rough shares of the work: shrinking, means and codes, the network, and what is done with its cells. */
const SHARES = { shrink: 0.15, see: 0.05, draw: 0.6, add: 0.07, calm: 0.13 };

/** One pixel a cell. Throws `model_missing` if the model lacks a layer. */
export async function drawnCells(
  picture: Image,
  grid: Grid,
  { strength, outline, detail, weights }: DrawnOptions,
  { kernels, pace }: PixelWork,
): Promise<Straight> {
  const draws = weights !== undefined && strength > 0;
  const edges = draws ? { x: divided(grid.x), y: divided(grid.y) } : grid;
  const light = await resampledLight(imageSource(picture), {
    columns: boxAxis(picture.width, edges.x),
    rows: boxAxis(picture.height, edges.y),
    kernels,
    pace: portion(pace, draws ? SHARES.shrink : 1),
  });
  if (!draws) return meansOf(light).straight;
  const { straight, codes, shift } = await cellsOf(light);
  const { data } = await withOwn(async (own) => {
    own(codes);
    await pace(SHARES.see);
    // Down to a half, only the drawn cells are calmed: the network needs the detail to find eyes and mouths.
    const use = { weights, pace: portion(pace, SHARES.draw) };
    return drawCells(codes, Math.min(1, 2 * detail), use);
  });
  for (let i = 0; i < shift.length; i++) data[i]! += shift[i]!;
  await addDrawn(straight, data, { strength, outline, detail }, pace);
  return straight;
}

/** The edges of a grid of cells with four pixels between each two. */
function divided(edges: readonly number[]): number[] {
  const fine = edges.slice(0, -1).flatMap((edge, i) => {
    const step = (edges[i + 1]! - edge) / CELL_PIXELS;
    return Array.from({ length: CELL_PIXELS }, (_, k) => edge + k * step);
  });
  return [...fine, edges.at(-1)!];
}

type Seen = {
  /** Means of the cells. */
  straight: Straight;
  /** sRGB codes of the pixels as the network sees them, with the mean of all that is seen behind transparent ones. The caller frees them. */
  codes: Tensor3D;
  /** How far each cell's colour is moved towards what stands out in it. */
  shift: Float32Array;
};

/** `light` has 4×4 pixels a cell. */
const cellsOf = ({ width, height, channels, data }: Light): Promise<Seen> =>
  withOwn(async (own) => {
    const x = own(tensor3d(data, [height, width, channels]));
    const means = own(pooled(x, { coarse: CELL_PIXELS }));
    const [rows, columns] = means.shape;
    const size = { width: columns, height: rows, channels };
    const { straight, behind } = meansOf({ ...size, data: means.dataSync<'float32'>() });
    const codes = own(srgbCodes(x, { behind }));
    own.free(x);
    const shift = own(standingOut(codes)).dataSync<'float32'>();
    return { straight, codes: own.released(codes), shift };
  });

type Means = {
  straight: Straight;
  /** Mean of all that is seen, in linear light. */
  behind: readonly [number, number, number];
};

/** Straight colours of cells whose light is premultiplied. */
function meansOf({ width, height, channels, data }: Light): Means {
  const count = width * height;
  const linear = new Float32Array(3 * count);
  const alpha = channels === 4 ? new Float32Array(count) : undefined;
  const totals = [0, 0, 0, 0];
  for (let p = 0; p < count; p++) {
    const opacity = channels === 4 ? data[4 * p + 3]! : 1;
    if (alpha) alpha[p] = opacity;
    totals[3]! += opacity;
    for (let c = 0; c < 3; c++) {
      const light = data[channels * p + c]!;
      totals[c]! += light;
      if (opacity > 0) linear[3 * p + c] = light / opacity;
    }
  }
  const [r, g, b, seen] = totals as [number, number, number, number];
  const straight = { width, height, linear, alpha };
  return { straight, behind: seen > 0 ? [r / seen, g / seen, b / seen] : [1, 1, 1] };
}

async function addDrawn(
  { linear, alpha, width, height }: Straight,
  drawn: Float32Array,
  { strength, outline, detail }: Omit<DrawnOptions, 'weights'>,
  pace: Pace,
): Promise<void> {
  const size = { width, height };
  const codes = codesOfLinear(linear);
  const texture = textureOf(lumaOf(codes), size);
  setStrokes(drawn, codes, size, { outline, calm: Math.min(1, 3 * (1 - detail)), texture });
  for (let i = 0; i < codes.length; i++) {
    codes[i] = Math.min(1, Math.max(0, codes[i]! + strength * drawn[i]!));
  }
  await pace(SHARES.add / 2);
  const range = CALM * (1 - detail) * strength;
  const calm = range > 0 ? calmed(codes, { ...size, alpha, texture }, range) : codes;
  await pace(SHARES.calm);
  await eachBand(linear.length / 3, portion(pace, SHARES.add / 2), (first, end) => {
    for (let i = 3 * first; i < 3 * end; i++) linear[i] = linearOfCode(calm[i]!);
  });
}
