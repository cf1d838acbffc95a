// Transformed filters, which are kept as long as the tensors that they were made from.
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Workspace } from '../workspace.ts';
import { PLACES, packWinograd } from './pack-winograd.ts';

// A filter that is used again and again, as in an optimisation, is transformed once.
const known = new WeakMap<object, Float32Array>();

/** Address of the transformed filter `[3, 3, inputs, outputs]`, in working memory. */
export function winogradWeights(
  space: Workspace,
  filter: TensorInfo,
  shape: { inputs: number; outputs: number },
): number {
  const count = shape.inputs * shape.outputs;
  let packed = known.get(filter.dataId);
  if (!packed) {
    packed = new Float32Array(PLACES * count);
    packWinograd(space.floats(space.at(filter), 9 * count), shape, packed);
    known.set(filter.dataId, packed);
  }
  return space.put(packed);
}
