// Converts pixels to sRGB by a profile's table, in place.
import { eachBand, noPace } from '../../timing.ts';
import type { Table } from './table.ts';
import type { ToSrgb } from './to-srgb.ts';

/** The conversion for pictures whose first channels, as many as the table has, are its inputs; pixels of four inks become opaque. */
export function tableToSrgb(table: Table): ToSrgb {
  const isInk = table.points.length === INPUTS;
  const convert = createLookup(table);
  return ({ data }, pace = noPace) =>
    eachBand(data.length / 4, pace, (first, end) => {
      convert(data, 4 * first, 4 * end);
      for (let i = 4 * first; isInk && i < 4 * end; i += 4) data[i + 3] = 255;
    });
}

/** Inputs of the look-up; a table of fewer has inputs that change nothing. */
const INPUTS = 4;

/**
 * Replaces colours by interpolation within the simplex of grid points around them: a cell is passed through from its lowest corner along the
 * axes, the one with the largest fraction first. Grid points are converted when they are first needed.
 */
function createLookup(table: Table) {
  const { colours, known, know } = createPoints(table);
  const { below, fractions } = placesOf(table);
  const [strideA, strideB, strideC, strideD] = stridesOf(table);
  return (data: Uint8ClampedArray, start: number, end: number): void => {
    for (let i = start; i < end; i += 4) {
      const a = data[i]!;
      const b = 256 + data[i + 1]!;
      const c = 512 + data[i + 2]!;
      const d = 768 + data[i + 3]!;
      let f0 = fractions[a]!;
      let f1 = fractions[b]!;
      let f2 = fractions[c]!;
      let f3 = fractions[d]!;
      let s0 = strideA;
      let s1 = strideB;
      let s2 = strideC;
      let s3 = strideD;
      let spare = 0;
      // The largest fraction comes first: a sorting network of five exchanges. By destructuring, they would take three times as long.
      if (f0 < f1) {
        spare = f0;
        f0 = f1;
        f1 = spare;
        spare = s0;
        s0 = s1;
        s1 = spare;
      }
      if (f2 < f3) {
        spare = f2;
        f2 = f3;
        f3 = spare;
        spare = s2;
        s2 = s3;
        s3 = spare;
      }
      if (f0 < f2) {
        spare = f0;
        f0 = f2;
        f2 = spare;
        spare = s0;
        s0 = s2;
        s2 = spare;
      }
      if (f1 < f3) {
        spare = f1;
        f1 = f3;
        f3 = spare;
        spare = s1;
        s1 = s3;
        s3 = spare;
      }
      if (f1 < f2) {
        spare = f1;
        f1 = f2;
        f2 = spare;
        spare = s1;
        s1 = s2;
        s2 = spare;
      }
      const p0 = below[a]! + below[b]! + below[c]! + below[d]!;
      const p1 = p0 + s0;
      const p2 = p1 + s1;
      const p3 = p2 + s2;
      const p4 = p3 + s3;
      if ((known[p0]! & known[p1]! & known[p2]! & known[p3]! & known[p4]!) === 0) {
        know([p0, p1, p2, p3, p4]);
      }
      for (let k = 0; k < 3; k++) {
        data[i + k] =
          (1 - f0) * colours[3 * p0 + k]! +
          (f0 - f1) * colours[3 * p1 + k]! +
          (f1 - f2) * colours[3 * p2 + k]! +
          (f2 - f3) * colours[3 * p3 + k]! +
          f3 * colours[3 * p4 + k]!;
      }
    }
  };
}

/** Distance between neighbours in the list of grid points, by input. */
function stridesOf({ points }: Table): [number, number, number, number] {
  return [0, 1, 2, 3].map((c) =>
    c < points.length ? points.slice(c + 1).reduce((product, n) => product * n, 1) : 0,
  ) as [number, number, number, number];
}

/** For each value of each input: the offset of the grid point below it, and the fraction behind that. */
function placesOf(table: Table) {
  const strides = stridesOf(table);
  const below = new Int32Array(256 * INPUTS);
  const fractions = new Float64Array(256 * INPUTS);
  table.curves.forEach((curve, c) => {
    const steps = table.points[c]! - 1;
    for (let value = 0; value < 256; value++) {
      const at = steps * curve(value / 255);
      const point = Math.min(Math.floor(at), steps - 1);
      below[256 * c + value] = point * strides[c]!;
      fractions[256 * c + value] = at - point;
    }
  });
  return { below, fractions };
}

/** The colours of grid points; `known` has 1 for those that have been converted. */
function createPoints({ points, colourAt }: Table) {
  const count = points.reduce((product, n) => product * n, 1);
  const colours = new Float32Array(3 * count);
  const known = new Uint8Array(count);
  const know = (wanted: readonly number[]): void => {
    for (const point of wanted) {
      if (known[point] === 1) continue;
      colours.set(colourAt(point), 3 * point);
      known[point] = 1;
    }
  };
  return { colours, known, know };
}
