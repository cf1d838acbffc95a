// Where contours of a picture lie, at the resolution of the cells.
import { CELL_PIXELS } from '../../nets/pixelart/sizes.ts';

export type Luma = { width: number; height: number; luma: Float32Array };

/** Magnitude of Sobel's gradient of each pixel, of which the largest in each cell of 4×4 pixels counts; borders are repeated. */
export function strongestEdges({ width, height, luma }: Luma): Float32Array {
  const columns = width / CELL_PIXELS;
  const edges = new Float32Array(columns * (height / CELL_PIXELS));
  for (let y = 0; y < height; y += 1) {
    const above = width * Math.max(0, y - 1);
    const own = width * y;
    const below = width * Math.min(height - 1, y + 1);
    for (let x = 0; x < width; x += 1) {
      const left = Math.max(0, x - 1);
      const right = Math.min(width - 1, x + 1);
      const column = (at: number): number =>
        luma[above + at]! + 2 * luma[own + at]! + luma[below + at]!;
      const row = (at: number): number => luma[at + left]! + 2 * luma[at + x]! + luma[at + right]!;
      const slope = Math.hypot(column(right) - column(left), row(below) - row(above));
      const cell = Math.floor(y / CELL_PIXELS) * columns + Math.floor(x / CELL_PIXELS);
      edges[cell] = Math.max(edges[cell]!, slope);
    }
  }
  return edges;
}
