// `cells=mode`: the most frequent colour of a cell, which keeps flat colours flat and drops what lies between them.
import { linearOfByte } from '../tensor/colour.ts';
import type { ColourOfCell } from './pixelate-cells.ts';

// Cubes of 32 levels in steps of 16: a colour near the border of one cube is in the middle of another, so noise does not
// split it. Along each channel 17 cubes begin, the first half outside.
const STEPS = 17;
const NEXT = [
  0,
  1,
  STEPS,
  STEPS + 1,
  STEPS ** 2,
  STEPS ** 2 + 1,
  STEPS * (STEPS + 1),
  STEPS * (STEPS + 1) + 1,
];

const ofCube = Uint8Array.from({ length: Math.max(...NEXT) + 1 }, (_, i) =>
  Number(NEXT.includes(i)),
);

/** Finds the cube of 32 levels a side that holds most of the cell's weight (of equal ones, the one met first) and gives the mean of its pixels in linear light. */
export function createMode(): ColourOfCell {
  const bins = new Float64Array(STEPS ** 3);
  const cubes = new Float64Array(STEPS ** 3);
  let binOf = new Uint16Array(0);
  return ({ data, count, at, weight }, out) => {
    if (binOf.length < count) binOf = new Uint16Array(at.length);
    for (let n = 0; n < count; n++) {
      const k = at[n]!;
      const bin = ((data[k]! >> 4) * STEPS + (data[k + 1]! >> 4)) * STEPS + (data[k + 2]! >> 4);
      binOf[n] = bin;
      bins[bin]! += weight[n]!;
    }
    // Each bin is counted once into its eight cubes: it is emptied as it is met.
    let most = 0;
    let fullest = 0;
    for (let n = 0; n < count; n++) {
      const bin = binOf[n]!;
      const w = bins[bin]!;
      if (w === 0) continue;
      bins[bin] = 0;
      for (const next of NEXT) cubes[bin + next]! += w;
    }
    for (let n = 0; n < count; n++) {
      for (const next of NEXT) {
        const w = cubes[binOf[n]! + next]!;
        if (w > most) {
          most = w;
          fullest = binOf[n]! + next;
        }
      }
    }
    out.fill(0);
    let sum = 0;
    for (let n = 0; n < count; n++) {
      const bin = binOf[n]!;
      for (const next of NEXT) cubes[bin + next] = 0;
      if (!ofCube[fullest - bin]) continue;
      const k = at[n]!;
      const w = weight[n]!;
      out[0]! += w * linearOfByte[data[k]!]!;
      out[1]! += w * linearOfByte[data[k + 1]!]!;
      out[2]! += w * linearOfByte[data[k + 2]!]!;
      sum += w;
    }
    for (let c = 0; c < 3; c++) out[c]! /= sum;
  };
}
