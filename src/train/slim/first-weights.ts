// The slim network's first weights: the teacher's with fewer channels, each layer corrected for what the one before leaves out.
import type { Weights } from '../../graph/engine.ts';
import { convWeights } from '../../nets/vgg19/weights.ts';
import type { Tensors } from '../adam.ts';
import { type Choice, chooseChannels, type Moments } from './channels.ts';
import { TEACHER, TRAINED_LAYERS, WIDTHS } from './sizes.ts';

const TAPS = 9;

/** Filters and biases `conv<layer>`, and the maps `map<layer>` from the slim network's channels to the teacher's. */
export function firstWeights(teacher: Weights, moments: ReadonlyMap<string, Moments>): Tensors {
  const tensors: Tensors = new Map();
  let before: Choice | undefined;
  for (const name of TRAINED_LAYERS) {
    const choice = chooseChannels(moments.get(name)!, WIDTHS[name]!);
    const { filter, bias } = folded(teacher, name, choice.kept, before);
    const count = choice.kept.length;
    const inputs = filter.length / count / TAPS;
    tensors.set(`conv${name}.weight`, { shape: [count, inputs, 3, 3], data: filter });
    tensors.set(`conv${name}.bias`, { shape: [count], data: bias });
    const all = choice.shift.length;
    tensors.set(`map${name}.weight`, {
      shape: [all, count, 1, 1],
      data: Float32Array.from(choice.map),
    });
    tensors.set(`map${name}.bias`, { shape: [all], data: Float32Array.from(choice.shift) });
    before = choice;
  }
  return tensors;
}

/** The teacher's filters of the kept channels, for inputs of which only some are there. */
function folded(
  teacher: Weights,
  name: string,
  kept: readonly number[],
  before: Choice | undefined,
): { filter: Float32Array; bias: Float32Array } {
  const full = convWeights(teacher, TEACHER, name);
  const channels = full.filter.shape[1]!;
  const inputs = before ? before.kept.length : channels;
  const filter = new Float32Array(kept.length * inputs * TAPS);
  const bias = new Float32Array(kept.length);
  for (const [o, from] of kept.entries()) {
    bias[o] = full.bias.data[from]!;
    for (let c = 0; c < channels; c += 1) {
      for (let tap = 0; tap < TAPS; tap += 1) {
        const value = full.filter.data[(from * channels + c) * TAPS + tap]!;
        if (!before) filter[(o * inputs + c) * TAPS + tap] = value;
        else {
          bias[o]! += value * before.shift[c]!;
          for (let k = 0; k < inputs; k += 1)
            filter[(o * inputs + k) * TAPS + tap]! += value * before.map[c * inputs + k]!;
        }
      }
    }
  }
  return { filter, bias };
}
