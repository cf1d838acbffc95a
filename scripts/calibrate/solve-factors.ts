// The robust least squares of calibration: non-negative factors that bring predictions close to measurements.

/** One measurement: each factor's contribution to predicted ÷ measured when the factor is 1. */
export type Row = {
  shares: ReadonlyMap<string, number>;
  /** Weight of the row; 1 for an exact one. */
  weight: number;
};

// Threshold of the Huber loss on ln(ratio): larger errors count linearly instead of by their square.
const HUBER = 0.15;
const ROUNDS = 40;
// First rounds without the Huber loss, because outliers can only be recognised when the fit is close.
const UNBOUNDED_ROUNDS = 10;
const SWEEPS = 400;
const SETTLED = 1e-7;
const LEAST_RATIO = 1e-3;

/** A row that a factor contributes to, and its share there. */
type Entry = { row: number; share: number };

/** The current fit. `ratios` are predicted ÷ measured with the current factors. */
type Fit = { factors: Map<string, number>; ratios: number[]; weights: readonly number[] };

/**
 * Factors x ≥ 0 that minimise the Huber loss of ln(Σ share·x) over the rows plus Σ pull·(x − 1)². A pull is in rows: a pull of 1
 * counts as much as one row to which only this factor contributes.
 */
export function solveFactors(
  rows: readonly Row[],
  pulls: ReadonlyMap<string, number>,
): Map<string, number> {
  const columns = columnsOf(rows);
  const fit: Fit = {
    factors: new Map([...pulls.keys()].map((name) => [name, 1])),
    ratios: rows.map(({ shares }) => [...shares.values()].reduce((sum, share) => sum + share, 0)),
    weights: rows.map(({ weight }) => weight),
  };
  for (let round = 0; round < ROUNDS; round++) {
    descend(fit, columns, pulls);
    const huber = round < UNBOUNDED_ROUNDS ? Number.POSITIVE_INFINITY : HUBER;
    fit.weights = rows.map(({ weight }, i) => weight * logWeight(fit.ratios[i]!, huber));
  }
  return fit.factors;
}

function columnsOf(rows: readonly Row[]): Map<string, Entry[]> {
  const columns = new Map<string, Entry[]>();
  rows.forEach(({ shares }, row) => {
    for (const [name, share] of shares) {
      if (share === 0) continue;
      const column = columns.get(name);
      if (column) column.push({ row, share });
      else columns.set(name, [{ row, share }]);
    }
  });
  return columns;
}

/** Coordinate descent on the weighted squares of ratio − 1 until no factor changes. */
function descend(
  fit: Fit,
  columns: ReadonlyMap<string, readonly Entry[]>,
  pulls: ReadonlyMap<string, number>,
): void {
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let moved = 0;
    for (const [name, column] of columns) {
      moved = Math.max(moved, moveFactor(fit, name, { column, pull: pulls.get(name) ?? 0 }));
    }
    if (moved < SETTLED) return;
  }
}

/** Sets one factor to its best value with the others fixed; returns the size of the change. */
function moveFactor(
  { factors, ratios, weights }: Fit,
  name: string,
  { column, pull }: { column: readonly Entry[]; pull: number },
): number {
  const factor = factors.get(name) ?? 1;
  let slope = pull * (1 - factor);
  let bend = pull;
  for (const { row, share } of column) {
    slope += weights[row]! * share * (1 - ratios[row]!);
    bend += weights[row]! * share * share;
  }
  if (bend === 0) return 0;
  const next = Math.max(0, factor + slope / bend);
  const step = next - factor;
  if (step === 0) return 0;
  for (const { row, share } of column) ratios[row]! += step * share;
  factors.set(name, next);
  return Math.abs(step);
}

/** The weight with which the square of ratio − 1 has the slope of the Huber loss of ln(ratio). */
function logWeight(ratio: number, huber: number): number {
  const bounded = Math.max(ratio, LEAST_RATIO);
  const log = Math.log(bounded);
  const steepness = Math.abs(log) < 1e-9 ? 1 : log / (bounded * (bounded - 1));
  return steepness * Math.min(1, huber / Math.max(Math.abs(log), 1e-12));
}
