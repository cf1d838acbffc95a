// Weights of VGG19, with the preparation of the picture folded into the first convolution where that is exact.
import { AppError } from '../../errors.ts';
import type { TensorData, Weights } from '../../graph/engine.ts';

/** `VGG19` itself, or a variant with fewer channels, which pads by reflection and ends at `relu5_1`: compressed, or the project's own. */
export type Vgg19Variant = 'vgg19' | 'vgg19-small' | 'slim';

/** The variants by the names of the effect's parameter `weights`, and of the engine `slim`. */
export const VARIANTS = { full: 'vgg19', small: 'vgg19-small', slim: 'slim' } as const;

/** A convolution: filter `[out, in, kh, kw]` and bias `[out]`. */
export type ConvWeights = { filter: TensorData; bias: TensorData };

const firstLayers = new WeakMap<Weights, ConvWeights>();

/** The convolution before `relu<name>`, such as `3_1`. Throws `model_missing` if the file lacks it. */
export function convWeights(weights: Weights, variant: Vgg19Variant, name: string): ConvWeights {
  if (name !== '1_1') return layer(weights, variant, `conv${name}`);
  let first = firstLayers.get(weights);
  if (!first) {
    first = firstLayer(weights, variant);
    firstLayers.set(weights, first);
  }
  return first;
}

function firstLayer(weights: Weights, variant: Vgg19Variant): ConvWeights {
  if (variant === 'vgg19') return fromLevels(weights);
  return variant === 'vgg19-small' ? withPreparation(weights) : layer(weights, variant, 'conv1_1');
}

function layer(weights: Weights, variant: Vgg19Variant, name: string): ConvWeights {
  const [filter, bias] = [weights.get(`${name}.weight`), weights.get(`${name}.bias`)];
  if (!filter || !bias)
    throw new AppError(
      'model_missing',
      `${variant}: the model's file has no layer ${name}; run npm run models ${variant}`,
    );
  if (filter.shape.length !== 4 || bias.shape[0] !== filter.shape[0])
    throw new AppError(
      'model_missing',
      `${variant}: expected filters [out, in, h, w] and a bias of ${name}, got shapes [${filter.shape}] and [${bias.shape}]; run npm run models ${variant}`,
    );
  return { filter, bias };
}

/** Converts filters for BGR in 0…255 to filters for RGB in 0…1. */
function fromLevels(weights: Weights): ConvWeights {
  const { filter, bias } = layer(weights, 'vgg19', 'conv1_1');
  const [out = 0, channels = 0, h = 0, w = 0] = filter.shape;
  const data = new Float32Array(filter.data.length);
  for (let o = 0; o < out; o++) {
    for (let c = 0; c < channels; c++) {
      const from = (o * channels + channels - 1 - c) * h * w;
      for (let k = 0; k < h * w; k++)
        data[(o * channels + c) * h * w + k] = 255 * filter.data[from + k]!;
    }
  }
  return { filter: { shape: filter.shape, data }, bias };
}

/** Merges the 1 × 1 convolution conv0 into conv1_1, which is exact because padding is by reflection. */
function withPreparation(weights: Weights): ConvWeights {
  const before = layer(weights, 'vgg19-small', 'conv0');
  const { filter, bias } = layer(weights, 'vgg19-small', 'conv1_1');
  const [out = 0, middle = 0, h = 0, w = 0] = filter.shape;
  const channels = before.filter.shape[1]!;
  const data = new Float64Array(out * channels * h * w);
  const shift = Float64Array.from(bias.data);
  for (let o = 0; o < out; o++) {
    for (let m = 0; m < middle; m++) {
      for (let k = 0; k < h * w; k++) {
        const value = filter.data[(o * middle + m) * h * w + k]!;
        shift[o]! += value * before.bias.data[m]!;
        for (let c = 0; c < channels; c++)
          data[(o * channels + c) * h * w + k]! += value * before.filter.data[m * channels + c]!;
      }
    }
  }
  return {
    filter: { shape: [out, channels, h, w], data: Float32Array.from(data) },
    bias: { shape: [out], data: Float32Array.from(shift) },
  };
}
