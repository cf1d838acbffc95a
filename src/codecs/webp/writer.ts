// Writes an animated WebP file frame by frame: of each frame the part that differs from the one before.
import type { Image, Size } from '../../image.ts';
import { noPace } from '../../timing.ts';
import type { AnimationWriter, Frame } from '../codec.ts';
import { changedPart, mergedMs, type Rectangle } from '../frame-changes.ts';
import { animationFile, frameChunk, MAX_DURATION, pictureOf, setDuration } from './container.ts';
import { MOST_TRIED_PIXELS } from './cost.ts';
import { type Part, partOf } from './part.ts';
import { wordsOf } from './words.ts';

/** Makes a still file. */
export type EncodeStill = (image: Image, how: { lossless: boolean }) => Promise<Uint8Array>;

/** Parts of few colours that are encoded in both ways before one is chosen: the first frame, and the first change. */
const TRIES = 2;

/**
 * A writer of frames of one size. Frames that show the same become one. Without `lossless`, parts of at most 256 colours are encoded
 * without loss all the same if that was smaller for the first of them. `plays` is how often the frames are shown, 0 for ever.
 */
export function createWebpWriter(
  encode: EncodeStill,
  { plays, lossless = false }: { plays: number; lossless?: boolean | undefined },
): AnimationWriter {
  const encodePart = createPartEncoder(encode, lossless);
  const frames: Uint8Array[] = [];
  let size: Size | undefined;
  let shown: Uint32Array | undefined;
  let lastMs = 0;
  let alpha = false;
  return {
    async add({ image, duration }: Frame, pace = noPace) {
      const { width, height } = image;
      size ??= { width, height };
      if (width !== size.width || height !== size.height) {
        throw new RangeError(
          `webp: expected frames of ${size.width}×${size.height}, got ${width}×${height}`,
        );
      }
      const words = wordsOf(image);
      const changed = shown ? changedPart(size, shown, words) : { left: 0, top: 0, ...size };
      const merged = mergedMs(lastMs, duration);
      if (!changed && merged <= MAX_DURATION) {
        lastMs = merged;
        setDuration(frames.at(-1)!, merged);
        return;
      }
      const part = partOf(size, changed ?? PIXEL, { words, shown });
      const frame = frameChunk(pictureOf(await encodePart(part)), { ...part.area, ...part });
      setDuration(frame, duration);
      frames.push(frame);
      alpha ||= part.alpha;
      lastMs = duration;
      shown = words;
      await pace(1);
    },
    async end() {
      if (!size) throw new RangeError('webp: expected a frame, got none');
      return animationFile(frames, { ...size, alpha, plays });
    },
  };
}

/** The rectangle that is drawn if nothing changes. */
const PIXEL: Rectangle = { left: 0, top: 0, width: 1, height: 1 };

/** Encodes parts with or without loss. */
function createPartEncoder(encode: EncodeStill, alwaysLossless: boolean) {
  let tries = 0;
  let isLosslessSmaller = false;
  return async ({ image, isPalette }: Part): Promise<Uint8Array> => {
    const mayTry = isPalette && image.width * image.height <= MOST_TRIED_PIXELS;
    if (alwaysLossless || !mayTry) return encode(image, { lossless: alwaysLossless });
    if (tries === TRIES) return encode(image, { lossless: isLosslessSmaller });
    tries++;
    const lossless = await encode(image, { lossless: true });
    const lossy = await encode(image, { lossless: false });
    isLosslessSmaller = lossless.length <= lossy.length;
    return isLosslessSmaller ? lossless : lossy;
  };
}
