// Linear maps of the columns and the rows of pictures, as matrices.
import { matMul, reshape, type Tensor2D, type Tensor3D, transpose } from '@tensorflow/tfjs-core';

/** `x` `[h, w, c]` with each column multiplied by `down` `[to, h]` and each row by `across` `[to, w]`. Leaves intermediate tensors to the caller's tidy. */
export function alongBoth(x: Tensor3D, down: Tensor2D, across: Tensor2D): Tensor3D {
  const [height, width, channels] = x.shape;
  const [rows, columns] = [down.shape[0], across.shape[0]];
  const flat = reshape(x, [height, width * channels]);
  const tall = reshape(matMul(down, flat), [rows, width, channels]);
  const turned = reshape(transpose(tall, [1, 0, 2]), [width, rows * channels]);
  const wide = reshape(matMul(across, turned), [columns, rows, channels]);
  return transpose<Tensor3D>(wide as Tensor3D, [1, 0, 2]);
}
