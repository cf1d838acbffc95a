// Searches for the largest number that still fits.

/** The largest integer in `low…high` that fits, by bisection: if n fits, all below it must. Undefined if `low` does not fit. */
export function largest(
  low: number,
  high: number,
  fits: (n: number) => boolean,
): number | undefined {
  if (high < low || !fits(low)) return undefined;
  let [good, bad] = [low, high + 1];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (fits(middle)) good = middle;
    else bad = middle;
  }
  return good;
}
