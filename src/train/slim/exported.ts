// The slim network's file: the teacher's shallow layers and the trained ones.
import type { Weights } from '../../graph/engine.ts';
import { convWeights } from '../../nets/vgg19/weights.ts';
import type { Tensors } from '../adam.ts';
import { KEPT_LAYERS, TEACHER } from './sizes.ts';

/** Filters and biases `conv<layer>` of all layers, without the maps that only training needs. */
export function exportedWeights(teacher: Weights, trained: Tensors): Tensors {
  const tensors: Tensors = new Map();
  for (const name of KEPT_LAYERS) {
    const { filter, bias } = convWeights(teacher, TEACHER, name);
    tensors.set(`conv${name}.weight`, filter);
    tensors.set(`conv${name}.bias`, bias);
  }
  for (const [name, tensor] of trained) if (name.startsWith('conv')) tensors.set(name, tensor);
  return tensors;
}
