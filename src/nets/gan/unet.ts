// The U-Net generator of pix2pix (Isola et al. 2017), with or without skip connections, to any grid.
import type { Value } from '../../graph/graph.ts';
import { mul } from '../../graph/ops/elementwise.ts';
import { type Extent, resizeBilinear } from '../../graph/ops/resize-bilinear.ts';
import { concat } from '../../graph/ops/slice.ts';
import { leakyRelu, relu, tanh } from '../../graph/ops/unary.ts';
import { type Shape, shape4, shapeText } from '../../graph/shape.ts';
import { convLayer } from './conv-layer.ts';
import { convTransposeLayer } from './conv-transpose-layer.ts';
import { type Norm, normLayer } from './norm-layer.ts';
import type { Parameter } from './parameters.ts';

export type UnetOptions = {
  /** Channels of the result: 1 or 3. */
  outputs: number;
  /** Halvings; 8 for 256 pixels. */
  depth: number;
  /** Channels after the first halving; doubled by each of the next three. 64 without it. */
  width?: number;
  norm?: Norm;
  /** Whether the decoder sees the encoder's features; without them all goes through the bottleneck. */
  skips?: boolean;
  /** Size of the result, multiples of 2^depth; that of x without it. */
  grid?: Extent;
  /** Random masks for dropout in the three innermost blocks of 8 · width channels; none without it. */
  mask?: (name: string, shape: Shape) => Value;
};

export type UnetResult = {
  /** [n, outputs, height, width] in -1…1. */
  picture: Value;
  /** The innermost features. */
  bottleneck: Value;
};

const DEVIATION = 0.02;
const SLOPE = 0.2;

/** x [n, c, h, w], h and w multiples of 2^depth, in -1…1. Throws a RangeError for other sizes. */
export function unet(x: Value, parameter: Parameter, options: UnetOptions): UnetResult {
  const { depth, outputs, width = 64, norm = 'batch', skips = true, mask } = options;
  const [, , h, w] = shape4(x.shape);
  const grid = options.grid ?? { height: h, width: w };
  const multiple = 2 ** depth;
  if ([h, w, grid.height, grid.width].some((length) => length % multiple !== 0))
    throw new RangeError(
      `unet: expected sizes in multiples of ${multiple}, got ${shapeText(x.shape)} and ${grid.width}x${grid.height}`,
    );
  const channels = (level: number): number => width * Math.min(8, 2 ** level);
  const init = { deviation: DEVIATION };
  const bias = norm !== 'batch';

  const features: Value[] = [];
  let down = x;
  for (let level = 0; level < depth; level += 1) {
    const name = `down${level}`;
    const layer = { outputs: channels(level), side: 4, stride: 2, padding: 1, init, bias };
    down = convLayer(level === 0 ? down : leakyRelu(down, SLOPE), parameter, name, layer);
    // The innermost has a single pixel, whose normalised value would be 0.
    if (level > 0 && level < depth - 1) down = normLayer(down, norm, parameter, name);
    features.push(down);
  }
  let up = fitted(down, grid, depth);
  for (let level = depth - 1; level > 0; level -= 1) {
    const name = `up${level}`;
    const layer = { outputs: channels(level - 1), side: 4 as const, bias, deviation: DEVIATION };
    up = normLayer(convTransposeLayer(relu(up), parameter, name, layer), norm, parameter, name);
    if (mask && level < depth - 1 && channels(level - 1) === 8 * width && level >= depth - 4)
      up = mul(up, mask(`${name}.dropout`, up.shape));
    if (skips) up = concat([fitted(features[level - 1]!, grid, level), up], 1);
  }
  const last = { outputs, side: 4 as const, bias: true, deviation: DEVIATION };
  return {
    picture: tanh(convTransposeLayer(relu(up), parameter, 'up0', last)),
    bottleneck: down,
  };
}

/** Features resized to the decoder's grid at a level. */
const fitted = (x: Value, { height, width }: Extent, level: number): Value =>
  resizeBilinear(x, { height: height / 2 ** level, width: width / 2 ** level });
