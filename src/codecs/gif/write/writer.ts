// Writes a GIF file frame by frame: of each frame the part that differs from the one before.
import type { Image, Size } from '../../../image.ts';
import { eachBand, noPace, type Pace, portion } from '../../../timing.ts';
import type { AnimationWriter, Frame } from '../../codec.ts';
import { changedPart, isSame, mergedMs, type Rectangle } from '../../frame-changes.ts';
import { createDelays } from './delays.ts';
import { fileHead, frameHead, joined, MAX_DELAY, TRAILER, tableBits } from './heads.ts';
import { createPacker } from './pack.ts';
import { ditherPlace, type Palette, paletteOf } from './palette.ts';

/** Pixels of less opacity are transparent: GIF has nothing in between. */
const OPAQUE_FROM = 128;

/** A frame that waits for the next, which decides whether the canvas is cleared in between. */
type Waiting = { words: Uint32Array; duration: number };

/** A writer of frames of one size; `plays` is how often they are shown, 0 for ever. */
export function createGifWriter({ plays = 1 }: { plays?: number } = {}): AnimationWriter {
  const parts: Uint8Array[] = [];
  let size: Size | undefined;
  let waiting: Waiting | undefined;
  /** What the canvas shows when the waiting frame is drawn; undefined if it is empty. */
  let shown: Uint32Array | undefined;
  let palette: Palette | undefined;
  let global: Palette | undefined;
  let frames = 0;
  const delayOf = createDelays();

  const emit = async ({ words, duration }: Waiting, clears: boolean, pace: Pace) => {
    const canvas = size!;
    if (!palette?.suits(words)) palette = paletteOf(words);
    global ??= palette;
    const changed = clears || !shown ? wholeOf(canvas) : changedPart(canvas, shown, words);
    const area = changed ?? PIXEL;
    const own = palette === global ? undefined : palette;
    const data = await smallest({ canvas, area, words, shown, palette }, pace);
    parts.push(
      frameHead({ area, delay: delayOf(duration), clears, transparent: palette.transparent, own }),
      data,
    );
    frames++;
    shown = clears ? undefined : words;
  };
  return {
    async add({ image, duration }: Frame, pace = noPace) {
      const words = wordsOf(image);
      size ??= { width: image.width, height: image.height };
      if (image.width !== size.width || image.height !== size.height) {
        throw new RangeError(
          `gif: expected frames of ${size.width}×${size.height}, got ${image.width}×${image.height}`,
        );
      }
      if (waiting && isSame(waiting.words, words)) {
        const merged = mergedMs(waiting.duration, duration);
        if (merged <= 10 * MAX_DELAY) {
          waiting.duration = merged;
          return;
        }
      }
      if (waiting) await emit(waiting, uncovers(waiting.words, words), pace);
      waiting = { words, duration };
    },
    async end() {
      if (!size || !waiting) throw new RangeError('gif: expected a frame, got none');
      await emit(waiting, false, noPace);
      return joined([fileHead(size, global!, frames > 1 ? plays : 1), ...parts, TRAILER]);
    },
  };
}

/** RGBA words: 0 for transparent pixels, the others opaque. */
function wordsOf({ data }: Image): Uint32Array {
  const bytes = data.slice();
  const words = new Uint32Array(bytes.buffer);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    words[i] = word >>> 24 < OPAQUE_FROM ? 0 : word | 0xff000000;
  }
  return words;
}

/** Whether a pixel that is shown becomes transparent, which only clearing can do. */
function uncovers(a: Uint32Array, b: Uint32Array): boolean {
  for (let i = 0; i < a.length; i++) if (b[i] === 0 && a[i] !== 0) return true;
  return false;
}

const wholeOf = ({ width, height }: Size): Rectangle => ({ left: 0, top: 0, width, height });

/** The rectangle that is drawn if nothing changes. */
const PIXEL: Rectangle = { left: 0, top: 0, width: 1, height: 1 };

type Drawn = {
  canvas: Size;
  area: Rectangle;
  words: Uint32Array;
  /** What is there before, if anything. */
  shown: Uint32Array | undefined;
  palette: Palette;
};

/** The packed rectangle. If its colours are exact, pixels that are shown already can be drawn again, which is tried, too: it can be smaller. */
async function smallest(drawn: Drawn, pace: Pace): Promise<Uint8Array> {
  const { shown, palette } = drawn;
  if (!shown || !palette.isExact) return packed(drawn, pace);
  const sparse = await packed(drawn, portion(pace, 1 / 2));
  const whole = await packed({ ...drawn, shown: undefined }, portion(pace, 1 / 2));
  return whole.length < sparse.length ? whole : sparse;
}

/** The indices of a rectangle, packed; pixels that are shown already are transparent. */
async function packed(
  { canvas, area, words, shown, palette }: Drawn,
  pace: Pace,
): Promise<Uint8Array> {
  const { transparent } = palette;
  const packer = createPacker(Math.max(2, tableBits(palette)));
  const indices = new Uint8Array(area.width);
  await eachBand(area.height, pace, (first, end) => {
    for (let row = first; row < end; row++) {
      const y = area.top + row;
      let from = y * canvas.width + area.left;
      for (let column = 0; column < area.width; column++, from++) {
        const word = words[from]!;
        indices[column] =
          transparent !== undefined && (word === 0 || word === shown?.[from])
            ? transparent
            : palette.indexOf(word, ditherPlace(area.left + column, y));
      }
      packer.add(indices);
    }
  });
  return packer.end();
}
