// Packs and filters rows by SIMD kernels, some rows at a time.
import type { AssemblyModule } from '../../format.ts';
import { createHeap, type Heaps } from '../../wasm/heaps.ts';

/** Filter types of the PNG standard: 0 none, 1 left, 2 above, 3 the mean of both, 4 Paeth. */
export type FilterType = 0 | 1 | 2 | 3 | 4;

/** One filter for all rows, or `least`: for each row the filter that leaves the smallest differences. */
export type FilterPlan = FilterType | 'least';

/** Consecutive rows of 8-bit samples: RGBA pixels, of which some channels are taken, or one byte for each pixel. */
export type PixelRows = {
  samples: Uint32Array | Uint8Array;
  width: number;
  /** Bytes of a pixel in the file, 1…4. */
  pixelBytes: number;
  /** The first row that is filtered, and the one behind the last. */
  first: number;
  end: number;
  /** Whether the row above the first one is taken for black. */
  isTop: boolean;
};

/** The filter types and filtered samples of the rows, one behind the other; undefined if the rows do not fit into the memory. */
export type RowFilter = (rows: PixelRows, plan: FilterPlan) => Uint8Array | undefined;

type Exports = {
  memory: WebAssembly.Memory;
  packRow: (from: number, to: number, pixels: number, channels: number) => void;
  filterRow: (
    ...row: [
      row: number,
      above: number,
      to: number,
      bytes: number,
      pixelBytes: number,
      plan: number,
    ]
  ) => void;
};

/** How the module is compiled. Its memory never grows: 1 MiB. */
export const rowFilterModule: AssemblyModule = {
  folder: 'src/codecs/png/row-filter/assembly',
  entries: ['rows'],
  features: ['simd'],
  pages: 16,
};

/** Vectors are read and written up to 16 bytes beyond an area, and a pixel of zeros lies before each row. */
const SLACK = 32;

/** The plan of the kernel that compares the filters. */
const LEAST = 5;

/** The filter of the compiled `png-encoder.wasm`, which is instantiated when it is first used. */
export function createRowFilter(module: WebAssembly.Module, heaps?: Heaps): RowFilter {
  const heap = heaps?.own('png-encoder') ?? createHeap();
  let started: Exports | undefined;
  return ({ samples, width, pixelBytes, first, end, isTop }, plan) => {
    started ??= heap.instantiate(module, {}, rowFilterModule.pages).exports as unknown as Exports;
    const { memory, packRow, filterRow } = started;
    const bytes = new Uint8Array(memory.buffer);
    const rowBytes = pixelBytes * width;
    const begin = isTop ? first : first - 1;
    const stride = samples.BYTES_PER_ELEMENT * width;
    const lines = [SLACK, SLACK + rowBytes + 2 * SLACK] as const;
    const out = lines[1] + rowBytes + SLACK;
    const length = (end - first) * (1 + rowBytes);
    const from = out + length + SLACK;
    if (from + (end - begin) * stride + SLACK > bytes.length) return undefined;
    const rows = samples.subarray(begin * width, end * width);
    bytes.set(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength), from);
    const readRow = (y: number): number => {
      const line = lines[y & 1]!;
      const at = from + (y - begin) * stride;
      if (samples.BYTES_PER_ELEMENT === 1) bytes.copyWithin(line, at, at + rowBytes);
      else packRow(at, line, width, pixelBytes);
      return line;
    };
    for (const line of lines) bytes.fill(0, line - SLACK, line);
    let above = lines[(first & 1) ^ 1]!;
    if (isTop) bytes.fill(0, above, above + rowBytes);
    else readRow(begin);
    for (let y = first, to = out; y < end; y++, to += 1 + rowBytes) {
      const row = readRow(y);
      filterRow(row, above, to, rowBytes, pixelBytes, plan === 'least' ? LEAST : plan);
      above = row;
    }
    return bytes.slice(out, out + length);
  };
}
