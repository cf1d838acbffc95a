// One step of CycleGAN (Zhu et al. 2017): translation learned from two sets of pictures without pairs.

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
import { normalisedFilters } from '../normalised-filters.ts';
import { createParameterSet } from '../parameter-set.ts';
import { type StepGraph, stepGraph } from '../step-graph.ts';
import { type DiscriminatorKind, type GeneratorKind, generate } from './networks.ts';
import type { Picture } from './pix2pix-step.ts';

export type CycleganOptions = {
  /** Shape of the pictures of both sets. */
  picture: Picture;
  generator: GeneratorKind;
  discriminator: DiscriminatorKind & { spectral: boolean };
  loss: AdversarialLoss;
  /** 0 leaves a term out, with all that only it needs. */
  weights: { adversarial: number; cycle: number; identity: number };
  rate: number;
  block?: number | undefined;
};

/**
 * Inputs of a batch: `a`, `b` and generated pictures of earlier steps, `pooled a` and `pooled b`. Outputs besides gradients and
 * losses: `made a` (of b) and `made b` (of a), which go into the pools.
 */
export function cycleganStep(options: CycleganOptions): StepGraph {
  const { weights, rate, block, picture } = options;
  const graph = createGraph();
  const [generators, discriminators] = [createParameterSet(graph), createParameterSet(graph)];
  const filters = normalisedFilters(graph);
  const [a, b] = [graph.input('a', picture), graph.input('b', picture)];
  const how = { ...options.generator, outputs: picture[1] };
  const toB = (x: Value): Value =>
    generate(x, prefixed(generators.parameter, 'a to b'), how).picture;
  const toA = (x: Value): Value =>
    generate(x, prefixed(generators.parameter, 'b to a'), how).picture;
  const score = (which: string, shown: Value): Value =>
    patchgan(shown, prefixed(discriminators.parameter, `discriminator ${which}`), {
      ...options.discriminator,
      ...(options.discriminator.spectral && { reparametrise: filters.reparametrise }),
    });
  const distance = (x: Value, y: Value): Value => mean(abs(sub(x, y)));
  const [madeB, madeA] = [toB(a), toA(b)];

  const terms: Record<string, Value> = {};
  const groups = [];
  if (weights.adversarial > 0) {
    const fooled = [score('a', madeA), score('b', madeB)].map((s) =>
      generatorLoss(options.loss, s),
    );
    terms.adversarial = add(fooled[0]!, fooled[1]!);
    const pooled = (name: string): Value => score(name, graph.input(`pooled ${name}`, picture));
    terms.discriminator = add(
      discriminatorLoss(options.loss, score('a', a), pooled('a')),
      discriminatorLoss(options.loss, score('b', b), pooled('b')),
    );
    groups.push({ name: 'discriminators', set: discriminators, loss: terms.discriminator, rate });
  }
  if (weights.cycle > 0) terms.cycle = add(distance(toA(madeB), a), distance(toB(madeA), b));
  if (weights.identity > 0) terms.identity = add(distance(toA(a), a), distance(toB(b), b));
  const loss = (['adversarial', 'cycle', 'identity'] as const)
    .filter((name) => terms[name])
    .map((name) => mul(terms[name]!, weights[name]))
    .reduce((x, y) => add(x, y));
  groups.unshift({ name: 'generators', set: generators, loss, rate });
  return stepGraph(graph, {
    groups,
    losses: { ...terms, loss },
    state: filters,
    outputs: { 'made a': madeA, 'made b': madeB },
    block,
  });
}
