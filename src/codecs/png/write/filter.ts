// The five PNG row filters, and the choice between them by the sum of absolute differences.
import type { FilterPlan, FilterType } from '../row-filter/row-filter.ts';

/** A row and the row above it. `pixelBytes` zeros come before the samples, so that every sample has one to its left. */
export type RowPair = { row: Uint8Array; above: Uint8Array; pixelBytes: number };

/** Writes the filter type and the filtered samples of a row to `out`, starting at `at`. */
export function filterRow(pair: RowPair, plan: FilterPlan, out: Uint8Array, at: number): void {
  const type = plan === 'least' ? leastFilter(pair) : plan;
  const { row, above, pixelBytes } = pair;
  const end = row.length;
  out[at] = type;
  let o = at + 1;
  if (type === 0) {
    out.set(row.subarray(pixelBytes), o);
  } else if (type === 1) {
    for (let i = pixelBytes; i < end; i++) out[o++] = row[i]! - row[i - pixelBytes]!;
  } else if (type === 2) {
    for (let i = pixelBytes; i < end; i++) out[o++] = row[i]! - above[i]!;
  } else if (type === 3) {
    for (let i = pixelBytes; i < end; i++) {
      out[o++] = row[i]! - ((row[i - pixelBytes]! + above[i]!) >> 1);
    }
  } else {
    for (let i = pixelBytes; i < end; i++) {
      out[o++] = row[i]! - paeth(row[i - pixelBytes]!, above[i]!, above[i - pixelBytes]!);
    }
  }
}

/** The value of left, above and corner that is nearest to left + above − corner. */
function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

/** Size of a difference modulo 256, read as a signed byte. */
const magnitude = (difference: number): number => Math.abs((difference << 24) >> 24);

/** Filter 0 is not compared, because the sum of unfiltered samples says nothing about how they repeat. */
function leastFilter({ row, above, pixelBytes }: RowPair): FilterType {
  let sub = 0;
  let up = 0;
  let average = 0;
  let nearest = 0;
  // In long rows every fifth sample is enough; a step of 5 visits all channels in turn.
  const step = row.length > 512 ? 5 : 1;
  for (let i = pixelBytes; i < row.length; i += step) {
    const x = row[i]!;
    const a = row[i - pixelBytes]!;
    const b = above[i]!;
    sub += magnitude(x - a);
    up += magnitude(x - b);
    average += magnitude(x - ((a + b) >> 1));
    nearest += magnitude(x - paeth(a, b, above[i - pixelBytes]!));
  }
  const sums = [sub, up, average, nearest];
  return (1 + sums.indexOf(Math.min(...sums))) as FilterType;
}
