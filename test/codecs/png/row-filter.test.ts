// Checks the packing and filtering of rows by SIMD kernels against plain loops.
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createRowFilter,
  type FilterPlan,
  type RowFilter,
} from '../../../src/codecs/png/row-filter/row-filter.ts';
import { filterRow } from '../../../src/codecs/png/write/filter.ts';
import { hardPicture } from '../../helpers/files/hard-pictures.ts';

const WASM = new URL('../../../src/generated/png-encoder.wasm', import.meta.url);
let rowFilter: RowFilter;

beforeAll(async () => {
  rowFilter = createRowFilter(await WebAssembly.compile(await readFile(WASM)));
});

/** Places of the channels of each layout in an RGBA pixel. */
const channels = { 1: [0], 2: [0, 3], 3: [0, 1, 2], 4: [0, 1, 2, 3] } as const;

type Layout = keyof typeof channels;

/** Packed rows of all pixels, with a pixel of zeros before each. */
function packedRows(words: Uint32Array, width: number, layout: Layout): Uint8Array[] {
  const rows = Array.from(
    { length: words.length / width },
    () => new Uint8Array(layout * (1 + width)),
  );
  rows.forEach((row, y) => {
    for (let x = 0; x < width; x++) {
      channels[layout].forEach((place, c) => {
        row[layout * (1 + x) + c] = words[y * width + x]! >>> (8 * place);
      });
    }
  });
  return rows;
}

function filteredByLoops(rows: Uint8Array[], pixelBytes: number, plan: FilterPlan): Uint8Array[] {
  const above = new Uint8Array(rows[0]!.length);
  return rows.map((row, y) => {
    const out = new Uint8Array(1 + row.length - pixelBytes);
    filterRow({ row, above: rows[y - 1] ?? above, pixelBytes }, plan, out, 0);
    return out;
  });
}

const wordsOf = (kind: 'noise' | 'smooth' | 'transparent', width: number, height: number) =>
  new Uint32Array(hardPicture(kind, { width, height }).data.buffer);

describe.each([1, 2, 3, 4] as const)('rows of %i bytes a pixel', (layout) => {
  it.each([0, 1, 2, 3, 4, 'least'] as const)('are filtered as by plain loops: %s', (plan) => {
    for (const kind of ['noise', 'smooth', 'transparent'] as const) {
      for (const width of [1, 3, 16, 21, 100]) {
        const words = wordsOf(kind, width, 7);
        const wanted = filteredByLoops(packedRows(words, width, layout), layout, plan);
        const rows = { samples: words, width, pixelBytes: layout };
        const top = rowFilter({ ...rows, first: 0, end: 3, isTop: true }, plan)!;
        const rest = rowFilter({ ...rows, first: 3, end: 7, isTop: false }, plan)!;
        expect(Buffer.from(top)).toEqual(Buffer.concat(wanted.slice(0, 3)));
        expect(Buffer.from(rest)).toEqual(Buffer.concat(wanted.slice(3)));
      }
    }
  });
});

it('filters indices of a palette', () => {
  const indices = Uint8Array.from({ length: 5 * 40 }, (_, i) => (i * i) % 97);
  const rows = Array.from({ length: 5 }, (_, y) =>
    Uint8Array.of(0, ...indices.subarray(40 * y, 40 * y + 40)),
  );
  const wanted = filteredByLoops(rows, 1, 'least');
  const range = { width: 40, pixelBytes: 1, first: 0, end: 5, isTop: true };
  expect(Buffer.from(rowFilter({ samples: indices, ...range }, 'least')!)).toEqual(
    Buffer.concat(wanted),
  );
});

it('compares the filters on all samples of long rows', () => {
  // The samples that differ are not among every fifth of the row.
  const width = 1001;
  const words = Uint32Array.from({ length: 2 * width }, (_, i) =>
    i < width ? i & 255 : i % 5 === 1 ? 200 : 7,
  );
  const rows = { samples: words, width, pixelBytes: 1, first: 1, end: 2, isTop: false };
  const least = rowFilter(rows, 'least')!;
  const sizeOf = (filtered: Uint8Array): number =>
    filtered.subarray(1).reduce((sum, v) => sum + Math.min(v, 256 - v), 0);
  const sizes = ([1, 2, 3, 4] as const).map((plan) => sizeOf(rowFilter(rows, plan)!));
  expect(sizeOf(least)).toBe(Math.min(...sizes));
});

it('leaves rows that do not fit into its memory to the caller', () => {
  const width = 300_000;
  const rows = { samples: new Uint32Array(width), width, pixelBytes: 4 };
  expect(rowFilter({ ...rows, first: 0, end: 1, isTop: true }, 'least')).toBeUndefined();
});
