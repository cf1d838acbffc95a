// Outlines of pixelation: which cells lie on the dark side of a strong edge.
import { doubledOklab } from '../tensor/oklab.ts';
import type { Straight } from '../tensor/straight.ts';

/** What is left of the light of a cell that is drawn as an outline. */
export const OUTLINE_LIGHT = 0.05;

// Lightness, chroma twice, opacity: all times opacity, so clear cells are alike.
const PARTS = 4;

/**
 * 1 for the cells of the outline, 0 for the others. An edge is where two neighbouring cells differ by more than a threshold
 * that falls with `amount` (0…1), and more than the pairs before and after them; the darker of the two is marked, at the
 * picture's own outline the one that is not clear. So a line is one cell wide.
 */
export function outlineOf(cells: Straight, amount: number): Uint8Array {
  const { width, height, alpha } = cells;
  const marked = new Uint8Array(width * height);
  if (amount === 0) return marked;
  const threshold = 0.03 + 0.5 * (1 - amount) ** 2;
  const parts = partsOf(cells);
  const mark = ({ along, across, length, lines }: Direction): void => {
    const edges = new Float32Array(length);
    for (let line = 0; line < lines; line++) {
      const first = line * across;
      const before = line > 0 ? -across : 0;
      const after = line < lines - 1 ? across : 0;
      for (let i = 0; i + 1 < length; i++) {
        edges[i] = edge(parts, first + i * along, { along, before, after });
      }
      for (let i = 0; i + 1 < length; i++) {
        const own = edges[i]!;
        const size = Math.abs(own);
        if (size <= threshold || hides(edges[i - 1], own, true) || hides(edges[i + 1], own, false))
          continue;
        const dark = first + (own > 0 ? i + 1 : i) * along;
        if (!alpha || alpha[dark]! >= 0.5) marked[dark] = 1;
      }
      edges.fill(0);
    }
  };
  mark({ along: 1, across: width, length: width, lines: height });
  mark({ along: width, across: 1, length: height, lines: width });
  return marked;
}

/** A walk over the cells: steps along a line and from line to line, in cells. */
type Direction = { along: number; across: number; length: number; lines: number };

// Of two steps of one soft edge the greater counts, of equal ones the first; steps down and up again are two edges.
function hides(neighbour: number | undefined, own: number, earlier: boolean): boolean {
  if (neighbour === undefined || neighbour * own <= 0) return false;
  const more = Math.abs(neighbour) - Math.abs(own);
  return earlier ? more >= 0 : more > 0;
}

/** Difference of a cell and the next one, 1-2-1 with the lines beside it as Sobel's is; above zero where the next one is the darker. */
function edge(
  parts: Float32Array,
  cell: number,
  { along, before, after }: { along: number; before: number; after: number },
): number {
  let square = 0;
  let darker = 0;
  for (let c = 0; c < PARTS; c++) {
    const step = (shift: number): number =>
      parts[PARTS * (cell + shift + along) + c]! - parts[PARTS * (cell + shift) + c]!;
    const difference = (2 * step(0) + step(before) + step(after)) / 4;
    square += difference * difference;
    if (c === 0) darker -= difference;
    // A step of opacity decides: the clear side has no colour to compare.
    if (c === PARTS - 1 && Math.abs(difference) > 0.25) darker = difference;
  }
  return darker < 0 ? -Math.sqrt(square) : Math.sqrt(square);
}

function partsOf({ linear, alpha }: Straight): Float32Array {
  const n = linear.length / 3;
  const parts = new Float32Array(PARTS * n);
  for (let p = 0; p < n; p++) {
    const a = alpha ? alpha[p]! : 1;
    doubledOklab(linear[3 * p]!, linear[3 * p + 1]!, linear[3 * p + 2]!, parts, PARTS * p);
    for (let c = 0; c < 3; c++) parts[PARTS * p + c]! *= a;
    parts[PARTS * p + 3] = a;
  }
  return parts;
}
