// Enlarges a small picture along the edges of a large one of the same scene (after He & Sun 2015, "Fast Guided Filter"), by SIMD kernels.
import type { Size } from '../../image.ts';
import type { PixelModule } from '../pixel-kernels.ts';
import { type Guided, slopesOf } from './guided-slopes.ts';

/** Makes rows of an enlarged picture in the memory of the pixel kernels. */
export type Enlarging = {
  /** Bytes of working memory. */
  room: number;
  /** Call it before the first row, and whenever other work may have used the memory. */
  prepare: (module: PixelModule, room: number) => void;
  /** Writes row `y`, 12 bytes a pixel, to `out`; `guide` is the address of the large guide's row. Rows from the first to the last. */
  write: (module: PixelModule, y: number, at: { guide: number; out: number; room: number }) => void;
};

/** Bytes of a pixel of the small picture: colours and guide, or slopes. */
const PIXEL = 16;
/** Bytes of a place of `enlargeRow`. */
const PLACE = 24;
/** Pixels that are repeated before the first of a row and behind the last, so that every place has four neighbours. */
const AROUND = { before: 1, behind: 2 };

/**
 * Where the guide has edges that the small picture has as well, the enlarged picture gets what the small guide lost of them; elsewhere it is
 * enlarged by cubics (Catmull & Rom 1974). Unlike the guided filter itself, which keeps of a picture what is linear in the guide, this loses
 * no stroke that the guide lacks.
 */
export function guidedUpsampling(small: Guided, to: Size): Enlarging {
  const { width, height } = small;
  const columns = placesOf(width, to.width);
  const rows = placesOf(height, to.height);
  const slopes = slopesOf(small);
  const rowBytes = PIXEL * (width + 1);
  const paddedBytes = PIXEL * (width + AROUND.before + AROUND.behind + 1);
  const sizes = {
    places: PLACE * to.width,
    colours: 4 * rowBytes,
    slopes: 2 * rowBytes,
    terms: 64,
    sum: paddedBytes,
    slope: paddedBytes,
  };
  const areasOf = (room: number) => {
    let at = room;
    return Object.fromEntries(
      Object.entries(sizes).map(([name, size]) => {
        const address = at;
        at += PIXEL * Math.ceil(size / PIXEL);
        return [name, address];
      }),
    ) as Record<keyof typeof sizes, number>;
  };
  const kept = { colours: new Int32Array(4), slopes: new Int32Array(2) };
  return {
    room: Object.values(sizes).reduce((sum, size) => sum + PIXEL * Math.ceil(size / PIXEL), 0),
    prepare({ ints, floats }, room) {
      kept.colours.fill(-1);
      kept.slopes.fill(-1);
      for (let x = 0, p = areasOf(room).places / 4; x < to.width; x++, p += PLACE / 4) {
        ints[p] = PIXEL * columns.first[x]!;
        floats.set(columns.cubic.subarray(4 * x, 4 * x + 4), p + 1);
        floats[p + 5] = columns.share[x]!;
      }
    },
    write(module, y, { guide, out, room }) {
      const { calls } = module;
      const areas = areasOf(room);
      const first = rows.first[y]!;
      const clamped = (row: number): number => Math.min(height - 1, Math.max(0, row));
      const colourRow = (row: number): number => {
        const slot = row % 4;
        const address = areas.colours + slot * rowBytes;
        if (kept.colours[slot] !== row) writeColours(module, small, row, address);
        kept.colours[slot] = row;
        return address;
      };
      const slopeRow = (row: number): number => {
        const slot = row % 2;
        const address = areas.slopes + slot * rowBytes;
        if (kept.slopes[slot] !== row) writeSlopes(module, slopes(row), address);
        kept.slopes[slot] = row;
        return address;
      };
      const sum = (
        to: number,
        terms: readonly (readonly [row: number, weight: number])[],
      ): void => {
        terms.forEach(([row, weight], k) => {
          module.ints[areas.terms / 4 + 2 * k] = row;
          module.floats[areas.terms / 4 + 2 * k + 1] = weight;
        });
        calls.sumRows(areas.terms, terms.length, to + PIXEL * AROUND.before, 4 * width);
        repeatEnds(module, to, width);
      };
      const around = [0, 1, 2, 3].map(
        (k) => [colourRow(clamped(first + k - 1)), rows.cubic[4 * y + k]!] as const,
      );
      sum(areas.sum, around);
      const share = rows.share[y]!;
      const upper = [slopeRow(first), 1 - share] as const;
      sum(areas.slope, [upper, [slopeRow(clamped(first + 1)), share]]);
      calls.enlargeRow(areas.sum, areas.slope, areas.places, guide, out, to.width);
    },
  };
}

function writeColours(
  { floats }: PixelModule,
  { width, colours, guide }: Guided,
  y: number,
  address: number,
): void {
  for (let p = y * width, i = 3 * p, o = address / 4; p < (y + 1) * width; p++, i += 3, o += 4) {
    floats[o] = colours[i]!;
    floats[o + 1] = colours[i + 1]!;
    floats[o + 2] = colours[i + 2]!;
    floats[o + 3] = guide[p]!;
  }
}

function writeSlopes({ floats }: PixelModule, row: Float32Array, address: number): void {
  for (let i = 0, o = address / 4; i < row.length; i += 3, o += 4) {
    floats[o] = row[i]!;
    floats[o + 1] = row[i + 1]!;
    floats[o + 2] = row[i + 2]!;
    floats[o + 3] = 0;
  }
}

function repeatEnds({ floats }: PixelModule, row: number, width: number): void {
  const begin = row / 4;
  const last = begin + 4 * width;
  floats.copyWithin(begin, begin + 4, begin + 8);
  floats.copyWithin(last + 4, last, last + 4);
  floats.copyWithin(last + 8, last, last + 4);
}

/** For each of `to` places the sample before it, the weights of the four around it, and the share of the one after it where there are two. */
type Places = { first: Int32Array; cubic: Float32Array; share: Float32Array };

function placesOf(from: number, to: number): Places {
  const first = new Int32Array(to);
  const share = new Float32Array(to);
  const cubic = new Float32Array(4 * to);
  for (let i = 0; i < to; i++) {
    const place = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
    const t = place - Math.floor(place);
    first[i] = Math.floor(place);
    share[i] = t;
    cubic.set(catmullRom(t), 4 * i);
  }
  return { first, cubic, share };
}

/** Weights of the samples at −1, 0, 1 and 2 for the value at `t`, 0…1. */
const catmullRom = (t: number): number[] => [
  (t * (t * (2 - t) - 1)) / 2,
  (t * t * (3 * t - 5) + 2) / 2,
  (t * (t * (4 - 3 * t) + 1)) / 2,
  (t * t * (t - 1)) / 2,
];
