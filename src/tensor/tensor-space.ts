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

const scaled = (factor: number, x: Tensor3D): Tensor3D => (factor === 1 ? x : mul(x, factor));

/** Tensors `[h, w, c]` as the vectors that `fit` works on. */
export const tensorSpace = {
  sum: (terms: readonly (readonly [number, Tensor3D])[]): Tensor3D =>
    tidy(() => {
      const [first, ...rest] = terms.map(([factor, x]) => scaled(factor, x)) as [
        Tensor3D,
        ...Tensor3D[],
      ];
      return rest.reduce((total, x) => add(total, x), first.clone());
    }),
  product: (a: Tensor3D, b: Tensor3D): Tensor3D => mul(a, b),
  quotient: (a: Tensor3D, b: Tensor3D): Tensor3D => div(a, b),
  squareRoot: (a: Tensor3D): Tensor3D => sqrt(a),
  offset: (a: Tensor3D, c: number): Tensor3D => add(a, c),
  clip: (a: Tensor3D, min: number, max: number): Tensor3D => clipByValue(a, min, max),
  sigmoid: (a: Tensor3D): Tensor3D => sigmoid(a),
  logit: (a: Tensor3D): Tensor3D => tidy(() => sub(log(a), log(sub(1, a)))),
  dot: (a: Tensor3D, b: Tensor3D): number => {
    const values = a.dataSync<'float32'>();
    const others = b.dataSync<'float32'>();
    let total = 0;
    for (let i = 0; i < values.length; i++) total += values[i]! * others[i]!;
    return total;
  },
  tidy: (f: () => Tensor3D): Tensor3D => tidy(f),
  keep: (a: Tensor3D): Tensor3D => keep(a.clone()),
  free: (a: Tensor3D): void => a.dispose(),
};
