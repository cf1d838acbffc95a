// Kernel inception distance (Bińkowski et al. 2018) between two sets of feature vectors.

/** Unbiased squared maximum mean discrepancy under the kernel (x·y / d + 1)³. */
export function kernelDistance(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  const mean = (left: readonly Float32Array[], right: readonly Float32Array[]): number => {
    const same = left === right;
    let sum = 0;
    for (const [i, x] of left.entries()) {
      for (const [j, y] of right.entries()) if (!same || i !== j) sum += kernel(x, y);
    }
    return sum / (left.length * (right.length - (same ? 1 : 0)));
  };
  return mean(a, a) + mean(b, b) - 2 * mean(a, b);
}

function kernel(x: Float32Array, y: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return (sum / x.length + 1) ** 3;
}

/** Distances between halves of random subsets, from which mean and spread follow. */
export function resampled(
  a: readonly Float32Array[],
  b: readonly Float32Array[],
  { times, size }: { times: number; size: number },
): { mean: number; deviation: number } {
  let state = 7;
  const pick = (from: readonly Float32Array[]): Float32Array[] => {
    const rest = [...from];
    return Array.from({ length: Math.min(size, from.length) }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return rest.splice(Math.floor((state / 2 ** 32) * rest.length), 1)[0]!;
    });
  };
  const values = Array.from({ length: times }, () => kernelDistance(pick(a), pick(b)));
  const mean = values.reduce((x, y) => x + y) / times;
  const deviation = Math.sqrt(values.reduce((x, y) => x + (y - mean) ** 2, 0) / times);
  return { mean, deviation };
}
