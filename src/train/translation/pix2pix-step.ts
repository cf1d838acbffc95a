// One step of pix2pix (Isola et al. 2017): translation learned from pairs.

import { createGraph, type Value } from '../../graph/graph.ts';
import { add, mul, sub } from '../../graph/ops/elementwise.ts';
import { mean } from '../../graph/ops/mean.ts';
import { abs } from '../../graph/ops/unary.ts';
import {
  type AdversarialLoss,
  discriminatorLoss,
  generatorLoss,
} from '../../nets/gan/adversarial-losses.ts';
import { prefixed } from '../../nets/gan/parameters.ts';
import { patchgan } from '../../nets/gan/patchgan.ts';
import { l1Penalty, l2Penalty, orthogonalPenalty } from '../../nets/gan/penalties.ts';
import { normalisedFilters } from '../normalised-filters.ts';
import { createParameterSet } from '../parameter-set.ts';
import { type StepGraph, stepGraph } from '../step-graph.ts';
import { type DiscriminatorKind, type GeneratorKind, generate } from './networks.ts';

/** [n, c, h, w] */
export type Picture = readonly [number, number, number, number];

export type Pix2pixOptions = {
  input: Picture;
  output: Picture;
  generator: GeneratorKind;
  discriminator: DiscriminatorKind & { spectral: boolean };
  loss: AdversarialLoss;
  /** 0 leaves a term out, with all that only it needs. */
  weights: { adversarial: number; l1: number };
  /** Factors of the penalties on the generator's weights. */
  penalties: { l1: number; l2: number; orthogonal: number };
  rate: number;
  block?: number | undefined;
};

export type Pix2pixStep = StepGraph & {
  /** Masks of dropout: a step's batch has one of each. */
  masks: ReadonlyMap<string, readonly number[]>;
};

/** Inputs of a batch: `input`, `target` and the masks. Outputs besides gradients and losses: `made`. Throws a RangeError. */
export function pix2pixStep(options: Pix2pixOptions): Pix2pixStep {
  const { weights, penalties, rate, block } = options;
  const graph = createGraph();
  const generator = createParameterSet(graph);
  const discriminator = createParameterSet(graph);
  const filters = normalisedFilters(graph);
  const masks = new Map<string, readonly number[]>();
  const input = graph.input('input', options.input);
  const target = graph.input('target', options.output);
  const { picture } = generate(
    input,
    prefixed(generator.parameter, 'generator'),
    { ...options.generator, outputs: options.output[1] },
    (name, shape) => {
      masks.set(name, shape);
      return graph.input(name, shape);
    },
  );
  const score = (shown: Value): Value =>
    patchgan(shown, prefixed(discriminator.parameter, 'discriminator'), {
      ...options.discriminator,
      condition: input,
      ...(options.discriminator.spectral && { reparametrise: filters.reparametrise }),
    });
  const terms: Record<string, Value> = { l1: mean(abs(sub(picture, target))) };
  const parts: Value[] = weights.l1 > 0 ? [mul(terms.l1!, weights.l1)] : [];
  const groups = [];
  if (weights.adversarial > 0) {
    const fake = score(picture);
    terms.adversarial = generatorLoss(options.loss, fake);
    parts.push(mul(terms.adversarial, weights.adversarial));
    terms.discriminator = discriminatorLoss(options.loss, score(target), fake);
    groups.push({ name: 'discriminator', set: discriminator, loss: terms.discriminator, rate });
  }
  const filtersOfGenerator = [...generator.values()]
    .filter(([name]) => name.endsWith('.weight'))
    .map(([, value]) => value);
  for (const [factor, penalty] of [
    [penalties.l1, l1Penalty],
    [penalties.l2, l2Penalty],
    [penalties.orthogonal, orthogonalPenalty],
  ] as const) {
    if (factor > 0) parts.push(mul(penalty(filtersOfGenerator), factor));
  }
  const loss = parts.reduce((a, b) => add(a, b));
  groups.unshift({ name: 'generator', set: generator, loss, rate });
  const step = stepGraph(graph, {
    groups,
    losses: { ...terms, loss },
    state: filters,
    outputs: { made: picture },
    block,
  });
  return { ...step, masks };
}
