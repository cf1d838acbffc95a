// Runs operations one after the other without holding on to what lies between them.
import { type Tensor3D, tidy } from '@tensorflow/tfjs-core';

/**
 * The result of `steps`, each working on what the one before made: a new tensor. `x` is borrowed; everything in between is freed as
 * soon as the next step is done, where a tidy scope would keep it all, and the heap of the WASM backend never shrinks.
 */
export function inTurn(x: Tensor3D, ...steps: ((x: Tensor3D) => Tensor3D)[]): Tensor3D {
  return tidy(() => {
    let last = x;
    for (const step of steps) {
      const next = tidy(() => step(last));
      if (next !== last && last !== x) last.dispose();
      last = next;
    }
    return last === x ? x.clone() : last;
  });
}
