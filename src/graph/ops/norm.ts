// Normalisation of activations.

import type { Value } from '../graph.ts';
import { checkRank, shapeText } from '../shape.ts';
import { add, div, mul, square, sub } from './elementwise.ts';
import { mean } from './mean.ts';
import { sum } from './reduce.ts';
import { reshape } from './reshape.ts';
import { sqrt } from './unary.ts';

/** Normalises each channel of each picture of [n, c, h, w] to mean beta and variance gamma², both [c]. Throws a RangeError. */
export function instanceNorm(x: Value, gamma: Value, beta: Value, eps = 1e-5): Value {
  checkRank('instanceNorm', x.shape, 4);
  const c = x.shape[1]!;
  if (![gamma, beta].every(({ shape }) => shape.length === 1 && shape[0] === c))
    throw new RangeError(
      `instanceNorm: expected gamma and beta of ${shapeText([c])}, got ${shapeText(gamma.shape)} and ${shapeText(beta.shape)}`,
    );
  const overPicture = { axes: [2, 3], keepDims: true };
  const normalized = (): { deviation: Value; unit: Value } => {
    const centred = sub(x, mean(x, overPicture));
    const deviation = sqrt(add(mean(square(centred), overPicture), eps));
    return { deviation, unit: div(centred, deviation) };
  };
  const ofChannels = { axes: [0, 2, 3] };
  return x.graph.apply({
    op: 'InstanceNormalization',
    inputs: [x, gamma, beta],
    attributes: { epsilon: { float: eps } },
    shape: x.shape,
    type: x.type,
    parents: [
      {
        value: x,
        pull(dy) {
          const { deviation, unit } = normalized();
          const along = add(mean(dy, overPicture), mul(unit, mean(mul(dy, unit), overPicture)));
          return div(mul(sub(dy, along), reshape(gamma, [1, c, 1, 1])), deviation);
        },
      },
      { value: gamma, pull: (dy) => sum(mul(dy, normalized().unit), ofChannels) },
      { value: beta, pull: (dy) => sum(dy, ofChannels) },
    ],
  });
}
