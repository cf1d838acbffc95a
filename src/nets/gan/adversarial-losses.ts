// What discriminator and generator minimise, given the discriminator's scores.

import type { Value } from '../../graph/graph.ts';
import { add, mul, square, sub } from '../../graph/ops/elementwise.ts';
import { mean } from '../../graph/ops/mean.ts';
import { abs, exp, log, neg, relu } from '../../graph/ops/unary.ts';

export type AdversarialLoss = 'hinge' | 'lsgan' | 'bce';

/** log(1 + eˣ), without overflow. */
const softplus = (x: Value): Value => add(relu(x), log(add(exp(neg(abs(x))), 1)));

/** Mean over all scores [n, 1, h, w]; hinge: Lim & Ye 2017, lsgan: Mao et al. 2017, bce: Goodfellow et al. 2014. */
export function discriminatorLoss(kind: AdversarialLoss, real: Value, fake: Value): Value {
  if (kind === 'hinge') return add(mean(relu(sub(1, real))), mean(relu(add(fake, 1))));
  if (kind === 'lsgan') return mul(add(mean(square(sub(real, 1))), mean(square(fake))), 0.5);
  return mul(add(mean(softplus(neg(real))), mean(softplus(fake))), 0.5);
}

/** What the generator minimises so that its pictures score as real ones do. */
export function generatorLoss(kind: AdversarialLoss, fake: Value): Value {
  if (kind === 'hinge') return neg(mean(fake));
  if (kind === 'lsgan') return mean(square(sub(fake, 1)));
  return mean(softplus(neg(fake)));
}
