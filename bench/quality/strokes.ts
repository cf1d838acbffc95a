// How paint looks on flat ground: bars instead of strokes, and the lattice of a network that enlarges by pixel repetition.
import type { Image } from '../../src/image.ts';

export type Area = { left: number; top: number; width: number; height: number };

/** Spread of the means of lines, and the mean spread within lines, in levels 0…255. Bars have more between than within. */
export type Spread = { between: number; within: number };

/** Luma of an area, row by row, or column by column. */
export function linesOf(image: Image, area: Area, along: 'rows' | 'columns'): number[][] {
  const { left, top, width, height } = area;
  const lumaAt = (x: number, y: number): number => {
    const i = 4 * ((top + y) * image.width + left + x);
    const { data } = image;
    return 0.2126 * data[i]! + 0.7152 * data[i + 1]! + 0.0722 * data[i + 2]!;
  };
  const [lines, length] = along === 'rows' ? [height, width] : [width, height];
  return Array.from({ length: lines }, (_, k) =>
    Array.from({ length }, (_, j) => (along === 'rows' ? lumaAt(j, k) : lumaAt(k, j))),
  );
}

/** The spreads of lines, once a cubic trend over their means is removed. */
export function spreadOf(lines: readonly (readonly number[])[]): Spread {
  const means = lines.map(meanOf);
  const trend = cubicThrough(means);
  return {
    between: rootMeanSquare(means.map((mean, k) => mean - trend[k]!)),
    within: meanOf(lines.map((line, k) => rootMeanSquare(line.map((v) => v - means[k]!)))),
  };
}

/** Lines that the Fourier transform is taken of are cut to a multiple of this. */
const PERIOD = 4;
/** Distances in bins of the neighbours: beyond the width of the window's peak. */
const NEIGHBOURS = [3, 4, 5, 6];

/** Power of lines at a period of 4 px against the mean of nearby periods; 1: no lattice. */
export function latticeOf(lines: readonly (readonly number[])[]): number {
  const length = lines[0]!.length - (lines[0]!.length % PERIOD);
  const bin = length / PERIOD;
  const powerAt = (k: number): number => meanOf(lines.map((line) => power(line, length, k)));
  const around = NEIGHBOURS.flatMap((off) => [powerAt(bin - off), powerAt(bin + off)]);
  return powerAt(bin) / meanOf(around);
}

/** Power of the first `length` values at `k` periods, through a Hann window. */
function power(line: readonly number[], length: number, k: number): number {
  const mean = meanOf(line.slice(0, length));
  let [re, im] = [0, 0];
  for (let x = 0; x < length; x++) {
    const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * (x + 0.5)) / length);
    const angle = (2 * Math.PI * k * x) / length;
    re += hann * (line[x]! - mean) * Math.cos(angle);
    im += hann * (line[x]! - mean) * Math.sin(angle);
  }
  return re ** 2 + im ** 2;
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, v) => sum + v, 0) / values.length;

const rootMeanSquare = (values: readonly number[]): number =>
  Math.sqrt(meanOf(values.map((v) => v ** 2)));

/** Least-squares cubic through evenly spaced values, by projection on orthogonal polynomials. */
function cubicThrough(values: readonly number[]): number[] {
  const basis: number[][] = [];
  const fitted = values.map(() => 0);
  for (let degree = 0; degree <= 3; degree++) {
    let next = values.map((_, k) => ((2 * k + 1) / values.length - 1) ** degree);
    for (const one of basis) {
      const share = dot(next, one);
      next = next.map((v, k) => v - share * one[k]!);
    }
    const norm = Math.sqrt(dot(next, next));
    if (norm < 1e-9) continue;
    const unit = next.map((v) => v / norm);
    basis.push(unit);
    const share = dot(values, unit);
    for (const [k, v] of unit.entries()) fitted[k]! += share * v;
  }
  return fitted;
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, v, k) => sum + v * b[k]!, 0);
