// Chooses the channels of the teacher that the slim network begins with, and says how the others follow from them.

/** Means [c] and covariance [c, c] of a layer's features. */
export type Moments = { mean: Float64Array; covariance: Float64Array };

/** Channels that stay, and the map from them to all channels: all ≈ map [c, k] · kept + shift [c]. */
export type Choice = { kept: number[]; map: Float64Array; shift: Float64Array };

/** Smallest remaining variance that says something about other channels, relative to the largest at first. */
const LEAST_VARIANCE = 1e-9;

/**
 * Chooses `count` channels one after the other, each the one whose variance the chosen ones explain least (Cholesky's
 * decomposition of the covariance with pivots), and solves for the least-squares map from them to all.
 */
export function chooseChannels({ mean, covariance }: Moments, count: number): Choice {
  const c = mean.length;
  // Columns of the decomposition; the map is the solution of factor[kept]ᵀ, by back substitution.
  const columns: Float64Array[] = [];
  const rest = Float64Array.from({ length: c }, (_, i) => covariance[i * c + i]!);
  const least = LEAST_VARIANCE * Math.max(...rest);
  const kept: number[] = [];
  while (kept.length < count) {
    let pivot = -1;
    for (let i = 0; i < c; i += 1) {
      if (!kept.includes(i) && (pivot < 0 || rest[i]! > rest[pivot]!)) pivot = i;
    }
    const root = Math.sqrt(Math.max(rest[pivot]!, least));
    const column = new Float64Array(c);
    const says = rest[pivot]! > least;
    for (let i = 0; says && i < c; i += 1) {
      let value = covariance[i * c + pivot]!;
      for (const earlier of columns) value -= earlier[i]! * earlier[pivot]!;
      column[i] = value / root;
    }
    column[pivot] = root;
    for (const before of kept) column[before] = 0;
    for (let i = 0; i < c; i += 1) rest[i]! -= column[i]! ** 2;
    columns.push(column);
    kept.push(pivot);
  }
  const map = mapOf(columns, kept, c);
  const shift = Float64Array.from(mean);
  for (let i = 0; i < c; i += 1) {
    for (const [k, from] of kept.entries()) shift[i]! -= map[i * count + k]! * mean[from]!;
  }
  return { kept, map, shift };
}

/** Solves map · L = columns, where L are the rows of the columns at the kept channels: lower triangular. */
function mapOf(columns: readonly Float64Array[], kept: readonly number[], c: number): Float64Array {
  const count = kept.length;
  const map = new Float64Array(c * count);
  for (let i = 0; i < c; i += 1) {
    for (let k = count - 1; k >= 0; k -= 1) {
      let value = columns[k]![i]!;
      for (let j = k + 1; j < count; j += 1) value -= map[i * count + j]! * columns[k]![kept[j]!]!;
      map[i * count + k] = value / columns[k]![kept[k]!]!;
    }
  }
  return map;
}
