// Outlines of pixelation: which cells lie on the dark side of a strong edge.
import { doubledOklab } from '../../tensor/colour/oklab.ts';
import type { Straight } from '../../tensor/picture/straight.ts';
import { eachBand, type Pace } from '../../timing.ts';

/** What is left of the light of a cell that is drawn as an outline. */
export const OUTLINE_LIGHT = 0.05;

// Lightness, chroma twice, opacity: all times opacity, so clear cells are alike.
const PARTS = 4;

// Roughly what a cell takes, in nanoseconds.
const CONVERTED = 80;
const MARKED = 40;

/**
 * 1 for the cells of the outline, 0 for the others. An edge is where two neighbouring cells differ by more than a threshold
 * that falls with `amount` (0…1), and more than the pairs before and after them; the darker of the two is marked, at the
 * picture's own outline the one that is not clear. So a line is one cell wide.
 */
export async function outlineOf(cells: Straight, amount: number, pace: Pace): Promise<Uint8Array> {
  const { width, height, alpha } = cells;
  const marked = new Uint8Array(width * height);
  if (amount === 0) return marked;
  const threshold = 0.03 + 0.5 * (1 - amount) ** 2;
  const parts = await partsOf(cells, pace);
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
    await eachBand({ count: walk.lines, ns: MARKED * walk.length }, pace, (first, end) => {
      for (let line = first; line < end; line++) mark(walk, line, edges);
    });
  }
  return marked;
}

/** A way over the cells: steps along a line and from line to line, in cells. */
type Walk = { along: number; across: number; length: number; lines: number };

// Of steps of one soft edge the greatest counts, of equal ones the last; steps down and up again are two edges.
function hidden(edges: Float32Array, i: number): boolean {
  const size = Math.abs(edges[i]!);
  const before = edges[i - 1]! * Math.sign(edges[i]!);
  const after = edges[i + 1]! * Math.sign(edges[i]!);
  return before > size || after >= size;
}

/** Writes the difference of each cell (from 1) to the one before, averaged 1-2-1 with the lines beside it as Sobel's is; above zero where the cell is the darker. */
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
      // A step of opacity decides: the clear side has no colour to compare.
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
  await eachBand({ count, ns: CONVERTED }, pace, (first, end) => convert(cells, parts, first, end));
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
