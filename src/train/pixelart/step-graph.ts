// One training step of the pixel-art generator and its discriminator as a graph.

import { createGraph, type Value } from '../../graph/graph.ts';
import { add, mul, sub } from '../../graph/ops/elementwise.ts';
import { mean } from '../../graph/ops/mean.ts';
import { concat, slice } from '../../graph/ops/slice.ts';
import { abs, relu, sign } from '../../graph/ops/unary.ts';
import { discriminatorLoss, generatorLoss } from '../../nets/gan/adversarial-losses.ts';
import { pixelartDiscriminator } from '../../nets/pixelart/discriminator.ts';
import { pixelartGenerator } from '../../nets/pixelart/generator.ts';
import { lowBand } from '../../nets/pixelart/low-band.ts';
import { INPUT_CHANNELS, LOW_BAND } from '../../nets/pixelart/sizes.ts';
import { normalisedFilters } from '../normalised-filters.ts';
import { createParameterSet } from '../parameter-set.ts';
import { type StepGraph, stepGraph } from '../step-graph.ts';
import { edgeLoss } from './edge-loss.ts';

export type PixelartWeights = {
  adversarial: number;
  /** Drawn cells must come back from what became of them. */
  paired: number;
  chroma: number;
  /** Flat and textured places equal their smoothed mean. */
  calm: number;
  /** Lone features keep their contrast. */
  feature: number;
  /** No cell is much brighter or darker than its neighbours were. */
  bounds: number;
  /** Contours lie where the picture's do. */
  edges: number;
};

export type PixelartStepOptions = {
  batch: number;
  /** Cells along an edge of a crop; even. */
  size: number;
  weights: PixelartWeights;
  rates: { generator: number; discriminator: number };
  /** Channels of a block in onnxruntime's blocked layout; plain convolutions without it. */
  block?: number | undefined;
};

/** Inputs of the step by name, all [batch, channels, size, size]. */
export const PHOTO_INPUTS = {
  photo: INPUT_CHANNELS,
  calm: 1,
  quiet: 1,
  feature: 1,
  floor: 1,
  ceiling: 1,
  edges: 1,
} as const;
export const DRAWN_INPUTS = {
  degraded: INPUT_CHANNELS,
  drawn: 1,
  chroma: 2,
  chromaHigh: 2,
  drawnChroma: 2,
  real: 1,
} as const;

export function pixelartStep(options: PixelartStepOptions): StepGraph {
  const { batch, size, weights, rates } = options;
  const graph = createGraph();
  const generator = createParameterSet(graph);
  const discriminator = createParameterSet(graph);
  const input = (name: string, channels: number): Value =>
    graph.input(name, [batch, channels, size, size]);
  const given = Object.fromEntries(
    Object.entries({ ...PHOTO_INPUTS, ...DRAWN_INPUTS }).map(([name, channels]) => [
      name,
      input(name, channels),
    ]),
  ) as Record<keyof typeof PHOTO_INPUTS | keyof typeof DRAWN_INPUTS, Value>;

  const all = pixelartGenerator(concat([given.photo, given.degraded], 0), generator.parameter);
  const half = (value: Value, which: 0 | 1): Value =>
    slice(value, { axis: 0, start: which * batch, end: (which + 1) * batch });
  const made = half(all.luma, 0);
  const restored = half(all.luma, 1);

  const filters = normalisedFilters(graph);
  const score = (luma: Value): Value =>
    pixelartDiscriminator(luma, discriminator.parameter, filters.reparametrise);
  const real = score(given.real);
  const fake = score(made);

  const chroma = add(given.chroma, mul(given.chromaHigh, half(all.gain, 1)));
  const terms = {
    adversarial: generatorLoss('hinge', fake),
    paired: mean(abs(beyondLowBand(sub(restored, given.drawn)))),
    chroma: mean(abs(sub(chroma, given.drawnChroma))),
    calm: mean(mul(given.calm, abs(sub(made, given.quiet)))),
    feature: featureLoss(given, made),
    bounds: mean(add(relu(sub(made, given.ceiling)), relu(sub(given.floor, made)))),
    edges: edgeLoss(made, given.edges),
  };
  const loss = Object.entries(terms)
    .map(([name, term]) => mul(term, weights[name as keyof PixelartWeights]))
    .reduce((sum, term) => add(sum, term));
  const judged = discriminatorLoss('hinge', real, fake);

  return stepGraph(graph, {
    groups: [
      { name: 'generator', set: generator, loss, rate: rates.generator },
      { name: 'discriminator', set: discriminator, loss: judged, rate: rates.discriminator },
    ],
    losses: { ...terms, loss, discriminator: judged, real: mean(real), fake: mean(fake) },
    state: filters,
    block: options.block,
  });
}

/** The generator cannot change the low band, so a difference that lies in it costs nothing. */
const beyondLowBand = (difference: Value): Value => sub(difference, lowBand(difference, LOW_BAND));

/** Contrast that a lone feature should have, relative to that in the picture. */
const EMPHASIS = 1.25;

/** What a lone feature's contrast to its smoothed surroundings falls short of that in the picture. */
function featureLoss({ feature, quiet }: Record<string, Value>, made: Value): Value {
  const contrast = mul(sub(made, quiet!), sign(feature!));
  return mean(relu(sub(mul(abs(feature!), EMPHASIS), contrast)));
}
