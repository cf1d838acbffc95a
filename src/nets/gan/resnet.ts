// The ResNet generator of CycleGAN (Johnson et al. 2016, Zhu et al. 2017).

import type { Value } from '../../graph/graph.ts';
import { add } from '../../graph/ops/elementwise.ts';
import { pad } from '../../graph/ops/pad.ts';
import { relu, tanh } from '../../graph/ops/unary.ts';
import { convLayer } from './conv-layer.ts';
import { convTransposeLayer } from './conv-transpose-layer.ts';
import { type Norm, normLayer } from './norm-layer.ts';
import type { Parameter } from './parameters.ts';

export type ResnetOptions = {
  /** Channels of the result: 1 or 3. */
  outputs: number;
  /** Residual blocks: 9 for 256 pixels, 6 for 128. */
  blocks: number;
  /** Channels at full size; 64 without it. */
  width?: number;
  norm?: Norm;
};

const init = { deviation: 0.02 };

/** x [n, c, h, w], h and w multiples of 4, as [n, outputs, h, w] in -1…1. Throws a RangeError. */
export function resnet(x: Value, parameter: Parameter, options: ResnetOptions): Value {
  const { outputs, blocks, width = 64, norm = 'instance' } = options;
  const bias = norm !== 'batch';
  const normalised = (from: Value, name: string): Value => normLayer(from, norm, parameter, name);
  const mirrored = (from: Value, name: string, channels: number, side: number): Value => {
    const border = (side - 1) / 2;
    const padded = pad(from, [border, border, border, border], 'reflect');
    return convLayer(padded, parameter, name, { outputs: channels, side, padding: 0, init, bias });
  };
  let features = relu(normalised(mirrored(x, 'first', width, 7), 'first'));
  for (const [level, channels] of [2 * width, 4 * width].entries()) {
    const name = `down${level}`;
    const layer = { outputs: channels, side: 3, stride: 2, padding: 1, init, bias };
    features = relu(normalised(convLayer(features, parameter, name, layer), name));
  }
  for (let block = 0; block < blocks; block += 1) {
    const [one, two] = [`block${block}.conv1`, `block${block}.conv2`];
    const inner = relu(normalised(mirrored(features, one, 4 * width, 3), one));
    features = add(features, normalised(mirrored(inner, two, 4 * width, 3), two));
  }
  for (const [level, channels] of [2 * width, width].entries()) {
    const name = `up${level}`;
    const layer = { outputs: channels, side: 3 as const, bias, deviation: init.deviation };
    features = relu(normalised(convTransposeLayer(features, parameter, name, layer), name));
  }
  const padded = pad(features, [3, 3, 3, 3], 'reflect');
  return tanh(convLayer(padded, parameter, 'last', { outputs, side: 7, padding: 0, init }));
}
