// One colour for each cell of a grid: its mean, or one of three choices from the cell's single pixels.
import {
  cast,
  concat,
  div,
  gather,
  matMul,
  maximum,
  mul,
  reshape,
  slice,
  stack,
  type Tensor2D,
  type Tensor3D,
  tensor1d,
  tensor2d,
  tensor3d,
  transpose,
} from '@tensorflow/tfjs-core';
import { linearOfByte } from '../colour/colour.ts';
import { customOp } from '../ops/custom-op.ts';
import { byteOf } from '../ops/packed-pixels.ts';
import type { Axis } from '../resample/axis.ts';
import { chosenCells } from './chosen-cells.ts';

/** Name of the kernel of `cellColours`: input pixels; attributes of `CellAttrs`. */
export const CELLS = 'TesseraCells';

export const cellColourNames = ['mean', 'median', 'mode', 'detail'] as const;
export type CellColour = (typeof cellColourNames)[number];

export type CellAttrs = {
  /** Which pixels belong to each column and row of the grid, and their shares. */
  columns: Axis;
  rows: Axis;
  colour: CellColour;
  /** For `detail` three sRGB-coded levels for each cell: the surroundings that a pixel stands out from. */
  around?: Float32Array | undefined;
};

/**
 * Straight colours in linear light and opacities of the cells, `[rows, columns, 4]`, from packed `pixels` `[h, w]`. Opacity always is the
 * cell's mean; if it is zero, so is the colour.
 */
export const cellColours = (pixels: Tensor2D, attrs: CellAttrs): Tensor3D =>
  customOp({
    name: CELLS,
    inputs: { pixels },
    attrs,
    compose: () =>
      attrs.colour === 'mean' ? composeMeans(pixels, attrs) : composeChosen(pixels, attrs),
  });

function composeMeans(pixels: Tensor2D, { columns, rows }: CellAttrs): Tensor3D {
  const [height, width] = pixels.shape;
  const [red, green, blue, alpha] = [0, 1, 2, 3].map((index) => byteOf(pixels, index));
  const opacity = div(cast(alpha!, 'float32'), 255);
  const light = tensor1d(linearOfByte);
  const colours = [red!, green!, blue!].map((level) => mul(gather(light, level), opacity));
  const seen = reshape(stack([...colours, opacity], 2), [height, 4 * width]);
  const down = reshape(matMul(matrixOf(rows), seen), [rows.to, width, 4]);
  const turned = reshape(transpose(down, [1, 0, 2]), [width, 4 * rows.to]);
  const across = reshape(matMul(matrixOf(columns), turned), [columns.to, rows.to, 4]);
  const means = transpose(across, [1, 0, 2]) as Tensor3D;
  const share = slice(means, [0, 0, 3], [rows.to, columns.to, 1]);
  const sums = slice(means, [0, 0, 0], [rows.to, columns.to, 3]);
  return concat([div(sums, maximum(share, 1e-9)), share], 2);
}

/** The weights of an axis as a matrix `[to, from]`. */
function matrixOf({ from, to, start, count, offset, weights }: Axis): Tensor2D {
  const matrix = new Float32Array(from * to);
  for (let i = 0; i < to; i++) {
    for (let k = 0; k < count[i]!; k++) {
      matrix[i * from + start[i]! + k] = weights[offset[i]! + k]!;
    }
  }
  return tensor2d(matrix, [to, from]);
}

function composeChosen(pixels: Tensor2D, attrs: CellAttrs): Tensor3D {
  const [height, width] = pixels.shape;
  const values = Int32Array.from(pixels.dataSync<'int32'>());
  const image = { width, height, data: new Uint8ClampedArray(values.buffer) };
  return tensor3d(chosenCells(image, attrs), [attrs.rows.to, attrs.columns.to, 4]);
}
