// Fitting arithmetic on tensors of the current backend.
import {
  add,
  clipByValue,
  div,
  keep,
  log,
  mul,
  sigmoid,
  sqrt,
  sub,
  type Tensor3D,
  tidy,
} from '@tensorflow/tfjs-core';
import { shared } from '../shared.ts';
import { inTurn } from './in-turn.ts';

/** Tensors `[h, w, c]` as the vectors that `fit` works on. */
export const tensorSpace = {
  sum: (terms: readonly (readonly [number, Tensor3D])[]): Tensor3D => {
    const [[factor, x], ...rest] = terms as [readonly [number, Tensor3D], ...typeof terms];
    return inTurn(
      x,
      (first) => scaled(factor, first),
      ...rest.map(
        (term) =>
          (total: Tensor3D): Tensor3D =>
            add(total, scaled(...term)),
      ),
    );
  },
  product: (a: Tensor3D, b: Tensor3D): Tensor3D => mul(a, b),
  quotient: (a: Tensor3D, b: Tensor3D): Tensor3D => div(a, b),
  squareRoot: (a: Tensor3D): Tensor3D => sqrt(a),
  offset: (a: Tensor3D, c: number): Tensor3D => add(a, c),
  clip: (a: Tensor3D, min: number, max: number): Tensor3D => clipByValue(a, min, max),
  sigmoid: (a: Tensor3D): Tensor3D => sigmoid(a),
  logit: (a: Tensor3D): Tensor3D =>
    tidy(() =>
      sub(
        log(a),
        inTurn(a, (x) => sub(1, x), log),
      ),
    ),
  dot: (a: Tensor3D, b: Tensor3D): number => {
    const values = a.dataSync<'float32'>();
    const others = b.dataSync<'float32'>();
    let total = 0;
    for (let i = 0; i < values.length; i++) total += values[i]! * others[i]!;
    return total;
  },
  tidy: (f: () => Tensor3D): Tensor3D => tidy(f),
  keep: (a: Tensor3D): Tensor3D => keep(shared(a)),
  free: (a: Tensor3D): void => a.dispose(),
};

const scaled = (factor: number, x: Tensor3D): Tensor3D => (factor === 1 ? x : mul(x, factor));
