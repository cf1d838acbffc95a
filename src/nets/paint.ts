// Networks that paint a picture on tf.js: they halve its sides twice and enlarge them again, layer by layer.
import { type Tensor3D, type Tensor4D, tensor3d, tensor4d } from '@tensorflow/tfjs-core';
import type { TensorData } from '../graph/engine.ts';
import type { Pace } from '../timing.ts';
import { cropped, mirroredTo } from './mirrored-rgb.ts';
import type { Rgb } from './rgb.ts';

/** Borrows its input and returns a new tensor, both [h, w, channels]. */
export type Run = (x: Tensor3D) => Tensor3D;

/** A layer, and its share of the time of all layers. */
export type Layer = { run: Run; share: number };

/** Both sides are halved twice, so they must be multiples of this. */
const GRID = 4;
/** Smallest padded side in px: mirrored borders are up to 2 px wide, at a quarter of the resolution 1. */
const LEAST_SIDE = 8;

const paddedSide = (side: number): number => GRID * Math.ceil(Math.max(side, LEAST_SIDE) / GRID);

/**
 * Runs the layers one after the other on a picture of any size from 1×1. The result has the same size: the picture is mirrored beyond its
 * right and lower edges to multiples of 4, and the result is cut. `pace` is called after each layer with its share.
 */
export async function paint(content: Rgb, layers: readonly Layer[], pace: Pace): Promise<Rgb> {
  const [width, height] = [paddedSide(content.width), paddedSide(content.height)];
  const padded = mirroredTo(content, { width, height });
  let x = tensor3d(padded.data, [height, width, 3]);
  try {
    for (const { run, share } of layers) {
      const next = run(x);
      x.dispose();
      x = next;
      await pace(share);
    }
    const painted = { width, height, data: await x.data<'float32'>() };
    return cropped(painted, content);
  } finally {
    x.dispose();
  }
}

/** A filter [k, k, in, out] as a tensor. */
export const filterTensor = ({ shape, data }: TensorData): Tensor4D =>
  tensor4d(data, shape as [number, number, number, number]);
