// The larger network of fast style transfer, layer by layer in double precision: the reference.
import type { Weights } from '../../../src/graph/engine.ts';
import type { Rgb } from '../../../src/nets/rgb.ts';
import {
  conv,
  cropped,
  depthwise,
  doubled,
  instanceNorm,
  mapped,
  reflected,
  relu,
  sigmoid,
  sum,
  type Volume,
} from './plain-layers.ts';
import { fromRgb, projected, tensorNamed, toRgb } from './plain-magenta.ts';

/** The larger transfer network, with zeros around every layer. */
export function plainSeparable(content: Rgb, vector: ArrayLike<number>, weights: Weights): Rgb {
  const named = (name: string) => tensorNamed(weights, name);
  const contract = (v: Volume, name: string, stride: number, padding: number): Volume => {
    const { data: bias } = named(`${name}.bias`);
    const out = conv(v, named(`${name}.weight`), { stride, padding });
    return relu(mapped(out, (value, c) => value + bias[c]!));
  };
  const normed = (v: Volume, name: string): Volume => {
    const [gamma, beta] = ['gamma', 'beta'].map((part) =>
      projected(vector, {
        matrix: named(`${name}.${part}.weight`),
        bias: named(`${name}.${part}.bias`).data,
      }),
    ) as [Float64Array, Float64Array];
    return instanceNorm(v, { gamma, beta, epsilon: 1e-5 });
  };
  const separable = (v: Volume, name: string): Volume => {
    const inner = depthwise(v, named(`${name}.depthwise.weight`), { stride: 1, padding: 1 });
    const out = conv(inner, named(`${name}.pointwise.weight`), { stride: 1, padding: 0 });
    return normed(out, name);
  };

  const { width, height } = content;
  let v = reflected(fromRgb(content), { before: [0, 0], after: [-height & 3, -width & 3] });
  v = contract(v, 'contract1', 1, 4);
  v = contract(v, 'contract2', 2, 1);
  v = contract(v, 'contract3', 2, 1);
  for (let i = 1; i <= 5; i++) {
    const inner = relu(separable(v, `residual${i}.conv1`));
    v = sum(v, separable(inner, `residual${i}.conv2`));
  }
  v = relu(separable(doubled(v), 'expand1'));
  v = relu(separable(doubled(v), 'expand2'));
  v = conv(v, named('expand3.weight'), { stride: 1, padding: 4 });
  return toRgb(cropped(sigmoid(normed(v, 'expand3')), content));
}
