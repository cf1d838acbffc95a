// Measures of dithering that the dithers do not use themselves.
import { lightOf } from '../../src/tensor/colour/chroma.ts';
import { doubledOklab } from '../../src/tensor/colour/oklab.ts';
import type { Palette } from '../../src/tensor/palette/palette.ts';
import type { Straight } from '../../src/tensor/picture/straight.ts';

export type Judged = {
  /** Mean luminance of the result over that of the picture, brought into the palette's range. */
  light: number;
  /** Largest difference of the mean luminance of a block of 16×16 cells. */
  block: number;
  /** Share of the cells with a strong colour, of those where the picture is nearly grey. */
  stray: number;
};

const BLOCK = 16;
/** Chroma in OKLab below which a colour is nearly grey, and above which it is strong. */
const GREY = 0.03;
const STRONG = 0.1;

/** Judges palette indices against the picture. */
export function judged(
  { width, height, linear }: Straight,
  palette: Palette,
  indices: Int16Array,
): Judged {
  const lights = lightsOf(palette.linear);
  const [least, most] = [Math.min(...lights), Math.max(...lights)];
  const wanted = lightsOf(linear).map((light) => Math.min(most, Math.max(least, light)));
  const strong = chromasOf(palette.linear).map((chroma) => (chroma > STRONG ? 1 : 0));
  const chromas = chromasOf(linear);
  let [shown, asked, greys, strays, block] = [0, 0, 0, 0, 0];
  for (let p = 0; p < indices.length; p++) {
    shown += lights[indices[p]!]!;
    asked += wanted[p]!;
    if (chromas[p]! >= GREY) continue;
    greys++;
    strays += strong[indices[p]!]!;
  }
  for (let top = 0; top + BLOCK <= height; top += BLOCK) {
    for (let left = 0; left + BLOCK <= width; left += BLOCK) {
      let sum = 0;
      for (let i = 0; i < BLOCK * BLOCK; i++) {
        const p = (top + Math.floor(i / BLOCK)) * width + left + (i % BLOCK);
        sum += lights[indices[p]!]! - wanted[p]!;
      }
      block = Math.max(block, Math.abs(sum) / BLOCK ** 2);
    }
  }
  return { light: shown / asked, block, stray: greys > 0 ? strays / greys : 0 };
}

/** Share of the squares of 2×2 cells that have one colour, in a flat half tone of the two neighbours in luminance that are farthest apart. */
export async function clumps(
  palette: Palette,
  indicesOf: (picture: Straight) => Promise<Int16Array>,
): Promise<number> {
  const lights = lightsOf(palette.linear);
  const order = [...lights.keys()].sort((i, j) => lights[i]! - lights[j]!);
  const gaps = order.slice(1).map((index, n) => lights[index]! - lights[order[n]!]!);
  const at = gaps.indexOf(Math.max(...gaps));
  const pair = [order[at]!, order[at + 1]!];
  const half = [0, 1, 2].map(
    (c) => (palette.linear[3 * pair[0]! + c]! + palette.linear[3 * pair[1]! + c]!) / 2,
  );
  const side = 64;
  const linear = Float32Array.from({ length: 3 * side * side }, (_, i) => half[i % 3]!);
  const indices = await indicesOf({ width: side, height: side, linear, alpha: undefined });
  let found = 0;
  for (let y = 1; y < side; y++) {
    for (let x = 1; x < side; x++) {
      const p = y * side + x;
      const four = [p, p - 1, p - side, p - side - 1].map((cell) => indices[cell]!);
      if (four.every((index) => index === four[0])) found++;
    }
  }
  return found / (side - 1) ** 2;
}

const lightsOf = (linear: Float32Array): Float64Array =>
  Float64Array.from({ length: linear.length / 3 }, (_, p) =>
    lightOf(linear[3 * p]!, linear[3 * p + 1]!, linear[3 * p + 2]!),
  );

function chromasOf(linear: Float32Array): Float64Array {
  const lab = new Float64Array(3);
  return Float64Array.from({ length: linear.length / 3 }, (_, p) => {
    doubledOklab(linear[3 * p]!, linear[3 * p + 1]!, linear[3 * p + 2]!, lab);
    return Math.hypot(lab[1]!, lab[2]!) / 2;
  });
}
