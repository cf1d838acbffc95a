// The grid of cells of a pixelation.
import type { Size } from '../image.ts';

export type Cells = {
  block?: number | undefined;
  columns?: number | undefined;
  rows?: number | undefined;
  /** Where the first whole block begins, in px; less than a block. */
  offset?: { x: number; y: number } | undefined;
};

/** Cell borders in pixels, from 0 to the picture's edge. */
export type Grid = { x: number[]; y: number[] };

/** A grid of blocks may begin and end with a partial cell; a grid of columns and rows divides evenly, into whole pixels if the size is divisible. */
export function gridOf({ width, height }: Size, { block, columns, rows, offset }: Cells): Grid {
  if (columns === undefined && rows === undefined) {
    const size = block ?? 16;
    return {
      x: blockEdges(width, { size, from: offset?.x ?? 0 }),
      y: blockEdges(height, { size, from: offset?.y ?? 0 }),
    };
  }
  const across = Math.min(width, columns ?? Math.max(1, Math.round((rows! * width) / height)));
  const down = Math.min(height, rows ?? Math.max(1, Math.round((columns! * height) / width)));
  return { x: evenEdges(width, across), y: evenEdges(height, down) };
}

/** How many cells a grid has. */
export const cellCount = ({ x, y }: Grid): Size => ({ width: x.length - 1, height: y.length - 1 });

const evenEdges = (length: number, count: number): number[] =>
  Array.from({ length: count + 1 }, (_, i) => (i * length) / count);

function blockEdges(length: number, { size, from }: { size: number; from: number }): number[] {
  const edges = [0];
  for (let edge = from % size || size; edge < length; edge += size) edges.push(edge);
  return [...edges, length];
}

/** For each pixel along an axis the index of the cell that contains its centre. */
export function cellOfPixel(edges: readonly number[]): Int32Array {
  let cell = 0;
  return Int32Array.from({ length: edges.at(-1)! }, (_, pixel) => {
    while (pixel + 0.5 >= edges[cell + 1]!) cell++;
    return cell;
  });
}
