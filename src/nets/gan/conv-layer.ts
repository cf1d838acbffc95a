// A convolution with a filter and a bias of its own.

import type { Value } from '../../graph/graph.ts';
import { conv2d } from '../../graph/ops/conv/conv.ts';
import { heDeviation, type Init, type Parameter } from './parameters.ts';

export type ConvLayer = {
  outputs: number;
  /** Edge of the filter in pixels. */
  side: number;
  /** 1 without it. */
  stride?: number;
  /** Zeros on each side; (side − 1) >> 1 without it. */
  padding?: number;
  /** Of the filter; He's normal distribution without it. */
  init?: Init;
  /** Without it there is a bias. */
  bias?: boolean;
  /** Changes the filter before it is used, as spectral normalisation does. */
  reparametrise?: (filter: Value, name: string) => Value;
};

/** x [n, c, h, w] convolved with the parameters `<name>.weight` [o, c, side, side] and `<name>.bias` [o]. Throws a RangeError. */
export function convLayer(x: Value, parameter: Parameter, name: string, layer: ConvLayer): Value {
  const { outputs, side, stride = 1, padding = (side - 1) >> 1, bias = true } = layer;
  const inputs = x.shape[1]!;
  const init = layer.init ?? { deviation: heDeviation(inputs, side * side) };
  const weight = parameter(`${name}.weight`, [outputs, inputs, side, side], init);
  return conv2d(x, layer.reparametrise?.(weight, `${name}.weight`) ?? weight, {
    strides: [stride, stride],
    pads: [padding, padding, padding, padding],
    bias: bias ? parameter(`${name}.bias`, [outputs], 'zeros') : undefined,
  });
}
