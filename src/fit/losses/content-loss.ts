// The content loss: how far features are from those of the content picture.

import type { Value } from '../../graph/graph.ts';
import { square, sub } from '../../graph/ops/elementwise.ts';
import { mean } from '../../graph/ops/mean.ts';

/** Mean square difference, of shape []. */
export const contentLoss = (features: Value, target: Value): Value =>
  mean(square(sub(features, target)));
