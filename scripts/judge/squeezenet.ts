// Features of SqueezeNet 1.1, trained on ImageNet, for patches of cells.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  add,
  concat,
  conv2d,
  div,
  image as images,
  maxPool,
  mean,
  relu,
  sqrt,
  square,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  tensor1d,
  tensor4d,
  tidy,
} from '@tensorflow/tfjs-core';
import type { Image } from '../../src/image.ts';

type Entry = { name: string; shape: number[]; offset: number };

/** Gives the features of an image of cells, each enlarged to 8×8 pixels. */
export type Features = (cells: Image) => Promise<Float32Array>;

/** Means over the picture of the layers fire3 (128) and fire5 (256), each of mean square 1. */
export async function readSqueezenet(folder: string): Promise<Features> {
  const name = join(folder, 'squeezenet1.1_notop_f32');
  const entries = JSON.parse(await readFile(`${name}.json`, 'utf8')) as Entry[];
  const bytes = await readFile(`${name}.bin`);
  const valuesOf = ({ shape, offset }: Entry): Float32Array => {
    const count = shape.reduce((a, b) => a * b, 1);
    return new Float32Array(
      bytes.buffer.slice(bytes.byteOffset + offset, bytes.byteOffset + offset + 4 * count),
    );
  };
  const layer = (x: Tensor4D, prefix: string, stride: number, pad: 'same' | 'valid'): Tensor4D => {
    const [bias, filter] = entries
      .filter((entry) => entry.name.startsWith(`${prefix}/`))
      .sort((a, b) => a.shape.length - b.shape.length) as [Entry, Entry];
    const shape = filter.shape as [number, number, number, number];
    const made = conv2d(x, tensor4d(valuesOf(filter), shape), stride, pad);
    return relu(add(made, tensor1d(valuesOf(bias))));
  };
  const fire = (x: Tensor4D, n: number): Tensor4D => {
    const squeezed = layer(x, `fire${n}/squeeze1x1`, 1, 'valid');
    const parts = [
      layer(squeezed, `fire${n}/expand1x1`, 1, 'valid'),
      layer(squeezed, `fire${n}/expand3x3`, 1, 'same'),
    ];
    return concat(parts, 3);
  };
  return async (cells) => {
    const result = tidy(() => {
      const enlarged = images.resizeNearestNeighbor(pixelsOf(cells), [
        8 * cells.height,
        8 * cells.width,
      ]) as Tensor4D;
      let x = layer(enlarged, 'conv1', 2, 'valid');
      x = fire(fire(maxPool(x, 3, 2, 'valid'), 2), 3);
      const shallow = unit(mean(x, [0, 1, 2]));
      x = fire(fire(maxPool(x, 3, 2, 'valid'), 4), 5);
      return concat([shallow, unit(mean(x, [0, 1, 2]))], 0);
    });
    const values = (await result.data()) as Float32Array;
    result.dispose();
    return values;
  };
}

/** Scaled to a mean square of 1, so that both layers count alike. */
const unit = (x: Tensor): Tensor1D => div(x, sqrt(mean(square(x)))) as Tensor1D;

/** Blue, green and red less their means over ImageNet, as Keras has them. */
function pixelsOf({ width, height, data }: Image): Tensor4D {
  const values = new Float32Array(3 * width * height);
  for (let i = 0; i < width * height; i++) {
    values[3 * i] = data[4 * i + 2]! - 103.939;
    values[3 * i + 1] = data[4 * i + 1]! - 116.779;
    values[3 * i + 2] = data[4 * i]! - 123.68;
  }
  return tensor4d(values, [1, height, width, 3]);
}
