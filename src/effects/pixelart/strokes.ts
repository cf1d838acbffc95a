// The dark and bright strokes that are drawn on cells, as artists would set them: in a tint of the colour below, none in textures, none alone.
import type { Size } from '../../image.ts';
import { lumaOf } from '../../nets/pixelart/luma.ts';
import { rise } from './texture.ts';

export type StrokeOptions = {
  /** 0…1: weight of dark strokes; 0.5 as learned. */
  outline: number;
  /** 0…1: how much is taken away in textures and of lone strokes. */
  calm: number;
  /** Of each cell, as `textureOf` gives it. */
  texture: Float32Array;
};

/** Texture from which strokes fade, and at which little is left of them. */
const TEXTURE = { from: 0.04, to: 0.09, left: 0.1 };
/** Weight of bright strokes. */
const BRIGHT = 0.5;
/** Difference of luma that counts as a stroke. */
const STROKE = 0.06;
/** Cells that a stroke needs: pupils and nostrils are small, sparks are noise. */
const FEWEST = { dark: 4, bright: 5 };
/** What is left of strokes with fewer cells. */
const LONE = 0.1;
/** Share of a colour's light that the strongest outlines take away at most. */
const DARKEST = 0.7;

/**
 * Changes `drawn`, differences to the cells' `codes` (both three sRGB codes a cell): the part of luma fades in textures and where a
 * stroke has few cells, and what is left darkens a cell's colour in all channels alike, so that it keeps its hue.
 */
export function setStrokes(
  drawn: Float32Array,
  codes: Float32Array,
  size: Size,
  { outline, calm, texture }: StrokeOptions,
): void {
  const luma = lumaOf(codes);
  const learned = lumaOf(drawn);
  const strokes = learned.map((value, p) => {
    const fade = calm * (1 - TEXTURE.left) * rise(texture[p]!, TEXTURE.from, TEXTURE.to);
    return (1 - fade) * (value < 0 ? 2 * outline : BRIGHT) * value;
  });
  const left = 1 - calm * (1 - LONE);
  fadeLone(strokes, size, { sign: -1, fewest: FEWEST.dark, left });
  fadeLone(strokes, size, { sign: 1, fewest: FEWEST.bright, left });
  const darkest = 1 - DARKEST * outline;
  for (let p = 0; p < strokes.length; p++) {
    const stroke = strokes[p]!;
    const light = Math.max(luma[p]!, 1e-3);
    const share = stroke < 0 ? Math.max(darkest, 1 + stroke / light) : 1;
    for (let i = 3 * p; i < 3 * p + 3; i++) {
      const chroma = drawn[i]! - learned[p]!;
      drawn[i] = share * (codes[i]! + chroma) - codes[i]! + Math.max(0, stroke);
    }
  }
}

/** Multiplies by `left` what belongs to a stroke of that sign with fewer cells, corners counted as neighbours. */
function fadeLone(
  strokes: Float32Array,
  { width, height }: Size,
  { sign, fewest, left }: { sign: 1 | -1; fewest: number; left: number },
): void {
  const seen = new Uint8Array(strokes.length);
  const cells = new Int32Array(strokes.length);
  for (let start = 0; start < strokes.length; start++) {
    if (seen[start] || sign * strokes[start]! < STROKE) continue;
    seen[start] = 1;
    cells[0] = start;
    let count = 1;
    for (let n = 0; n < count; n++) {
      const [x, y] = [cells[n]! % width, Math.floor(cells[n]! / width)];
      for (let j = Math.max(0, y - 1); j <= Math.min(height - 1, y + 1); j++) {
        for (let i = Math.max(0, x - 1); i <= Math.min(width - 1, x + 1); i++) {
          const p = j * width + i;
          if (seen[p] || sign * strokes[p]! < STROKE) continue;
          seen[p] = 1;
          cells[count++] = p;
        }
      }
    }
    if (count < fewest) for (let n = 0; n < count; n++) strokes[cells[n]!]! *= left;
  }
}
