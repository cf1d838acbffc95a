// Runs operations in sequence and frees each intermediate result at once.
import { type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import { shared } from '../shared.ts';

/**
 * The result of `steps`, each applied to the previous one's output: a new tensor. `x` is borrowed. Intermediate tensors are freed as
 * soon as the next step is done; a tidy scope would keep them all, and the WASM backend's heap never shrinks.
 */
export function inTurn(x: Tensor3D, ...steps: ((x: Tensor3D) => Tensor3D)[]): Tensor3D {
  return tidy(() => {
    let last = x;
    for (const step of steps) {
      const next = tidy(() => step(last));
      if (next !== last && last !== x) last.dispose();
      last = next;
    }
    return last === x ? shared(x) : last;
  });
}
