// The pixel-art generator as a graph: it works at the resolution of the cells and predicts a difference to their means.

import type { Value } from '../../graph/graph.ts';
import { add, mul, sub } from '../../graph/ops/elementwise.ts';
import { mean } from '../../graph/ops/mean.ts';
import { slice } from '../../graph/ops/slice.ts';
import { leakyRelu, tanh } from '../../graph/ops/unary.ts';
import { convLayer } from '../gan/conv-layer.ts';
import type { Parameter } from '../gan/parameters.ts';
import { lowBand } from './low-band.ts';
import { BLOCKS, CHROMA_GAIN, INPUT_CHANNELS, LOW_BAND, SLOPE, WIDTH } from './sizes.ts';

/** Luma of the cells [n, 1, h, w] in 0…1, and the gain on their chroma's high band, [n, 1, h, w]. */
export type Drawn = { luma: Value; base: Value; gain: Value };

/**
 * x [n, 32, h, w]: luma in 0…1 of every cell's pixels, row by row, raw and smoothed. The result may leave 0…1 slightly.
 * The low band of the result is that of the cells' means.
 */
export function pixelartGenerator(x: Value, parameter: Parameter): Drawn {
  const layer = (
    from: Value,
    name: string,
    outputs: number,
    init?: 'zeros' | { deviation: number },
  ) => convLayer(from, parameter, name, { outputs, side: 3, ...(init && { init }) });
  const base = mean(slice(x, { axis: 1, start: 0, end: INPUT_CHANNELS / 2 }), {
    axes: [1],
    keepDims: true,
  });
  let features = leakyRelu(layer(sub(x, base), 'stem', WIDTH), SLOPE);
  for (let block = 0; block < BLOCKS; block += 1) {
    const inner = leakyRelu(layer(features, `block${block}.conv1`, WIDTH), SLOPE);
    features = add(features, layer(inner, `block${block}.conv2`, WIDTH, 'zeros'));
  }
  const out = layer(leakyRelu(features, SLOPE), 'head', 2, { deviation: 0.01 });
  const difference = slice(out, { axis: 1, start: 0, end: 1 });
  const gain = tanh(slice(out, { axis: 1, start: 1, end: 2 }));
  return {
    luma: add(base, sub(difference, lowBand(difference, LOW_BAND))),
    base,
    gain: add(mul(gain, CHROMA_GAIN.reach), CHROMA_GAIN.middle),
  };
}
