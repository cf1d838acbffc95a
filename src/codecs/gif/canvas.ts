// Draws the frames of a GIF onto its canvas.
import type { Size } from '../../image.ts';
import { eachBand, type Pace } from '../../timing.ts';
import { CLEARS, type GifFrame, RESTORES } from './blocks.ts';
import { unpackIndices } from './unpack.ts';

const OPAQUE = 0xff000000;

/** The first row and the distance between rows of each pass of an interlaced frame. */
const passes = [
  [0, 8],
  [4, 8],
  [2, 4],
  [1, 2],
] as const;

/** A canvas of RGBA pixels as little-endian words. */
export type Canvas = Size & { words: Uint32Array };

/** Draws a frame; parts outside of the canvas are dropped. Rejects with `undecodable` for corrupt or missing data. */
export async function drawFrame(
  canvas: Canvas,
  { frame, bytes }: { frame: GifFrame; bytes: Uint8Array },
  pace: Pace,
): Promise<void> {
  const readRow = unpackIndices(bytes, frame.data);
  const colours = coloursOf(frame);
  const indices = new Uint8Array(frame.width);
  const order = rowOrder(frame);
  const right = Math.min(frame.width, canvas.width - frame.left);
  await eachBand(frame.height, pace, (first, end) => {
    for (let row = first; row < end; row++) {
      readRow(indices);
      const y = frame.top + (order?.[row] ?? row);
      if (y >= canvas.height) continue;
      let to = y * canvas.width + frame.left;
      for (let x = 0; x < right; x++, to++) {
        const colour = colours[indices[x]!]!;
        if (colour !== 0) canvas.words[to] = colour;
      }
    }
  });
}

/** Draws frames one after the other, doing to each what its disposal says before the next. */
export function createComposer(canvas: Canvas, bytes: Uint8Array) {
  let last: { frame: GifFrame; under: Uint32Array | undefined } | undefined;
  return async (frame: GifFrame, pace: Pace): Promise<void> => {
    if (last?.frame.disposal === CLEARS) clearRectangle(canvas, last.frame);
    if (last?.under) canvas.words.set(last.under);
    const under = frame.disposal === RESTORES ? canvas.words.slice() : undefined;
    await drawFrame(canvas, { frame, bytes }, pace);
    last = { frame, under };
  };
}

function clearRectangle(canvas: Canvas, { left, top, width, height }: GifFrame): void {
  const right = Math.min(canvas.width, left + width);
  const bottom = Math.min(canvas.height, top + height);
  for (let y = top; y < bottom && left < right; y++) {
    canvas.words.fill(0, y * canvas.width + left, y * canvas.width + right);
  }
}

/** RGBA words by index; 0 for those that leave what was there: the transparent one, and those beyond the palette's end. */
function coloursOf({ palette, transparent }: GifFrame): Uint32Array {
  const words = new Uint32Array(256);
  for (let i = 0; palette && 3 * i < palette.length; i++) {
    const [red, green, blue] = [palette[3 * i]!, palette[3 * i + 1]!, palette[3 * i + 2]!];
    words[i] = OPAQUE | (blue << 16) | (green << 8) | red;
  }
  if (transparent !== undefined) words[transparent] = 0;
  return words;
}

/** The rows of an interlaced frame in the order of the file. */
function rowOrder({ interlaced, height }: GifFrame): Uint16Array | undefined {
  if (!interlaced) return undefined;
  const rows = new Uint16Array(height);
  let at = 0;
  for (const [first, step] of passes) {
    for (let row = first; row < height; row += step) rows[at++] = row;
  }
  return rows;
}
