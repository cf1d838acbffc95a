// How far features are from those of the content.
import { square, sub } from '../graph/elementwise.ts';
import type { Value } from '../graph/graph.ts';
import { mean } from '../graph/mean.ts';

/** Mean square difference, of shape []. */
export const contentLoss = (features: Value, target: Value): Value =>
  mean(square(sub(features, target)));
