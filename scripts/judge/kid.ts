// Kernel inception distance (Bińkowski et al. 2018) between two sets of feature vectors.

/** Unbiased squared maximum mean discrepancy under the kernel (x·y / d + 1)³ to `wanted`, whose own part is computed once. */
export function distanceTo(
  wanted: readonly Float32Array[],
): (found: readonly Float32Array[]) => number {
  const own = meanKernel(wanted, wanted);
  return (found) => meanKernel(found, found) + own - 2 * meanKernel(found, wanted);
}

/** Mean over all pairs; without those of a vector and itself if both lists are the same. */
function meanKernel(left: readonly Float32Array[], right: readonly Float32Array[]): number {
  const same = left === right;
  let sum = 0;
  for (const [i, x] of left.entries()) {
    for (const [j, y] of right.entries()) if (!same || i !== j) sum += kernel(x, y);
  }
  return sum / (left.length * (right.length - (same ? 1 : 0)));
}

function kernel(x: Float32Array, y: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return (sum / x.length + 1) ** 3;
}

/** The factor that makes the mean square of all values 1, as the kernel of a distance expects. */
export function unitFactor(vectors: readonly Float32Array[]): number {
  let [sum, count] = [0, 0];
  for (const vector of vectors) {
    for (const value of vector) sum += value * value;
    count += vector.length;
  }
  return 1 / Math.sqrt(sum / count);
}
