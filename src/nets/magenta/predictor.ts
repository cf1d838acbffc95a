// Style vectors of pictures (Ghiasi et al. 2017): MobileNetV2 quantised to 8 bits, as published for phones.
import {
  add,
  fused,
  mean,
  type Tensor1D,
  type Tensor3D,
  tensor1d,
  tensor3d,
  tensor4d,
  tidy,
} from '@tensorflow/tfjs-core';
import { AppError } from '../../errors.ts';
import type { TensorData, Weights } from '../../graph/engine.ts';
import { inTurn } from '../../tensor/ops/in-turn.ts';
import { FILTER_LANES, pointwiseConv } from '../../tensor/ops/pointwise-conv.ts';
import type { Pace } from '../../timing.ts';
import type { Rgb } from '../rgb.ts';

/** Side of the network's input picture, in px. */
export const STYLE_SIDE = 256;

/** Stride of the depthwise convolution of each block. */
const STRIDES = [1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1];

/**
 * The style vector of a picture of `STYLE_SIDE`² (other sizes work, but the network was not trained for them). `weights` are the model
 * `fast-style-predictor`'s; a layer's weights are tensors only while the layer runs. Throws `model_missing` if the file lacks a layer.
 */
export async function predictStyle(
  style: Rgb,
  use: { weights: Weights; pace: Pace },
): Promise<Float32Array> {
  const parts = partsOf(createFilters(use.weights));
  let x = tensor3d(style.data, [style.height, style.width, 3]);
  try {
    for (const run of parts) {
      const next = run(x);
      x.dispose();
      x = next;
      await use.pace(1 / parts.length);
    }
    return await x.data<'float32'>();
  } finally {
    x.dispose();
  }
}

type Layer = (x: Tensor3D) => Tensor3D;
type Filters = (name: string) => Filter;

/** The network in parts that take a few milliseconds each. A part borrows its input and returns a new tensor. */
function partsOf(filters: Filters): Layer[] {
  const layer = (name: string, options: LayerOptions = {}) => layerOf(filters, name, options);
  const blocks = STRIDES.map((stride, i): Layer => {
    const name = `block${i + 1}`;
    const inner = [
      ...(i > 0 ? [layer(`${name}.expand`)] : []),
      layer(`${name}.depthwise`, { stride }),
      layer(`${name}.project`, { linear: true }),
    ];
    return (x) => tidy(() => joined(x, inTurn(x, ...inner), stride));
  });
  const average: Layer = (x) => mean(x, [0, 1], true);
  const last = [layer('head'), average, layer('vector', { linear: true })];
  return [(x) => inTurn(x, layer('stem', { stride: 2 })), ...blocks, (x) => inTurn(x, ...last)];
}

const joined = (x: Tensor3D, y: Tensor3D, stride: number): Tensor3D =>
  stride === 1 && x.shape[2] === y.shape[2] ? add(x, y) : y;

type LayerOptions = { stride?: number; linear?: boolean };

const RELU6 = { least: 0, most: 6 };
const UNBOUNDED = { least: -3.4e38, most: 3.4e38 };

// Weights become tensors inside the part, because WASM keeps a packed copy of a filter as long as its tensor exists.
function layerOf(filters: Filters, name: string, options: LayerOptions): Layer {
  const { stride = 1, linear = false } = options;
  return (x) => {
    const { shape, fill, bias } = filters(name);
    const [side, , inputs, outputs] = shape;
    if (side === 1 && outputs % FILTER_LANES === 0) {
      const lanes = [outputs / FILTER_LANES, inputs, FILTER_LANES] as const;
      const filter = tensor3d(fill(packDequantised), [...lanes]);
      return pointwiseConv(x, { filter, bias }, linear ? UNBOUNDED : RELU6);
    }
    const filter = tensor4d(fill(dequantise), [...shape]);
    const activation = linear ? 'linear' : 'relu6';
    const settings = { x, filter, bias, strides: stride, pad: 'same', activation } as const;
    return name.endsWith('.depthwise') ? fused.depthwiseConv2d(settings) : fused.conv2d(settings);
  };
}

type Filter = {
  shape: readonly [height: number, width: number, inputs: number, outputs: number];
  /** Writes the weights to a buffer that all layers share, so the previous layer's must not be used any more. */
  fill: (write: Dequantise) => Float32Array;
  bias: Tensor1D;
};

/** Makes the filters of layers. */
function createFilters(weights: Weights): Filters {
  const named = (name: string): TensorData => {
    const found = weights.get(name);
    if (found) return found;
    throw new AppError(
      'model_missing',
      `fast-style-predictor: the model's file has no ${name}; run npm run models fast-style`,
    );
  };
  // Allocating memory for every layer would take longer than the arithmetic.
  const room = new Float32Array(Math.max(0, ...[...weights.values()].map(countOf)));
  return (name) => {
    const { shape, data } = named(`${name}.weight`);
    const scale = named(`${name}.scale`).data;
    return {
      shape: shape as unknown as Filter['shape'],
      fill(write) {
        const values = room.subarray(0, data.length);
        write(values, data, scale);
        return values;
      },
      bias: tensor1d(named(`${name}.bias`).data),
    };
  };
}

const countOf = ({ shape }: TensorData): number => shape.reduce((product, n) => product * n, 1);

/** Dequantises integers: each is multiplied by the scale of its channel, which is the last dimension. */
type Dequantise = (out: Float32Array, whole: Float32Array, scale: Float32Array) => void;

const dequantise: Dequantise = (out, whole, scale) => {
  const channels = scale.length;
  for (let i = 0, c = 0; i < out.length; i++) {
    out[i] = whole[i]! * scale[c]!;
    if (++c === channels) c = 0;
  }
};

/** Writes the values in the order of `pointwiseConv`'s filter. */
const packDequantised: Dequantise = (out, whole, scale) => {
  const channels = scale.length;
  for (let first = 0, to = 0; first < channels; first += FILTER_LANES) {
    for (let from = first; from < out.length; from += channels) {
      for (let c = 0; c < FILTER_LANES; c++) out[to++] = whole[from + c]! * scale[first + c]!;
    }
  }
};
