// Outlines of pixelation: the cells on the dark side of a strong edge.
import { doubledOklab } from '../../tensor/colour/oklab.ts';
import type { Straight } from '../../tensor/picture/straight.ts';
import { eachBand, type Pace, portion } from '../../timing.ts';

/** Factor by which the light of an outline cell is multiplied. */
export const OUTLINE_LIGHT = 0.05;

// Values per cell: lightness, two of chroma, opacity. The first three are multiplied by opacity, so that clear cells are equal.
const PARTS = 4;

/**
 * 1 for the cells of the outline, 0 for the others. Two neighbouring cells form an edge if they differ by more than a threshold
 * that falls with `amount` (0…1), and by more than the pairs before and after them. The darker cell is marked or, next to a
 * clear cell, the opaque one, so that a line is one cell wide.
 */
export async function outlineOf(cells: Straight, amount: number, pace: Pace): Promise<Uint8Array> {
  const { width, height, alpha } = cells;
  const marked = new Uint8Array(width * height);
  if (amount === 0) return marked;
  const threshold = 0.03 + 0.5 * (1 - amount) ** 2;
  // Conversion, rows and columns take about as long as each other.
  const pass = portion(pace, 1 / 3);
  const parts = await partsOf(cells, pass);
  const mark = (walk: Walk, line: number, edges: Float32Array): void => {
    edgesOf(parts, walk, line, edges);
    for (let i = 1; i < walk.length; i++) {
      const own = edges[i]!;
      if (Math.abs(own) <= threshold || hidden(edges, i)) continue;
      const dark = line * walk.across + (own > 0 ? i : i - 1) * walk.along;
      if (!alpha || alpha[dark]! >= 0.5) marked[dark] = 1;
    }
  };
  const rows = { along: 1, across: width, length: width, lines: height };
  const columns = { along: width, across: 1, length: height, lines: width };
  for (const walk of [rows, columns]) {
    const edges = new Float32Array(walk.length + 1);
    await eachBand(walk.lines, pass, (first, end) => {
      for (let line = first; line < end; line++) mark(walk, line, edges);
    });
  }
  return marked;
}

/** A direction of the scan: offsets to the next cell of a line and to the next line, in cells. */
type Walk = { along: number; across: number; length: number; lines: number };

// Of neighbouring steps with the same sign (one soft edge) only the largest counts, of equal ones the last.
function hidden(edges: Float32Array, i: number): boolean {
  const size = Math.abs(edges[i]!);
  const before = edges[i - 1]! * Math.sign(edges[i]!);
  const after = edges[i + 1]! * Math.sign(edges[i]!);
  return before > size || after >= size;
}

/** Writes the difference of each cell (from 1) to the one before, smoothed 1-2-1 across the line like Sobel's; positive if the cell is the darker one. */
function edgesOf(
  parts: Float32Array,
  { along, across, length, lines }: Walk,
  line: number,
  edges: Float32Array,
): void {
  const step = PARTS * along;
  const above = line > 0 ? -PARTS * across : 0;
  const below = line < lines - 1 ? PARTS * across : 0;
  let [l, a, b, opacity] = [0, 0, 0, 0];
  for (let i = 0, k = PARTS * line * across; i < length; i++, k += step) {
    const l1 = (2 * parts[k]! + parts[k + above]! + parts[k + below]!) / 4;
    const a1 = (2 * parts[k + 1]! + parts[k + 1 + above]! + parts[k + 1 + below]!) / 4;
    const b1 = (2 * parts[k + 2]! + parts[k + 2 + above]! + parts[k + 2 + below]!) / 4;
    const o1 = (2 * parts[k + 3]! + parts[k + 3 + above]! + parts[k + 3 + below]!) / 4;
    if (i > 0) {
      const size = Math.sqrt((l1 - l) ** 2 + (a1 - a) ** 2 + (b1 - b) ** 2 + (o1 - opacity) ** 2);
      // At a step of opacity the opaque side counts as darker, because the clear side has no colour.
      const isDarker = Math.abs(o1 - opacity) > 0.25 ? o1 > opacity : l1 <= l;
      edges[i] = isDarker ? size : -size;
    }
    l = l1;
    a = a1;
    b = b1;
    opacity = o1;
  }
}

async function partsOf(cells: Straight, pace: Pace): Promise<Float32Array> {
  const count = cells.width * cells.height;
  const parts = new Float32Array(PARTS * count);
  await eachBand(count, pace, (first, end) => convert(cells, parts, first, end));
  return parts;
}

function convert(
  { linear, alpha }: Straight,
  parts: Float32Array,
  first: number,
  end: number,
): void {
  for (let p = first; p < end; p++) {
    const a = alpha ? alpha[p]! : 1;
    doubledOklab(linear[3 * p]!, linear[3 * p + 1]!, linear[3 * p + 2]!, parts, PARTS * p);
    for (let c = 0; c < 3; c++) parts[PARTS * p + c]! *= a;
    parts[PARTS * p + 3] = a;
  }
}
