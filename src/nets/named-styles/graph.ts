// The network of the named styles as a graph, for training: one set of filters, and for each style scales, offsets and a last filter.
import type { Value } from '../../graph/graph.ts';
import { conv2d } from '../../graph/ops/conv/conv.ts';
import { add, mul, sub } from '../../graph/ops/elementwise.ts';
import { instanceNorm } from '../../graph/ops/norm.ts';
import { pad } from '../../graph/ops/pad.ts';
import { reshape } from '../../graph/ops/reshape.ts';
import { resizeNearest } from '../../graph/ops/resize-nearest.ts';
import { concat, slice } from '../../graph/ops/slice.ts';
import { relu, sigmoid } from '../../graph/ops/unary.ts';
import { shape4 } from '../../graph/shape.ts';
import { heDeviation, type Init, type Parameter } from '../gan/parameters.ts';
import { BLOCKS, EPSILON, OUTER_SIDE, WIDTHS } from './sizes.ts';

/** Gives a parameter of the styles, [n, length], one row for each picture of the batch. */
export type StyleParameter = (name: string, length: number, init: Init) => Value;

/** x [n, 3, h, w] in 0…1, h and w multiples of 4, painted: [n, 3, h, w] in 0…1. */
export function namedStyleNetwork(x: Value, parameter: Parameter, style: StyleParameter): Value {
  const filtered = (from: Value, name: string, layer: Layer): Value => {
    const { outputs, side = 3, stride = 1 } = layer;
    const inputs = from.shape[1]!;
    const init = { deviation: heDeviation(inputs, side * side) };
    const weight = parameter(`${name}.weight`, [outputs, inputs, side, side], init);
    return conv2d(mirrored(from, side), weight, { strides: [stride, stride] });
  };
  const scaled = (from: Value, name: string): Value => {
    const [n, c] = shape4(from.shape);
    const scale = reshape(style(`${name}.scale`, c, 'ones'), [n, c, 1, 1]);
    return add(mul(from, scale), reshape(style(`${name}.shift`, c, 'zeros'), [n, c, 1, 1]));
  };
  const normalised = (from: Value, name: string, init: Init = 'ones'): Value => {
    const [n, c, h, w] = shape4(from.shape);
    const scale = reshape(style(`${name}.scale`, c, init), [n * c]);
    const shift = reshape(style(`${name}.shift`, c, 'zeros'), [n * c]);
    const flat = reshape(from, [1, n * c, h, w]);
    return reshape(instanceNorm(flat, scale, shift, EPSILON), [n, c, h, w]);
  };
  const contract = (from: Value, name: string, layer: Layer): Value =>
    relu(scaled(filtered(from, name, layer), name));
  const expand = (from: Value, name: string, outputs: number): Value =>
    relu(normalised(filtered(resizeNearest(from, 2), name, { outputs }), name));

  let features = contract(sub(x, 0.5), 'contract1', { outputs: WIDTHS[0], side: OUTER_SIDE });
  features = contract(features, 'contract2', { outputs: WIDTHS[1], stride: 2 });
  features = contract(features, 'contract3', { outputs: WIDTHS[2], stride: 2 });
  for (let block = 0; block < BLOCKS; block += 1) {
    const [one, two] = [`block${block}.conv1`, `block${block}.conv2`];
    const layer = { outputs: WIDTHS[2] };
    const inner = relu(normalised(filtered(features, one, layer), one));
    features = add(features, normalised(filtered(inner, two, layer), two, { deviation: 0.1 }));
  }
  features = expand(features, 'expand1', WIDTHS[1]);
  features = expand(features, 'expand2', WIDTHS[0]);
  return sigmoid(normalised(lastFilter(features, style), 'last'));
}

type Layer = { outputs: number; side?: number; stride?: number };

function mirrored(x: Value, side: number): Value {
  const border = (side - 1) / 2;
  return pad(x, [border, border, border, border], 'reflect');
}

/** Each picture of the batch by the filter of its style. */
function lastFilter(features: Value, style: StyleParameter): Value {
  const [n, c] = shape4(features.shape);
  const taps = OUTER_SIDE * OUTER_SIDE;
  const init = { deviation: heDeviation(c, taps) };
  const filters = style('last.filter', 3 * c * taps, init);
  const padded = mirrored(features, OUTER_SIDE);
  const of = (value: Value, i: number): Value =>
    n === 1 ? value : slice(value, { axis: 0, start: i, end: i + 1 });
  const made = Array.from({ length: n }, (_, i) =>
    conv2d(of(padded, i), reshape(of(filters, i), [3, c, OUTER_SIDE, OUTER_SIDE])),
  );
  return n === 1 ? made[0]! : concat(made, 0);
}
