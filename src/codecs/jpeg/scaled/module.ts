// The WebAssembly module of `assembly`, with its constants in place.
import type { AssemblyModule } from '../../format.ts';
import type { Heap } from '../../wasm/heaps.ts';
import type { WasmInstance } from '../../wasm/instance.ts';
import type { FindMarker } from '../segments.ts';

/** What `assembly` exports; its comments say what the numbers are. */
type Exports = {
  memory: WebAssembly.Memory;
  findMarker: (length: number) => number;
  inputPlace: () => number;
  addInput: (bytes: number, isLast: number) => void;
  defineCodes: (slot: number) => number;
  setComponent: (
    index: number,
    across: number,
    down: number,
    samples: number,
    dc: number,
    ac: number,
    quantisation: number,
  ) => void;
  setCoefficients: (index: number, plane: number, blockBytes: number, stride: number) => void;
  beginSamples: (count: number, across: number, interval: number) => number;
  beginCoefficients: (
    count: number,
    across: number,
    interval: number,
    kind: number,
    first: number,
    last: number,
    low: number,
  ) => void;
  planeOf: (index: number) => number;
  strideOf: (index: number) => number;
  decodeRow: () => number;
  samplesRow: (index: number, y: number, to: number, stride: number, blocks: number) => void;
  meansRow: (index: number, y: number, blocks: number, to: number, stride: number) => void;
  greyRow: (from: number, to: number, pixels: number) => void;
  colourRow: (lightness: number, blue: number, red: number, to: number, pixels: number) => void;
  rgbRow: (red: number, green: number, blue: number, to: number, pixels: number) => void;
  repeatRow: (from: number, to: number, samples: number) => void;
  interpolateRow: (from: number, to: number, samples: number) => void;
};

export type ScaledJpegModule = WasmInstance & {
  calls: Omit<Exports, 'memory'>;
  /** Bytes at an address, until the memory grows. */
  bytes: (address: number, length: number) => Uint8Array<ArrayBuffer>;
  /** Definitions of the Huffman tables that the module has, by slot. */
  defined: (Uint8Array | undefined)[];
  /** Index of the first marker at or after `from`, restarts left out; -1 if there is none. Faster than `indexOf` in long files. */
  findMarker: FindMarker;
  /** Makes the table for components whose blocks keep `samples` samples along an edge. Each is made when it is needed, because all of them take a millisecond. */
  placeBasis: (samples: number) => void;
  /** Grows the memory to at least `end` bytes. */
  reserve: (end: number) => void;
};

/** Addresses of `assembly/memory.ts`. */
export const address = {
  quantisation: 1024,
  basis: { 2: 2048, 4: 2560, 8: 4608 },
  input: 229_632,
  inputEnd: 262_400,
  planes: 400_896,
} as const;

const INPUT_BYTES = address.inputEnd - address.input;
const PAGE_BYTES = 65_536;

/** How the module is compiled. No relaxed arithmetic, so that pixels do not depend on the processor. */
export const scaledModule: AssemblyModule = {
  folder: 'src/codecs/jpeg/scaled/assembly',
  entries: ['scan', 'pixels'],
  features: ['simd'],
  pages: 7,
};

/** Instantiates `jpeg-scaled.wasm` in `heap`. */
export function startScaledJpeg(module: WebAssembly.Module, heap: Heap): ScaledJpegModule {
  const { exports } = heap.instantiate(module, {}, scaledModule.pages);
  const { memory, ...calls } = exports as unknown as Exports;
  const bytes = (at: number, length: number) => new Uint8Array(memory.buffer, at, length);
  const placed = new Set<number>();
  return {
    calls,
    defined: [],
    memoryBytes: () => memory.buffer.byteLength,
    bytes,
    findMarker(file, from) {
      // A piece ends with a byte that the next one begins with.
      for (let at = from; at < file.length - 1; at += INPUT_BYTES - 1) {
        const piece = file.subarray(at, at + INPUT_BYTES);
        bytes(address.input, piece.length).set(piece);
        const found = calls.findMarker(piece.length);
        if (found >= 0) return at + found;
      }
      return -1;
    },
    placeBasis(samples) {
      if (!isBasis(samples) || placed.has(samples)) return;
      const basis = basisOf(samples);
      new Int16Array(memory.buffer, address.basis[samples], basis.length).set(basis);
      placed.add(samples);
    },
    reserve(end) {
      const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE_BYTES);
      if (missing > 0) memory.grow(missing);
    },
  };
}

const isBasis = (samples: number): samples is keyof typeof address.basis =>
  Object.hasOwn(address.basis, samples);

/** Column and row of each coefficient in zigzag order. */
const zigzag = Array.from({ length: 64 }, (_, i) => ({ column: i & 7, row: i >> 3 })).sort(
  (a, b) => {
    const [left, right] = [a.column + a.row, b.column + b.row];
    if (left !== right) return left - right;
    return left % 2 ? a.row - b.row : a.column - b.column;
  },
);

/**
 * What each AC coefficient adds to each of `samples`×`samples` means over a block, in units of 2^-15, `[64, samples, samples]`: the inverse
 * transform of ISO/IEC 10918-1, A.3.3, averaged.
 */
function basisOf(samples: 2 | 4 | 8): Int16Array {
  const means = Array.from({ length: 8 }, (_, frequency) => meansOf(frequency, samples));
  const basis = new Int16Array(64 * samples * samples);
  zigzag.slice(1).forEach(({ column, row }, i) => {
    const [across, down] = [means[column]!, means[row]!];
    let at = (i + 1) * samples * samples;
    for (let y = 0; y < samples; y++) {
      for (let x = 0; x < samples; x++) {
        basis[at++] = Math.round(((across[x]! * down[y]!) / 4) * 32768);
      }
    }
  });
  return basis;
}

/** The means of a cosine of the transform over each of `samples` equal parts of eight pixels. */
function meansOf(frequency: number, samples: number): number[] {
  const pixels = 8 / samples;
  const scale = frequency === 0 ? Math.SQRT1_2 : 1;
  return Array.from({ length: samples }, (_, sample) => {
    let sum = 0;
    for (let x = sample * pixels; x < (sample + 1) * pixels; x++) {
      sum += Math.cos(((2 * x + 1) * frequency * Math.PI) / 16);
    }
    return (sum / pixels) * scale;
  });
}
