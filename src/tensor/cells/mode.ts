// `cells=mode`: the most frequent colour of a cell, which keeps flat colours flat and drops the blends between them. Clear counts as a colour.
import { linearOfByte } from '../colour/colour.ts';
import type { ColourOfCell } from './chosen-cells.ts';

// Colours are counted in cubes of 32 levels that overlap by 16: a colour near the border of one cube is in the middle of
// another, so noise does not split it. Cubes along each channel; half of the first one lies outside 0…255.
const CUBES = 17;
const NEXT = Int32Array.from(
  { length: 8 },
  (_, i) => (i & 1) + CUBES * ((i >> 1) & 1) + CUBES ** 2 * (i >> 2),
);
const ofCube = new Uint8Array(NEXT[7]! + 1);
for (const next of NEXT) ofCube[next] = 1;

/** Finds the cube of 32 levels a side with most of the cell's weight (of equal ones, the first met); the colour and the opacity are the means of its pixels, in linear light. A cell of which more is clear than has this colour is clear. */
export function createMode(): ColourOfCell {
  const bins = new Float64Array(CUBES ** 3);
  const cubes = new Float64Array(CUBES ** 3);
  const met = new Uint16Array(CUBES ** 3);
  let binOf = new Uint16Array(0);
  return ({ data, count, at, weight }, out) => {
    if (binOf.length < count) binOf = new Uint16Array(at.length);
    let different = 0;
    for (let n = 0; n < count; n++) {
      const k = at[n]!;
      const bin = ((data[k]! >> 4) * CUBES + (data[k + 1]! >> 4)) * CUBES + (data[k + 2]! >> 4);
      binOf[n] = bin;
      if (bins[bin] === 0) met[different++] = bin;
      bins[bin]! += weight[n]!;
    }
    for (let m = 0; m < different; m++) {
      const bin = met[m]!;
      for (let i = 0; i < 8; i++) cubes[bin + NEXT[i]!]! += bins[bin]!;
      bins[bin] = 0;
    }
    let most = 0;
    let fullest = 0;
    for (let m = 0; m < different; m++) {
      for (let i = 0; i < 8; i++) {
        const cube = met[m]! + NEXT[i]!;
        if (cubes[cube]! > most) {
          most = cubes[cube]!;
          fullest = cube;
        }
      }
    }
    for (let m = 0; m < different; m++) {
      for (let i = 0; i < 8; i++) cubes[met[m]! + NEXT[i]!] = 0;
    }
    let [r, g, b, sum] = [0, 0, 0, 0];
    let [seen, chosen] = [0, 0];
    for (let n = 0; n < count; n++) {
      const k = at[n]!;
      const w = weight[n]!;
      const share = w / data[k + 3]!;
      seen += share;
      if (ofCube[fullest - binOf[n]!] !== 1) continue;
      chosen += share;
      r += w * linearOfByte[data[k]!]!;
      g += w * linearOfByte[data[k + 1]!]!;
      b += w * linearOfByte[data[k + 2]!]!;
      sum += w;
    }
    out[0] = r / sum;
    out[1] = g / sum;
    out[2] = b / sum;
    out[3] = sum / (255 * chosen);
    if (1 - seen > chosen) out.fill(0);
  };
}
