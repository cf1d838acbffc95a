// Measures of pixel art: contours that lie where the picture's do, few colours, no stray cells.
import type { Image } from '../../src/image.ts';
import { deltaE2000 } from './delta-e.ts';

const lumaOf = ({ data }: Image): Float64Array =>
  Float64Array.from(
    { length: data.length / 4 },
    (_, i) => 0.299 * data[4 * i]! + 0.587 * data[4 * i + 1]! + 0.114 * data[4 * i + 2]!,
  );

/** Magnitude of Sobel's gradient; borders are repeated. */
function sobel(luma: Float64Array, width: number, height: number): Float64Array {
  const at = (x: number, y: number): number =>
    luma[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))]!;
  return luma.map((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const row = (k: number): number => at(x - 1, y + k) + 2 * at(x, y + k) + at(x + 1, y + k);
    const column = (k: number): number => at(x + k, y - 1) + 2 * at(x + k, y) + at(x + k, y + 1);
    return Math.hypot(column(1) - column(-1), row(1) - row(-1));
  });
}

function correlation(a: Float64Array, b: Float64Array): number {
  const mean = (values: Float64Array): number => values.reduce((x, y) => x + y, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [both, left, right] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    both += (a[i]! - ma) * (b[i]! - mb);
    left += (a[i]! - ma) ** 2;
    right += (b[i]! - mb) ** 2;
  }
  return both / Math.sqrt(left * right);
}

/** Correlation of the cells' gradients with those of the picture at 4×4 pixels a cell, of which the largest in each cell counts. */
export function edgeAlignment(cells: Image, picture: Image): number {
  const { width, height } = cells;
  const fine = sobel(lumaOf(picture), picture.width, picture.height);
  const largest = new Float64Array(width * height);
  for (let i = 0; i < fine.length; i++) {
    const cell = (Math.floor(i / picture.width) >> 2) * width + ((i % picture.width) >> 2);
    largest[cell] = Math.max(largest[cell]!, fine[i]!);
  }
  return correlation(sobel(lumaOf(cells), width, height), largest);
}

/** Mean ΔE2000 between cells in all colours and the same in few. */
export function paletteError(all: Image, few: Image): number {
  let sum = 0;
  const count = all.data.length / 4;
  for (let i = 0; i < count; i++) {
    sum += deltaE2000(all.data.subarray(4 * i, 4 * i + 3), few.data.subarray(4 * i, 4 * i + 3));
  }
  return sum / count;
}

/** Share of cells that have no neighbour of their own colour among eight. */
export function strayCells({ width, height, data }: Image): number {
  const colours = new Uint32Array(data.buffer, data.byteOffset, width * height);
  let stray = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let alike = 0;
      for (let j = Math.max(0, y - 1); j <= Math.min(height - 1, y + 1); j++) {
        for (let i = Math.max(0, x - 1); i <= Math.min(width - 1, x + 1); i++) {
          if (colours[j * width + i] === colours[y * width + x]) alike++;
        }
      }
      if (alike === 1) stray++;
    }
  }
  return stray / (width * height);
}
