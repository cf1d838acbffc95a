// Whether one method is better than another on the same pictures, and how sure that is.

export type Estimate = { mean: number; error: number };

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean of values and its standard error. */
export function meanAndError(values: readonly number[]): Estimate {
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (values.length - 1) / values.length) };
}

/**
 * A statistic of a whole set, and its standard error by leaving out each element in turn (the jackknife: Efron & Stein 1981).
 * For the difference of two methods hand in the statistic of the difference.
 */
export function jackknife<T>(
  elements: readonly T[],
  statistic: (elements: readonly T[]) => number,
): Estimate {
  const without = elements.map((_, left) => statistic(elements.filter((__, i) => i !== left)));
  const middle = meanOf(without);
  const squares = without.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  const count = elements.length;
  return { mean: statistic(elements), error: Math.sqrt(((count - 1) / count) * squares) };
}
