// The transfer network of fast style transfer in plain tf.js, operation by operation, for comparison with ours.
import {
  add,
  conv2d,
  matMul,
  mirrorPad,
  moments,
  mul,
  relu,
  rsqrt,
  sigmoid,
  sub,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  tensor,
  tensor2d,
  image as tfImage,
  tidy,
} from '@tensorflow/tfjs-core';
import type { Weights } from '../../src/graph/engine.ts';

const EPSILON = 168 * 2 ** -24;

export type Transcription = {
  /** Paints a content `[h, w, 3]`, with sides that are multiples of 4, in the style of a vector. The content is not disposed. */
  paint: (content: Tensor3D, vector: Float32Array) => Tensor3D;
};

/** Makes the network; it keeps the weights as tensors. */
export function transcribeMagenta(weights: Weights): Transcription {
  const tensors = new Map<string, Tensor>();
  for (const [name, { shape, data }] of weights) tensors.set(name, tensor(data, [...shape]));
  const named = <T extends Tensor>(name: string): T => tensors.get(name) as T;

  // Each layer frees its intermediate tensors; otherwise a large picture would not fit into memory.
  const convolved = (x: Tensor3D, name: string, stride = 1): Tensor3D => {
    const filter = named<Tensor4D>(`${name}.weight`);
    const border: [number, number] = [filter.shape[0] >> 1, filter.shape[0] >> 1];
    return conv2d(mirrorPad(x, [border, border, [0, 0]], 'reflect'), filter, stride, 'valid');
  };
  const normed = (x: Tensor3D, name: string, vector: Tensor2D): Tensor3D => {
    const project = (part: string): Tensor =>
      add(matMul(vector, named<Tensor2D>(`${name}.${part}.weight`)), named(`${name}.${part}.bias`));
    const { mean, variance } = moments(x, [0, 1]);
    const normal = mul(sub(x, mean), rsqrt(add(variance, EPSILON)));
    return add(mul(normal, project('gamma')), project('beta'));
  };
  const contract = (x: Tensor3D, name: string, stride: number): Tensor3D =>
    relu(add(convolved(x, name, stride), named(`${name}.bias`)));
  const residual = (x: Tensor3D, name: string, vector: Tensor2D): Tensor3D => {
    const inner = relu(normed(convolved(x, `${name}.conv1`), `${name}.conv1`, vector));
    return add(x, normed(convolved(inner, `${name}.conv2`), `${name}.conv2`, vector));
  };
  const expand = (x: Tensor3D, name: string, vector: Tensor2D): Tensor3D => {
    const [h, w] = x.shape;
    const large = tfImage.resizeNearestNeighbor(x, [2 * h, 2 * w]);
    return relu(normed(convolved(large, name), name, vector));
  };

  return {
    paint(content, numbers) {
      const vector = tensor2d(numbers, [1, numbers.length]);
      const layers: ((x: Tensor3D) => Tensor3D)[] = [
        (x) => contract(x, 'contract1', 1),
        (x) => contract(x, 'contract2', 2),
        (x) => contract(x, 'contract3', 2),
        ...[1, 2, 3, 4, 5].map((n) => (x: Tensor3D) => residual(x, `residual${n}`, vector)),
        (x) => expand(x, 'expand1', vector),
        (x) => expand(x, 'expand2', vector),
        (x) => sigmoid(normed(convolved(x, 'expand3'), 'expand3', vector)),
      ];
      let x = content;
      for (const layer of layers) {
        const next = tidy(() => layer(x));
        if (x !== content) x.dispose();
        x = next;
      }
      vector.dispose();
      return x;
    },
  };
}
