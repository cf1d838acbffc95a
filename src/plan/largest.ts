// Searches for the largest number that still fits.

/** The largest integer of `low…high` for which `fits` holds, which must hold for all below it too; undefined where not even `low` fits. */
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
